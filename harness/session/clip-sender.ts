/** One attempt at a clip on the wire: its parts, paced as the clip says, and the wait for its results. */
import type { ClipEvent } from '../capture/capture-line.ts';
import type { DecodedClip } from '../capture/session-data.ts';
import { clipMs, dueMs } from '../stimulate/pacing.ts';
import type { ClipPart, PreparedClip } from '../stimulate/prepare-clip.ts';
import type { SessionCore } from './session-core.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * Sends the clip once, up to its clip-end or to the moment the attempt cannot count any more; then the attempt is voided in
 * the capture and aborted on the device. Returns it as decoded: it counts when it has no problems. Throws OssicleError
 * (rig) when the bench fails.
 */
export async function sendClip(core: SessionCore, prepared: PreparedClip, event: ClipEvent): Promise<DecodedClip> {
	core.check();
	core.record(event);
	const attempt = core.decoder.attempt;
	if (attempt === null || attempt.clip.event !== event) throw new Error('the decoder did not take the clip');
	const spoilt = () => attempt.over || attempt.clip.problems.length > 0;
	const { clip, attempt: number } = event;
	core.sender.send('CLIP_BEGIN', {
		clip,
		attempt: number,
		reserved0: 0,
		reserved1: 0,
		reserved2: 0,
		totalSamples: prepared.samples,
		crc: prepared.crc,
	});
	let stalled: string | null = null;
	if (prepared.pacing === 'realtime') await sendInRealtime(core, prepared, spoilt);
	else for (const part of prepared.parts) sendPart(core, part);
	if (!spoilt()) {
		core.sender.send('CLIP_END', { clip });
		if (prepared.pacing === 'preload') {
			const loaded = () => spoilt() || attempt.loaded !== null;
			stalled = await core.waiter.whileProgressing(loaded, '`loaded`');
			if (stalled === null && !spoilt()) await play(core, prepared, clip, spoilt);
		} else stalled = await core.waiter.whileProgressing(spoilt, '`clip-end`');
	}
	if (attempt.over && attempt.clip.problems.length === 0) return attempt.clip;
	const [problem = stalled ?? '`clip-end` did not come in time'] = attempt.clip.problems;
	core.record({ k: 'clip-void', clip, attempt: number, reason: problem });
	if (!attempt.over) await abort(core);
	return attempt.clip;
}

/** Each part when its first sample is due, counted from now. */
async function sendInRealtime(core: SessionCore, prepared: PreparedClip, spoilt: () => boolean): Promise<void> {
	const startMs = performance.now();
	for (const part of prepared.parts) {
		const at = startMs + dueMs(part, prepared.sampleRate);
		// Timers may fire a fraction of a millisecond early; a sample must not go before its time.
		while (performance.now() < at && !spoilt()) await core.waiter.waitFor(spoilt, at - performance.now());
		core.check();
		if (spoilt()) return;
		sendPart(core, part);
	}
}

function sendPart({ sender }: SessionCore, part: ClipPart): void {
	if (part.kind === 'audio') sender.send('AUDIO', { offset: part.offset }, part.bytes);
	else sender.send('SILENCE', { offset: part.offset, count: part.count });
}

/** PLAY, then silence on the link until the results come. */
async function play(core: SessionCore, prepared: PreparedClip, clip: number, spoilt: () => boolean): Promise<void> {
	const { timing } = core;
	const limitMs = clipMs(prepared) * timing.playFactor + timing.playMarginMs;
	// A repeat would break the silence, and the attempt with it: it must not come from a busy machine's late answer.
	core.sender.send('PLAY', { clip }, NO_BYTES, { repeatMs: timing.retransmitMostMs, giveUpMs: limitMs });
	await core.waiter.waitFor(spoilt, limitMs);
	core.check();
}

/** The device forgets the clip; what it still says about it belongs to the attempt that was given up. */
async function abort(core: SessionCore): Promise<void> {
	core.sender.clearQueue();
	core.sender.send('ABORT', {});
	await core.drained('the acknowledgement of ABORT');
}
