/** HELLO until the device answers it (PROTOCOL.md section 3), and what can be said of a device that does not. */
import { randomBytes } from 'node:crypto';
import { OssicleError } from '../error.ts';
import { hex32 } from '../link/crc32.ts';
import { encodeFrame } from '../link/frame.ts';
import { asRigError } from './rig-error.ts';
import type { SessionCore } from './session-core.ts';

/**
 * HELLO with a new nonce, repeated until the device answers it. Outside go-back-N: there is nothing to go back to; the
 * sender is a new one afterwards. Throws OssicleError (rig): `device-silent` when no answer comes in `timing.helloMs`.
 */
export async function greet(core: SessionCore): Promise<void> {
	const { decoder, timing, waiter } = core;
	const random = randomBytes(4).readUInt32LE(0);
	const nonce = hex32(random);
	const sequence = random & 0xffff;
	const frame = encodeFrame('HELLO', sequence, { nonce: random });
	const answered = () => decoder.session.hello?.nonce === nonce;
	core.sender.stop();
	const heardBefore = decoder.session.bytesReceived;
	const startMs = performance.now();
	let sent = 0;
	let writing = false;
	while (!answered()) {
		core.check();
		if (performance.now() - startMs > timing.helloMs) throw core.fail(silentDevice(core, sent, heardBefore));
		if (!writing) {
			writing = true;
			sent += 1;
			// Not awaited: a line which takes nothing must end in the time-out above.
			void core.transmit(frame).then(
				() => {
					writing = false;
				},
				(error: unknown) => core.fail(asRigError(error, 'link-write', 'cannot write to the device')),
			);
		}
		await waiter.waitFor(answered, timing.helloRetryMs);
	}
	core.startSender(sequence + 1);
	core.check();
}

/** The likely cause differs: no byte at all (power, port), or bytes that are no answer (firmware, baud rate). */
function silentDevice({ options, decoder, timing }: SessionCore, sent: number, heardBefore: number): OssicleError {
	const { device, link } = options;
	const { bytesReceived, console } = decoder.session;
	const heard = bytesReceived - heardBefore;
	const last = console.at(-1);
	const what =
		heard === 0
			? 'nothing came back at all: is it powered, flashed, and is this the right port?'
			: `${heard} bytes came, but no answer${last === undefined ? '' : ` (last line: ${JSON.stringify(last.slice(0, 80))})`}: is this the right firmware and baud rate?`;
	const text = `${device} is silent on ${link.description}: HELLO was sent ${sent} times in ${timing.helloMs} ms, ${what}`;
	return new OssicleError('device-silent', 'rig', text, { device, sent, heard });
}
