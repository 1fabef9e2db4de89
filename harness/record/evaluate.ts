import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { decodeCaptureFile } from '../capture/decode-run.ts';
import type { DecodedRun } from '../capture/session-data.ts';
import { OssicleError } from '../error.ts';
import type { ClipList } from '../generated/clips.ts';
import type { CaptureFacts, Manifest, RunRecord } from '../generated/record.ts';
import { judgeCells } from '../judge/cells.ts';
import { reportedFigures } from '../judge/reported.ts';
import { planFor } from '../scenario/clip-plan.ts';
import { paramText } from '../scenario/params.ts';
import { readInputs } from './read-inputs.ts';
import { inputHashes, json, type RunFolder, writeAtomically } from './run-folder.ts';
import { clipSummaries, sessionSummary, summaryOf } from './summaries.ts';

export interface EvaluateOptions {
	source: Manifest['source'];
	/** Version of the Ossicle that judges. */
	evaluatedBy: string;
}

/**
 * The record of a run, from its capture and its inputs alone: the same function for the live run and for `replay`. A
 * record that lies in the folder already is never read, so nothing written into it can change a verdict.
 *
 * @throws OssicleError (usage) when the inputs are missing or not valid: then there is nothing to judge by
 */
export async function evaluate(folder: RunFolder, options: EvaluateOptions): Promise<RunRecord> {
	return (await evaluated(folder, options)).record;
}

/** As `evaluate`, with the run as it was decoded. */
export async function evaluated(
	folder: RunFolder,
	options: EvaluateOptions,
): Promise<{ record: RunRecord; run: DecodedRun }> {
	const { spec, list, devices, calibrations, reference } = readInputs(folder);
	const { run, capture } = await readCapture(folder);
	const manifest = manifestOf(folder, run, capture, list, options);
	const { startedAt, inputsChanged, source } = manifest;
	const input = { spec, list, devices, calibrations, reference, run, startedAt, inputsChanged, source };
	const cells = judgeCells(input);
	const known = run.sessions.flatMap((session) => {
		const facts = devices.get(session.event.device);
		return facts === undefined ? [] : [{ session, facts }];
	});
	const record: RunRecord = {
		schema: 1,
		manifest,
		spec: spec.rows,
		cells,
		reported: reportedFigures(input),
		sessions: known.map(({ session, facts }) => sessionSummary(session, facts, planFor(list, facts))),
		clips: known.flatMap(({ session, facts }) => clipSummaries(session, planFor(list, facts).list)),
		summary: summaryOf(cells),
	};
	return { record, run };
}

/** Writes `record.json`, whole or not at all. @throws OssicleError `write-failed` (rig) */
export function writeRecord(folder: RunFolder, record: RunRecord): void {
	writeAtomically(folder.record, json(record));
}

/** `console.log`: what the devices printed, with control characters made harmless for a terminal. */
export function writeConsole(folder: RunFolder, run: DecodedRun): void {
	const lines = run.sessions.flatMap((session) => session.console.map((line) => printable(line)));
	writeAtomically(folder.console, lines.length === 0 ? '' : `${lines.join('\n')}\n`);
}

function printable(line: string): string {
	return line.replace(
		/[^\t\x20-\x7e\u00a0-\uffff]/g,
		(letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
	);
}

async function readCapture(folder: RunFolder): Promise<{ run: DecodedRun; capture: CaptureFacts }> {
	if (!existsSync(folder.capture)) {
		const run: DecodedRun = { run: null, sessions: [], end: null, damage: 'capture.ndjson is missing', faults: [] };
		return { run, capture: { sha256: null, bytes: 0, lines: 0, damage: run.damage } };
	}
	const run = await decodeCaptureFile(folder.capture).catch((cause: unknown) => {
		throw new OssicleError(
			'capture-unreadable',
			'rig',
			`${folder.capture}: cannot be read (${(cause as Error).message}).`,
			{},
			cause,
		);
	});
	const hash = createHash('sha256');
	let bytes = 0;
	let lines = 0;
	for await (const chunk of createReadStream(folder.capture) as AsyncIterable<Buffer>) {
		hash.update(chunk);
		bytes += chunk.length;
		for (const byte of chunk) if (byte === 10) lines += 1;
	}
	return { run, capture: { sha256: hash.digest('hex'), bytes, lines, damage: run.damage } };
}

function endReason(end: DecodedRun['end']): string | null {
	if (end === null) return 'the capture stops without an end: the run was killed, or is still going on';
	return end.reason === 'interrupted' ? 'somebody stopped it' : null;
}

function manifestOf(
	folder: RunFolder,
	{ run, end, damage, faults }: DecodedRun,
	capture: CaptureFacts,
	list: Pick<ClipList, 'subset' | 'requireEvidence' | 'sessions' | 'params'>,
	options: EvaluateOptions,
): Manifest {
	const inputs = inputHashes(folder);
	const promised = run?.inputs ?? {};
	const names = [...new Set([...Object.keys(inputs), ...Object.keys(promised)])].sort();
	const [fault] = faults;
	return {
		id: run?.id ?? folder.id,
		startedAt: run?.startedAt ?? null,
		endedAt: end?.endedAt ?? null,
		source: options.source,
		status: damage !== null ? 'rig-error' : (end?.reason ?? 'interrupted'),
		statusReason: damage ?? fault?.text ?? endReason(end),
		command: run?.command ?? [],
		note: run?.note ?? null,
		versions: { ossicle: run?.ossicle ?? null, evaluatedBy: options.evaluatedBy, node: process.version },
		inputs,
		inputsChanged: names.filter((name) => inputs[name] !== promised[name]),
		capture,
		subset: list.subset,
		requireEvidence: list.requireEvidence,
		sessionsAsked: list.sessions ?? 1,
		parameters: (list.params ?? []).map((param) => ({ ...param, text: paramText(param) })),
	};
}
