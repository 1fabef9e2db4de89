import { createHash, randomBytes } from 'node:crypto';
import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { OssicleError } from '../error.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { FeatureReference } from '../generated/reference.ts';

/**
 * Where everything of a run lies:
 *
 *     <id>/record.json            the outcome, computed from the rest; nothing reads it back
 *     <id>/capture.ndjson         raw bytes of both directions, append-only
 *     <id>/console.log            what the device printed, for people
 *     <id>/inputs/scenario.yaml   copies of all that the verdicts depend on:
 *     <id>/inputs/spec.md
 *     <id>/inputs/clips.json
 *     <id>/inputs/devices/<device>.json
 *     <id>/inputs/calibrations/<device>.json   where the device has one
 *     <id>/inputs/reference.json               where the scenario has one
 */
export interface RunFolder {
	id: string;
	path: string;
	capture: string;
	record: string;
	console: string;
	inputs: string;
}

export const RUN_ID = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

/** `YYYYMMDD-HHMMSS-<4 hex>`, UTC: sorts by time, and two runs of one second differ. */
export function newRunId(now: Date = new Date(), random = randomBytes(2).toString('hex')): string {
	const digits = now.toISOString().replace(/\D/g, '');
	return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${random}`;
}

export function runFolderAt(path: string): RunFolder {
	return {
		id:
			path
				.split(sep)
				.filter((part) => part !== '')
				.at(-1) ?? '',
		path,
		capture: join(path, 'capture.ndjson'),
		record: join(path, 'record.json'),
		console: join(path, 'console.log'),
		inputs: join(path, 'inputs'),
	};
}

/**
 * The folder of a run named by its path or by its id below `runsFolder`.
 * @throws OssicleError `run-unknown` (usage)
 */
export function findRunFolder(nameOrPath: string, runsFolder: string): RunFolder {
	const candidates = RUN_ID.test(nameOrPath) ? [join(runsFolder, nameOrPath), nameOrPath] : [nameOrPath];
	const found = candidates.find((path) => existsSync(join(path, 'capture.ndjson')) || existsSync(join(path, 'inputs')));
	if (found !== undefined) return runFolderAt(found);
	const known = existsSync(runsFolder)
		? readdirSync(runsFolder)
				.filter((name) => RUN_ID.test(name))
				.sort()
		: [];
	const latest = known.at(-1);
	throw new OssicleError(
		'run-unknown',
		'usage',
		`No run \`${nameOrPath}\`: ${existsSync(nameOrPath) ? 'that folder has neither capture.ndjson nor inputs/; ' : ''}${latest === undefined ? `${runsFolder} holds none` : `the latest one is ${latest}`}.`,
		{
			run: nameOrPath,
		},
	);
}

export interface RunInputs {
	scenarioYaml: string;
	specMarkdown: string;
	clips: ClipList;
	devices: readonly DeviceFacts[];
	/** Of those devices which have one. */
	calibrations?: readonly Calibration[];
	/** Features to compare the device's own with. */
	reference?: FeatureReference | null;
}

/**
 * A new run folder with its inputs on disk, before anything is captured.
 * @returns the folder, and SHA-256 of each input by its path below `inputs/` (for the capture's first line)
 */
export function createRunFolder(
	runsFolder: string,
	inputs: RunInputs,
	id = newRunId(),
): { folder: RunFolder; hashes: Record<string, string> } {
	if (!RUN_ID.test(id))
		throw new OssicleError('run-id', 'usage', `\`${id}\` is no run id; expected YYYYMMDD-HHMMSS-xxxx.`, { id });
	const folder = runFolderAt(join(runsFolder, id));
	try {
		mkdirSync(runsFolder, { recursive: true });
		mkdirSync(folder.path);
	} catch (cause) {
		throw new OssicleError(
			'run-folder',
			'rig',
			`${folder.path}: cannot be made (${(cause as NodeJS.ErrnoException).code}). Is ${runsFolder} a folder you may write to? --runs names another.`,
			{ id },
			cause,
		);
	}
	writeAtomically(join(folder.inputs, 'scenario.yaml'), inputs.scenarioYaml);
	writeAtomically(join(folder.inputs, 'spec.md'), inputs.specMarkdown);
	writeAtomically(join(folder.inputs, 'clips.json'), json(inputs.clips));
	for (const facts of inputs.devices) {
		// The id was checked against /^[a-z0-9-]+$/ when the facts were loaded: it is a file name.
		writeAtomically(join(folder.inputs, 'devices', `${facts.id}.json`), json(facts));
	}
	for (const calibration of inputs.calibrations ?? []) {
		// The schema holds `device` to the letters of a file name.
		writeAtomically(join(folder.inputs, 'calibrations', `${calibration.device}.json`), json(calibration));
	}
	const { reference = null } = inputs;
	if (reference !== null) writeAtomically(join(folder.inputs, 'reference.json'), json(reference));
	return { folder, hashes: inputHashes(folder) };
}

/** SHA-256 of every file below `inputs/`, by its path there with `/`, sorted. */
export function inputHashes(folder: RunFolder): Record<string, string> {
	if (!existsSync(folder.inputs)) return {};
	const paths = readdirSync(folder.inputs, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.inputs.length + 1))
		.sort();
	return Object.fromEntries(paths.map((path) => [path.split(sep).join('/'), sha256OfFile(join(folder.inputs, path))]));
}

export function sha256OfFile(path: string): string {
	return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** JSON with tabs and a last newline, as committed files have. */
export function json(value: unknown): string {
	return `${JSON.stringify(value, null, '\t')}\n`;
}

/**
 * The whole file or the one before it, never a part: written beside, synced, renamed over, and the folder synced.
 * @throws OssicleError `write-failed` (rig)
 */
export function writeAtomically(path: string, text: string): void {
	const beside = `${path}.tmp-${process.pid}`;
	try {
		mkdirSync(dirname(path), { recursive: true });
		const file = openSync(beside, 'w');
		try {
			const bytes = Buffer.from(text);
			for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		renameSync(beside, path);
		syncFolder(dirname(path));
	} catch (cause) {
		discard(beside);
		throw new OssicleError(
			'write-failed',
			'rig',
			`${path}: cannot be written (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`,
			{ path },
			cause,
		);
	}
}

/** A part of a file takes up the last of a full disk. The error that led here is the one to tell. */
function discard(path: string): void {
	try {
		rmSync(path, { force: true });
	} catch {
		// Where nothing can be removed nothing was written.
	}
}

function syncFolder(path: string): void {
	const folder = openSync(path, 'r');
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
}
