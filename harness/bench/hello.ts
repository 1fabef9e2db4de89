import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOssicleError, OssicleError } from '../error.ts';
import type { HelloMessage } from '../generated/wire.ts';
import type { ByteLink } from '../link/byte-link.ts';
import { encodeFrame } from '../link/frame.ts';
import { LineSplitter } from '../link/line-splitter.ts';
import { readTelemetryLine } from '../link/telemetry-line.ts';

const ASK_EVERY_MS = 500;

export interface HelloOptions {
	timeoutMs?: number;
	signal?: AbortSignal | undefined;
}

/**
 * Opens the link, does `before` (flash and restart the device), then asks who is there until it answers. An answer counts
 * only with the nonce of this question, so nothing an earlier image said can be taken for it.
 *
 * @throws OssicleError (rig) `device-silent`, `link-lost`; what `before` throws
 */
export async function helloAfter(
	link: ByteLink,
	before: () => Promise<void>,
	options: HelloOptions = {},
): Promise<HelloMessage> {
	const { timeoutMs = 15_000, signal } = options;
	const nonce = randomBytes(4).readUInt32LE();
	const nonceHex = nonce.toString(16).padStart(8, '0');
	const lines = new LineSplitter();
	let hello: HelloMessage | null = null;
	let gone: Error | null = null;
	let heardBytes = 0;
	const wake = new AbortController();
	link.onData((chunk) => {
		heardBytes += chunk.length;
		for (const { text, cut } of lines.push(chunk)) {
			const line = readTelemetryLine(text, cut);
			if (line.kind !== 'message' || line.message.t !== 'hello' || line.message.nonce !== nonceHex) continue;
			hello ??= line.message;
			wake.abort();
		}
	});
	link.onClose((reason) => {
		gone = reason ?? new Error('it was closed');
		wake.abort();
	});
	await link.open();
	await before();
	const deadline = performance.now() + timeoutMs;
	while (hello === null && gone === null && performance.now() < deadline) {
		signal?.throwIfAborted();
		await link.write(encodeFrame('HELLO', 0, { nonce })).catch((error: Error) => {
			gone ??= error;
		});
		await sleep(ASK_EVERY_MS, undefined, { signal: wake.signal }).catch(() => {});
	}
	if (hello !== null) return hello;
	signal?.throwIfAborted();
	if (gone !== null) {
		const reason = gone as Error;
		// It says more than that the link is lost: which one, and what to do.
		if (isOssicleError(reason)) throw reason;
		const why = reason.message;
		throw new OssicleError('link-lost', 'rig', `The link was lost while waiting for the device's hello: ${why}.`, {
			why,
		});
	}
	const heard = heardBytes === 0 ? 'nothing at all' : `${heardBytes} bytes, but no hello`;
	throw new OssicleError(
		'device-silent',
		'rig',
		`${link.description}: expected a hello within ${timeoutMs} ms, got ${heard}. ` +
			'Check that the image is Ossicle firmware, the baud rate in device.yaml, and that RX and TX are not swapped.',
		{ timeoutMs, heardBytes },
	);
}
