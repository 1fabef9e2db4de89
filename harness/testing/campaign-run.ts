/** One session on the posix board with planned faults, captured as a run of its own. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { CaptureWriter } from '../capture/capture-writer.ts';
import { decodeCaptureFile } from '../capture/decode-run.ts';
import type { DecodedRun } from '../capture/session-data.ts';
import { isOssicleError, type OssicleError } from '../error.ts';
import { PosixProcess } from '../link/posix-process.ts';
import { type ClipOutcome, DeviceSession } from '../session/device-session.ts';
import type { SessionTiming } from '../session/session-timing.ts';
import { type PreparedClip, prepareClip } from '../stimulate/prepare-clip.ts';
import type { Fault } from './fault.ts';
import { FaultLink } from './fault-link.ts';
import { toneWithPause } from './sounds.ts';

/** Short: a dead session must not cost a second. Too short for a busy machine only makes a rig error, never a pass. */
const TIMING: Partial<SessionTiming> = {
	helloRetryMs: 40,
	helloMs: 600,
	answerMs: 500,
	silentMs: 500,
	stalledMs: 600,
	playFactor: 2,
	playMarginMs: 300,
	retransmitFirstMs: 60,
	retransmitLeastMs: 25,
	retransmitMostMs: 200,
	giveUpMs: 500,
	byeMs: 100,
};

/** What each session of the campaign does: three codecs, two pacings, silence, a rest shorter than a hop. */
export function campaignClips(): { name: string; prepared: PreparedClip }[] {
	const clip = (
		name: string,
		samples: number,
		codec: PreparedClip['codec'],
		pacing: PreparedClip['pacing'],
		seed: number,
	) => ({
		name,
		prepared: prepareClip(toneWithPause(samples, 700, 1000, seed), { codec, pacing, sampleRate: 16_000 }),
	});
	return [
		clip('one', 2100, 'pcm16', 'fast', 1),
		clip('two', 1536, 'mulaw', 'fast', 2),
		clip('three', 2600, 'ima-adpcm', 'fast', 3),
		clip('four', 1024, 'mulaw', 'preload', 4),
	];
}

export interface CampaignRun {
	number: number;
	seed: number;
	faults: Fault[];
	/** Which of the faults came to pass before the session ended. */
	fired: Fault[];
	folder: string;
	capturePath: string;
	/** What the live session said of each clip, as far as it came. */
	outcomes: ClipOutcome[];
	/** What ended the live session, if something did. */
	error: OssicleError | null;
	/** Frames the live session had to repeat. */
	repeats: number;
	/** The capture file, decoded as a replay would. */
	decoded: DecodedRun;
	/** What the device really sent. */
	sentByDevice: Uint8Array;
	milliseconds: number;
	/** What the sanitizers of the firmware had to say. */
	stderr: string;
}

/** Runs one session with these faults. Only a bug in the harness itself makes it throw. */
export async function campaignRun(
	program: string,
	folder: string,
	about: { number: number; seed: number; faults: Fault[] },
): Promise<CampaignRun> {
	const startMs = performance.now();
	await mkdir(folder, { recursive: true });
	const capturePath = path.join(folder, 'capture.ndjson');
	const capture = CaptureWriter.create(capturePath);
	const command = ['campaign', String(about.seed)];
	capture.append({
		k: 'run',
		id: `campaign-${about.number}`,
		startedAt: new Date().toISOString(),
		ossicle: 'test',
		command,
		inputs: {},
	});
	const board = await PosixProcess.start({ program, args: ['--counter', 'scripted', '--boot-id', '0badcafe'] });
	const wire = new FaultLink(board, about.faults, { reset: () => board.reset() });
	const outcomes: ClipOutcome[] = [];
	let error: OssicleError | null = null;
	let session: DeviceSession | null = null;
	try {
		session = await DeviceSession.open({ link: wire, capture, session: 1, device: 'posix', timing: TIMING });
		for (const { name, prepared } of campaignClips()) {
			outcomes.push(await session.runClip(prepared, { name, segment: 'campaign' }));
		}
		await session.memory();
		await session.health();
		await session.bye();
	} catch (caught) {
		if (!isOssicleError(caught)) throw caught;
		error = caught;
	} finally {
		await session?.close();
		await board.close();
	}
	capture.append({
		k: 'run-end',
		endedAt: new Date().toISOString(),
		reason: error === null ? 'complete' : 'rig-error',
	});
	await capture.close();
	const decoded = await decodeCaptureFile(capturePath);
	const sentByDevice = Buffer.concat(wire.sentByDevice);
	const milliseconds = performance.now() - startMs;
	const repeats = session?.repeats ?? 0;
	return {
		...about,
		fired: wire.fired,
		folder,
		capturePath,
		outcomes,
		error,
		repeats,
		decoded,
		sentByDevice,
		milliseconds,
		stderr: board.stderr,
	};
}
