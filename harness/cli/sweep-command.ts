import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sweepCsv } from '../../reports/render/sweep/csv.ts';
import { sweepMarkdown } from '../../reports/render/sweep/markdown.ts';
import { sweepPage } from '../../reports/render/sweep/sweep-page.ts';
import { OssicleError } from '../error.ts';
import type { Sweep } from '../generated/sweep.ts';
import { SOLVERS } from '../model/lnn-layout.ts';
import { json, writeAtomically } from '../record/run-folder.ts';
import { DEVICES_FOLDER, RUNS_FOLDER } from '../run.ts';
import { MAX_SESSIONS } from '../scenario/clip-list.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { parseClocks, parseSolvers, parseTimesteps } from '../sweep/axes.ts';
import { benchRunner } from '../sweep/bench-runner.ts';
import { type PlannedSweep, planSweep, type SweepRequest } from '../sweep/plan-sweep.ts';
import { runSweep } from '../sweep/run-sweep.ts';
import { checkModels, createSweepFolder, readSweep, type SweepFolder } from '../sweep/sweep-folder.ts';
import { showProgress } from './progress.ts';
import { dryRunText, sweepText } from './sweep-text.ts';

export interface SweepCommandOptions {
	solver: string[];
	timestep: string[];
	model: string[];
	device: string[];
	clock: string[];
	clips?: string;
	hostClips?: string;
	accuracyScenario?: string;
	sessions?: string;
	full?: boolean;
	port?: string;
	note?: string;
	sweeps?: string;
	resume?: string;
	markdown?: string;
	dryRun?: boolean;
	json?: boolean;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCENARIO = path.join(ROOT, 'scenarios/liquid-audio/keywords.scenario.yaml');
const MODEL = path.join(ROOT, 'firmware/apps/liquid-audio/model.lnn');
const VARIANTS = path.join(ROOT, 'firmware/model/variants');
/** Accuracy from all clips on this PC, in seconds; counts from a few clips on the emulated board. */
const DEVICES = ['posix', 'stm32f405-emulated'];
const TIMESTEPS = ['adaptive', '5ms', '16ms', '50ms'];
const EXIT_INTERRUPTED = 130;
const EXIT_FAILED_RUNS = 3;

/**
 * `ossicle sweep`: runs every design of the axes and makes one table of them. @returns 0, 3 where a run failed, 130 where it
 * was interrupted. @throws OssicleError
 */
export async function sweepCommand(scenario: string | undefined, options: SweepCommandOptions): Promise<number> {
	if (options.markdown !== undefined) {
		const { sweep } = readSweep(options.markdown);
		process.stdout.write(sweepMarkdown(sweep, path.relative('', options.markdown)));
		return 0;
	}
	if (options.resume !== undefined) return resume(options.resume, scenario, options);
	const planned = planSweep(requestOf(scenario, options), loadDevices(DEVICES_FOLDER), new Date());
	if (options.dryRun === true) {
		console.log(
			options.json === true ? JSON.stringify(planned.sweep, null, '\t') : dryRunText(planned.sweep, planned.scenario),
		);
		return 0;
	}
	const folder = createSweepFolder(path.resolve(options.sweeps ?? RUNS_FOLDER), planned.models);
	return go({ ...planned.sweep, id: folder.id }, planned.facts, folder, options);
}

function requestOf(scenario: string | undefined, options: SweepCommandOptions): SweepRequest {
	const isStar = options.model.length === 0 && options.full !== true;
	return {
		scenario: scenario ?? path.relative('', SCENARIO),
		accuracyScenario: options.accuracyScenario ?? null,
		solvers: options.solver.length === 0 ? SOLVERS : parseSolvers(options.solver),
		timestepsMs: parseTimesteps(options.timestep.length === 0 ? TIMESTEPS : options.timestep),
		cross: isStar ? 'star' : 'full',
		models: options.model.length === 0 ? [MODEL, ...variants()] : options.model,
		devices: options.device.length === 0 ? DEVICES : [...new Set(options.device)],
		clocksHz: options.clock.length === 0 ? null : parseClocks(options.clock),
		boardClips: options.clips ?? null,
		hostClips: options.hostClips ?? null,
		sessions: sessionsOf(options.sessions),
		command: ['ossicle', ...process.argv.slice(2)],
		note: options.note ?? null,
	};
}

/** Networks of other weights, bits and sparsities, as `firmware/model` leaves them. */
function variants(): string[] {
	if (!existsSync(VARIANTS)) return [];
	return readdirSync(VARIANTS)
		.filter((name) => name.endsWith('.lnn'))
		.sort()
		.map((name) => path.join(VARIANTS, name));
}

function sessionsOf(text: string | undefined): number {
	if (text === undefined) return 1;
	const sessions = /^\d{1,6}$/.test(text) ? Number(text) : 0;
	if (sessions >= 1 && sessions <= MAX_SESSIONS) return sessions;
	const sentence = `--sessions: expected a whole number from 1 to ${MAX_SESSIONS}, got \`${text}\`.`;
	throw new OssicleError('option', 'usage', sentence, { sessions: text });
}

/** What is planned is planned: with other axes it would be another sweep. */
async function resume(name: string, scenario: string | undefined, options: SweepCommandOptions): Promise<number> {
	const { solver, timestep, model, device, clock, clips, hostClips, accuracyScenario, sessions, full } = options;
	const others = { 'host-clips': hostClips, 'accuracy-scenario': accuracyScenario };
	const given = { solver, timestep, model, device, clock, clips, ...others, sessions, full };
	const extra = Object.entries({ scenario, ...given }).find(([, value]) => value !== undefined && String(value) !== '');
	if (extra !== undefined) {
		const text = `--resume goes on with the plan of that sweep: \`${extra[0]}\` cannot be changed any more. Begin a new sweep for it.`;
		throw new OssicleError('option', 'usage', text, { option: extra[0] });
	}
	const { sweep, folder } = readSweep(name);
	if (folder === null)
		throw new OssicleError('sweep-unknown', 'usage', `--resume: expected the folder of a sweep, got the file ${name}.`);
	checkModels(sweep, folder);
	const known = loadDevices(DEVICES_FOLDER);
	const facts = new Map(sweep.plan.devices.map((id) => [id, deviceOf(known, id).facts]));
	// A note is a remark on it, and may come later.
	return go({ ...sweep, note: options.note ?? sweep.note }, facts, folder, options);
}

async function go(
	sweep: Sweep,
	facts: PlannedSweep['facts'],
	folder: SweepFolder,
	options: SweepCommandOptions,
): Promise<number> {
	const stop = new AbortController();
	// The first Ctrl-C ends the run in good order and keeps the table; whoever presses it again means it.
	const interrupt = () => {
		if (stop.signal.aborted) process.exit(EXIT_INTERRUPTED);
		console.error('\ninterrupted: ending this run, and keeping the table so far (Ctrl-C again to quit at once)');
		stop.abort();
	};
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', interrupt);
	const progress = showProgress(process.stderr);
	try {
		progress.line(`sweep folder ${path.relative('', folder.path)}`);
		const runner = benchRunner({
			folder,
			plan: sweep.plan,
			facts,
			command: ['ossicle', ...process.argv.slice(2)],
			progress: progress.line,
			...(options.port === undefined ? {} : { port: options.port }),
		});
		const write = (now: Sweep) => writeTables(now, folder);
		const ended = await runSweep(sweep, { facts, runner, write, progress: progress.line, signal: stop.signal });
		progress.end();
		console.error(`\n${sweepText(ended)}`);
		for (const file of [folder.html, folder.csv, folder.sweep]) console.error(path.relative('', file));
		if (options.json === true) process.stdout.write(json(ended));
		if (ended.state === 'interrupted') return EXIT_INTERRUPTED;
		return ended.runs.some(({ state }) => state === 'failed') ? EXIT_FAILED_RUNS : 0;
	} finally {
		progress.end();
		process.removeListener('SIGINT', interrupt);
		process.removeListener('SIGTERM', interrupt);
	}
}

/** Each whole or as it was before: a sweep that is killed leaves tables that can be read. */
function writeTables(sweep: Sweep, folder: SweepFolder): void {
	writeAtomically(folder.sweep, json(sweep));
	writeAtomically(folder.csv, sweepCsv(sweep));
	writeAtomically(folder.html, sweepPage(sweep));
}
