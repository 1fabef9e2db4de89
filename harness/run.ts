/**
 * A run, from fixture to record: the one place where all stages meet.
 *
 * Everything up to `judge` only fills the capture; the verdicts come from reading it back, as a replay does. So a run that
 * is cut off anywhere leaves a folder from which the same verdicts (or the reason why there are none) can be had.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AttachOptions, preflight } from '../devices/driver.ts';
import { CaptureWriter } from './capture/capture-writer.ts';
import { isOssicleError, type OssicleError } from './error.ts';
import type { DeviceFacts } from './generated/device.ts';
import type { RunRecord } from './generated/record.ts';
import type { ByteLink } from './link/byte-link.ts';
import { evaluateAndWrite } from './record/finish.ts';
import { createRunFolder, type RunFolder } from './record/run-folder.ts';
import { runSession, type SessionEnd, type SessionPlan } from './run-session.ts';
import { freezeClipList } from './scenario/clip-list.ts';
import { deviceOf, loadDevices } from './scenario/device-facts.ts';
import { checkFixtures, loadScenario } from './scenario/load-scenario.ts';
import { loadSpec } from './scenario/load-spec.ts';
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
	/** Pattern over clip names: a part of the clips, which decides nothing. */
	clips?: string;
	note?: string;
	requireEvidence?: 'silicon';
	runsFolder?: string;
	/** As typed, for the record. */
	command: readonly string[];
	attach?: Pick<AttachOptions, 'imagePath' | 'port' | 'posixArgs'>;
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
	const { signal, progress = () => {} } = options;
	const scenario = loadScenario(options.scenario);
	checkFixtures(scenario);
	const known = loadDevices(DEVICES_FOLDER);
	const devices = [...new Set(options.devices)].map((id) => deviceOf(known, id).facts);
	const spec = loadSpec(options.spec ?? scenario.spec.path, known, devices);
	const list = freezeClipList(scenario, {
		devices: devices.map((facts) => facts.id),
		subset: options.clips ?? null,
		requireEvidence: options.requireEvidence ?? null,
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
	});
	progress(`run folder ${path.relative('', folder.path)}`);
	const judging = { source: 'live', evaluatedBy: OSSICLE_VERSION } as const;
	let end: SessionEnd = 'complete';
	let refused: unknown = null;
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
			for (const [index, facts] of devices.entries()) {
				if (signal?.aborted) break;
				const plan = { ...options, session: index + 1, facts, scenario, list, capture, progress };
				const ended = await runSession(plan).catch((error: unknown) => {
					if (!isOssicleError(error) || error.kind !== 'usage') throw error;
					refused ??= error;
					return 'rig-error' as const;
				});
				if (ended !== 'complete') end = ended;
			}
			if (signal?.aborted) end = 'interrupted';
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
