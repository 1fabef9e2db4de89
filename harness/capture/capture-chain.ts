import { createHash } from 'node:crypto';
import type { CaptureEvent } from './capture-line.ts';

/** Where a chain starts. */
export const CHAIN_START = '';

/** `,"c":"0123456789abcdef"}`: always the end of the line, so that the chain is checked on the bytes as written. */
const TAIL = /,"c":"([0-9a-f]{16})"\}$/;

/** The first 16 hex digits of SHA-256 over the previous link followed by the line's JSON without `c`. */
function linkOf(previous: string, json: string): string {
	return createHash('sha256').update(previous).update(json).digest('hex').slice(0, 16);
}

/** The text of a capture line (without \n) and its chain link. */
export function chainLine(
	previous: string,
	n: number,
	timeNs: bigint,
	event: CaptureEvent,
): { text: string; link: string } {
	const json = JSON.stringify({ n, t: String(timeNs), ...event });
	const link = linkOf(previous, json);
	return { text: `${json.slice(0, -1)},"c":"${link}"}`, link };
}

/** The link of a line as read, or `null` when the line does not belong behind `previous`. */
export function verifyLine(previous: string, text: string): string | null {
	const link = TAIL.exec(text)?.[1];
	if (link === undefined) return null;
	const json = `${text.slice(0, -`,"c":"${link}"}`.length)}}`;
	return linkOf(previous, json) === link ? link : null;
}
