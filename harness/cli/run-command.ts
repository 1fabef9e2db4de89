import path from 'node:path';
import { OssicleError } from '../error.ts';
import type { RunRecord } from '../generated/record.ts';
import { EXIT, exitCodeOfRun, type Undecided, worstExitCode } from '../judge/exit-code.ts';
import type { RunFolder } from '../record/run-folder.ts';
import { DEVICES_FOLDER, RUNS_FOLDER, type RunOptions, run } from '../run.ts';
import { MAX_SESSIONS } from '../scenario/clip-list.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { loadScenario, scenarioPathsOf } from '../scenario/load-scenario.ts';
import { loadSpec } from '../scenario/load-spec.ts';
import { parseParamOptions } from '../scenario/params.ts';
import { chosenDevice } from '../setup/chosen-device.mjs';
import { printRecord } from './print-record.ts';
import { showProgress } from './progress.ts';
import { undecidedOf } from './undecided-option.ts';

/** By convention of shells: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

export interface RunCommandOptions {
	device: string[];
	spec?: string;
	clips?: string;
	/** As typed, `name=value` each. */
	param?: string[];
	image?: string;
	port?: string;
	link?: string;
	sessions?: string;
	note?: string;
	requireEvidence?: string;
	inconclusive?: string;
	gate: boolean;
	runs?: string;
	json?: boolean;
}

const ignore = () => {};

/**
 * `ossicle run`: a scenario, or all of a folder one after the other, each with a record of its own.
 * @returns the exit code: of several, the worst. @throws OssicleError
 */
export async function runCommand(scenario: string, options: RunCommandOptions): Promise<number> {
	const asked = askedOf(options);
	const undecided = undecidedOf(options.inconclusive);
	const paths = scenarioPathsOf(scenario);
	// What is wrong with the second one is said before the first one takes its hour.
	for (const path of paths) checkScenario(path, asked);
	const stop = new AbortController();
	// The first Ctrl-C ends the session in good order; whoever presses it again means it.
	const interrupt = () => {
		if (stop.signal.aborted) process.exit(EXIT_INTERRUPTED);
		console.error('\ninterrupted: leaving the device idle and writing the record (Ctrl-C again to quit at once)');
		stop.abort();
	};
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', interrupt);
	// A file that may grow no further (ulimit -f) is to fail the write (EFBIG), which ends the run in good
	// order, and not us: also not while the process ends.
	process.on('SIGXFSZ', ignore);
	const finished: Finished[] = [];
	try {
		for (const path of paths) {
			if (stop.signal.aborted) break;
			if (paths.length > 1) console.error(`\n== ${path} (${finished.length + 1} of ${paths.length})`);
			finished.push(await runOne(path, asked, undecided, stop.signal));
		}
	} finally {
		process.removeListener('SIGINT', interrupt);
		process.removeListener('SIGTERM', interrupt);
	}
	if (options.json === true) printJson(finished.map(({ record }) => record));
	if (paths.length > 1) console.error(`\n${closingOverAll(paths, finished)}`);
	if (stop.signal.aborted) return EXIT_INTERRUPTED;
	const exitCode = worstExitCode(finished.map((each) => each.exitCode));
	return options.gate || exitCode === EXIT.rigError ? exitCode : EXIT.pass;
}

/** What every scenario is run with. */
type Asked = Omit<RunOptions, 'scenario' | 'signal' | 'progress'>;

interface Finished {
	path: string;
	record: RunRecord;
	exitCode: number;
}

function askedOf(options: RunCommandOptions): Asked {
	const { clips, note, spec, image, port, link, requireEvidence } = options;
	if (requireEvidence !== undefined && requireEvidence !== 'silicon') {
		const text = `--require-evidence: expected \`silicon\`, got \`${requireEvidence}\`; weaker evidence needs no option.`;
		throw new OssicleError('option', 'usage', text, { requireEvidence });
	}
	const sessions = sessionsOf(options.sessions);
	return {
		devices: options.device.length > 0 ? options.device : [chosenDevice(process.cwd())],
		...(spec === undefined ? {} : { spec }),
		...(clips === undefined ? {} : { clips }),
		...(options.param === undefined ? {} : { params: parseParamOptions(options.param) }),
		...(sessions === undefined ? {} : { sessions }),
		...(note === undefined ? {} : { note }),
		...(requireEvidence === undefined ? {} : { requireEvidence }),
		runsFolder: options.runs ?? RUNS_FOLDER,
		command: ['ossicle', ...process.argv.slice(2)],
		attach: {
			...(image === undefined ? {} : { imagePath: image }),
			...(port === undefined ? {} : { port }),
			...(link === undefined ? {} : { link }),
		},
	};
}

/** @throws OssicleError (usage) as `run` would, for what needs no device to be found out */
function checkScenario(path: string, { devices, spec }: Asked): void {
	const scenario = loadScenario(path);
	const known = loadDevices(DEVICES_FOLDER);
	const facts = devices.map((id) => deviceOf(known, id).facts);
	loadSpec(spec ?? scenario.spec.path, known, facts);
}

async function runOne(path: string, asked: Asked, undecided: Undecided, signal: AbortSignal): Promise<Finished> {
	const progress = showProgress(process.stderr);
	try {
		const outcome = await run({ ...asked, scenario: path, signal, progress: progress.line });
		const { folder, record, captureFailure } = outcome;
		progress.end();
		printRecord(record, folder);
		await reportOn(folder, record, undecided);
		if (captureFailure !== null) console.error(`ossicle: ${captureFailure.message}`);
		const exitCode = captureFailure === null ? exitCodeOfRun(record, undecided) : EXIT.rigError;
		return { path, record, exitCode };
	} finally {
		progress.end();
	}
}

/** The record; of several scenarios a list of them. Nothing else is ever printed on stdout. */
function printJson(records: readonly RunRecord[]): void {
	const [only] = records;
	const value = records.length === 1 ? only : records;
	process.stdout.write(`${JSON.stringify(value, null, '\t')}\n`);
}

/** A line for each scenario, and what all of them come to. */
function closingOverAll(paths: readonly string[], finished: readonly Finished[]): string {
	const lines = finished.map(({ path, record, exitCode }) => {
		const asked = record.cells.filter(({ verdict }) => verdict !== 'not-requested');
		const met = asked.filter(({ verdict }) => verdict === 'pass' || verdict === 'marginal').length;
		return `  ${path}: ${met} of ${asked.length} limits met, exit code ${exitCode}`;
	});
	const left = paths.slice(finished.length).map((path) => `  ${path}: not run`);
	const worst = worstExitCode(finished.map(({ exitCode }) => exitCode));
	return [
		`${finished.length} of ${paths.length} scenarios were run; the worst exit code is ${worst}.`,
		...lines,
		...left,
	].join('\n');
}

function sessionsOf(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const sessions = /^\d{1,6}$/.test(text) ? Number(text) : 0;
	if (sessions >= 1 && sessions <= MAX_SESSIONS) return sessions;
	throw new OssicleError(
		'option',
		'usage',
		`--sessions: expected a whole number from 1 to ${MAX_SESSIONS}, got \`${text}\`.`,
		{ sessions: text },
	);
}

/** The pages for the next morning. A report that cannot be written takes nothing from the run. */
async function reportOn(folder: RunFolder, record: RunRecord, inconclusive: Undecided): Promise<void> {
	try {
		const { writeReports } = await import('../../reports/render/write-reports.ts');
		const { html } = await writeReports(folder, record, { inconclusive });
		console.error(`report: ${path.relative('', html)}`);
	} catch (error) {
		const why = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
		console.error(`ossicle: no report was written (${why}); the run is whole: \`ossicle report\` writes it again`);
	}
}
