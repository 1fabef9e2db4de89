/**
 * A run, from fixture to record: the one place where all stages meet.
 *
 * Everything up to `judge` only fills the capture; the verdicts come from reading it back, as a replay does. So a run that
 * is cut off anywhere leaves a folder from which the same verdicts (or the reason why there are none) can be had.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AttachOptions, checkReach, preflight } from '../devices/driver.ts';
import { CaptureWriter } from './capture/capture-writer.ts';
import { isOssicleError, type OssicleError } from './error.ts';
import type { DeviceFacts } from './generated/device.ts';
import type { RunRecord } from './generated/record.ts';
import type { ByteLink } from './link/byte-link.ts';
import { evaluateAndWrite } from './record/finish.ts';
import { createRunFolder, type RunFolder } from './record/run-folder.ts';
import { runSession, type SessionEnd, type SessionPlan } from './run-session.ts';
import { loadCalibrations } from './scenario/calibration.ts';
import { freezeClipList } from './scenario/clip-list.ts';
import { deviceOf, loadDevices } from './scenario/device-facts.ts';
import { checkFixtures, loadScenario } from './scenario/load-scenario.ts';
import { loadSpec } from './scenario/load-spec.ts';
import type { ParamValues } from './scenario/params.ts';
import { prepareClip } from './stimulate/prepare-clip.ts';
import { OSSICLE_VERSION } from './version.ts';

export const DEVICES_FOLDER = fileURLToPath(new URL('../devices', import.meta.url));
export const RUNS_FOLDER = fileURLToPath(new URL('../reports/runs', import.meta.url));

export interface RunOptions {
	/** Folder or `*.scenario.yaml`. */
	scenario: string;
	/** Device ids, each a row of the spec. */
	devices: readonly string[];
	/** A spec table in place of the scenario's own. */
	spec?: string;
	/** Pattern over clip names, or several by comma: a part of the clips, which decides nothing. */
	clips?: string;
	/** Parameters of the firmware, as on the wire, in place of the scenario's own or beside them. */
	params?: ParamValues;
	/** Sessions of each device, 1 to 1000: each flashes, boots, settles and warms up afresh. Default: 1. */
	sessions?: number;
	note?: string;
	requireEvidence?: 'silicon';
	runsFolder?: string;
	/** As typed, for the record. */
	command: readonly string[];
	attach?: Pick<AttachOptions, 'imagePath' | 'port' | 'link' | 'posixArgs'>;
	/** Ctrl-C: the session is ended cleanly and the record says `interrupted`. */
	signal?: AbortSignal;
	/** A line for people about what is going on. */
	progress?: (text: string) => void;
	/** A man in the middle, for tests: gets the link of each session. */
	wrapLink?: (link: ByteLink, facts: DeviceFacts) => ByteLink;
	/** Other waiting times, for tests of faults. */
	timing?: SessionPlan['timing'];
}

export interface RunOutcome {
	folder: RunFolder;
	record: RunRecord;
	/** Why the capture could not be written to its end: a rig error that the record cannot tell, because it comes from there. */
	captureFailure: OssicleError | null;
}

/**
 * @throws OssicleError (usage) for bad input, before a run folder exists; (rig) when the record itself cannot be written.
 *   What goes wrong on the bench is no exception: it is in the record.
 */
export async function run(options: RunOptions): Promise<RunOutcome> {
	const { progress = () => {} } = options;
	// First of all: the command is kept in the run folder, and a password in a URL must not be.
	checkReach(options.attach ?? {});
	const scenario = loadScenario(options.scenario);
	checkFixtures(scenario);
	const known = loadDevices(DEVICES_FOLDER);
	const loaded = [...new Set(options.devices)].map((id) => deviceOf(known, id));
	const devices = loaded.map(({ facts }) => facts);
	const calibrations = loadCalibrations(DEVICES_FOLDER, loaded);
	const spec = loadSpec(options.spec ?? scenario.spec.path, known, devices);
	const list = freezeClipList(scenario, {
		devices: devices.map((facts) => facts.id),
		subset: options.clips ?? null,
		requireEvidence: options.requireEvidence ?? null,
		sessions: options.sessions ?? 1,
		...(options.params === undefined ? {} : { params: options.params }),
		crcOf: (clip, { codec, pacing }) => {
			const { samples, sampleRateHz: sampleRate } = clip.read();
			return prepareClip(samples, { codec, pacing, sampleRate }).crcHex;
		},
	});
	for (const facts of devices) if (facts.unsupported === undefined) await preflight(facts, options.attach);
	const { folder, hashes } = createRunFolder(path.resolve(options.runsFolder ?? RUNS_FOLDER), {
		scenarioYaml: scenario.text,
		specMarkdown: spec.text,
		clips: list,
		devices,
		calibrations,
		reference: scenario.reference,
	});
	progress(`run folder ${path.relative('', folder.path)}`);
	const judging = { source: 'live', evaluatedBy: OSSICLE_VERSION } as const;
	let end: SessionEnd = 'complete';
	let refused: OssicleError | null = null;
	let captureFailure: OssicleError | null = null;
	try {
		const capture = CaptureWriter.create(folder.capture);
		try {
			capture.append({
				k: 'run',
				id: folder.id,
				startedAt: new Date().toISOString(),
				ossicle: OSSICLE_VERSION,
				command: [...options.command],
				inputs: hashes,
				...(options.note === undefined ? {} : { note: options.note }),
			});
			await evaluateAndWrite(folder, judging);
			({ end, refused } = await runSessions({ ...options, scenario, list, capture, progress }, devices));
			capture.append({ k: 'run-end', endedAt: new Date().toISOString(), reason: end });
		} finally {
			await capture.close();
		}
	} catch (error) {
		// A capture that cannot be written any more is the one fault that cannot be captured: said here, and by its missing end.
		if (!isOssicleError(error)) throw error;
		captureFailure = error;
		progress(error.message);
	}
	const record = await evaluateAndWrite(folder, judging);
	if (refused !== null) throw refused;
	return { folder, record, captureFailure };
}

/**
 * All sessions of all devices, numbered through the run. A device one of whose sessions fails is not judged, so the rest of
 * its sessions are left out.
 */
async function runSessions(
	plan: Omit<SessionPlan, 'session' | 'facts'>,
	devices: readonly DeviceFacts[],
): Promise<{ end: SessionEnd; refused: OssicleError | null }> {
	const { list, progress, signal } = plan;
	const { sessions = 1 } = list;
	let end: SessionEnd = 'complete';
	let refused: OssicleError | null = null;
	let session = 0;
	for (const facts of devices) {
		// What cannot be run cannot be run several times either.
		const rounds = facts.unsupported === undefined ? sessions : 1;
		for (let round = 1; round <= rounds && !signal?.aborted; round++) {
			session += 1;
			if (rounds > 1) progress(`${facts.id}: session ${round} of ${rounds}`);
			const ended = await runSession({ ...plan, session, facts }).catch((error: unknown) => {
				if (!isOssicleError(error) || error.kind !== 'usage') throw error;
				refused ??= error;
				return 'rig-error' as const;
			});
			if (ended === 'complete') continue;
			end = ended;
			const left = rounds - round;
			if (left > 0 && !signal?.aborted)
				progress(
					`${facts.id}: judged on all of its sessions or not at all, so the last ${left === 1 ? 'one is' : `${left} are`} left out`,
				);
			break;
		}
	}
	return { end: signal?.aborted ? 'interrupted' : end, refused };
}
