/** What an END chunk holds: why a channel is over (firmware/wire/MQTT.md section 2). */
import { OssicleError } from '../../error.ts';
import { foreignCode, foreignText } from './foreign-text.ts';

/** Letters; at four bytes each, and escaped, still less than a chunk. */
const LONGEST_TEXT = 500;
const CODE = /^[a-z0-9-]{1,64}$/;

export function encodeEnd(code: string, text: string): Buffer {
	return Buffer.from(JSON.stringify({ code, text: foreignText(text, LONGEST_TEXT) }));
}

/** What the other end says of its end; where that cannot be understood, that it ended. Never throws. */
export function decodeEnd(payload: Uint8Array): OssicleError {
	const said = parse(payload);
	if (said === null)
		return new OssicleError('link-lost', 'rig', 'the other end closed the channel, with a reason that cannot be read');
	return new OssicleError(foreignCode(said.code, 'link-lost'), 'rig', foreignText(said.text, LONGEST_TEXT));
}

function parse(payload: Uint8Array): { code: string; text: string } | null {
	try {
		const { code, text } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
		return typeof code === 'string' && CODE.test(code) && typeof text === 'string' ? { code, text } : null;
	} catch {
		return null;
	}
}
