/**
 * Where everything of a sweep lies:
 *
 *     <id>/sweep.json     plan, state of each run, and the table: written anew after each run
 *     <id>/table.csv      the table for other programs
 *     <id>/report.html    the table and its Pareto fronts
 *     <id>/models/        the .lnn files as they were
 *     <id>/images/        what was flashed: one firmware for each board and model, built once
 *     <id>/runs/<run>/    the run folders that every figure comes from
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OssicleError } from '../error.ts';
import type { Sweep } from '../generated/sweep.ts';
import { newRunId } from '../record/run-folder.ts';
import { validated } from '../scenario/yaml-file.ts';

export interface SweepFolder {
	id: string;
	path: string;
	sweep: string;
	csv: string;
	html: string;
	models: string;
	images: string;
	runs: string;
}

/** Rows of thousands of points; a larger file is none of ours. */
const MOST_JSON_BYTES = 64 * 2 ** 20;

export function sweepFolderAt(path: string, id: string): SweepFolder {
	return {
		id,
		path,
		sweep: join(path, 'sweep.json'),
		csv: join(path, 'table.csv'),
		html: join(path, 'report.html'),
		models: join(path, 'models'),
		images: join(path, 'images'),
		runs: join(path, 'runs'),
	};
}

/** A new folder below `parent`, with copies of the models in it. @throws OssicleError `sweep-folder` (rig) */
export function createSweepFolder(
	parent: string,
	models: readonly { file: string; path: string }[],
	id = `sweep-${newRunId()}`,
): SweepFolder {
	const folder = sweepFolderAt(join(parent, id), id);
	try {
		mkdirSync(parent, { recursive: true });
		mkdirSync(folder.path);
		mkdirSync(folder.models);
		mkdirSync(folder.images);
		for (const { file, path } of models) copyFileSync(path, join(folder.models, file));
	} catch (cause) {
		const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new OssicleError(
			'sweep-folder',
			'rig',
			`${folder.path}: cannot be made (${why}). Is ${parent} a folder you may write to? --sweeps names another.`,
			{ id },
			cause,
		);
	}
	return folder;
}

/** The sweep in a folder, or in a sweep.json. @throws OssicleError `sweep-unknown`, `sweep-json`, `schema` (usage) */
export function readSweep(folderOrFile: string): { sweep: Sweep; folder: SweepFolder | null } {
	const isFolder = existsSync(folderOrFile) && statSync(folderOrFile).isDirectory();
	const path = isFolder ? join(folderOrFile, 'sweep.json') : folderOrFile;
	if (!existsSync(path)) {
		const text = `${path}: there is no such file; expected the folder of a sweep, or its sweep.json.`;
		throw new OssicleError('sweep-unknown', 'usage', text, { path });
	}
	const bytes = statSync(path).size > MOST_JSON_BYTES ? null : readFileSync(path);
	if (bytes === null)
		throw new OssicleError('sweep-json', 'usage', `${path}: more than ${MOST_JSON_BYTES} bytes; it is no sweep.json.`);
	let value: unknown;
	try {
		value = JSON.parse(bytes.toString('utf8'));
	} catch (cause) {
		const text = `${path}: is not valid JSON (${(cause as Error).message}).`;
		throw new OssicleError('sweep-json', 'usage', text, { path }, cause);
	}
	const sweep = validated<Sweep>('sweep', value, (keys) => [path, ...keys].join(' > '));
	return { sweep, folder: isFolder ? sweepFolderAt(folderOrFile, sweep.id) : null };
}

/** A sweep goes on with the models it began with, or not at all. @throws OssicleError `sweep-model` (usage) */
export function checkModels({ plan }: Sweep, folder: SweepFolder): void {
	for (const { key, file, id, sha256 } of plan.models) {
		const path = join(folder.models, file);
		const found = existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'nothing';
		if (found === sha256) continue;
		const text = `${path}: expected model ${key} (${id}) with SHA-256 ${sha256}, got ${found}. Begin a new sweep for another model.`;
		throw new OssicleError('sweep-model', 'usage', text, { path });
	}
}
