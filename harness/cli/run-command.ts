import path from 'node:path';
import { OssicleError } from '../error.ts';
import type { RunRecord } from '../generated/record.ts';
import { EXIT, exitCodeOfRun, type Undecided } from '../judge/exit-code.ts';
import type { RunFolder } from '../record/run-folder.ts';
import { RUNS_FOLDER, run } from '../run.ts';
import { MAX_SESSIONS } from '../scenario/clip-list.ts';
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
	image?: string;
	port?: string;
	sessions?: string;
	note?: string;
	requireEvidence?: string;
	inconclusive?: string;
	gate: boolean;
	runs?: string;
	json?: boolean;
}

const ignore = () => {};

/** `ossicle run`. @returns the exit code. @throws OssicleError */
export async function runCommand(scenario: string, options: RunCommandOptions): Promise<number> {
	const { clips, note, spec, image, port, requireEvidence } = options;
	if (requireEvidence !== undefined && requireEvidence !== 'silicon') {
		const text = `--require-evidence: expected \`silicon\`, got \`${requireEvidence}\`; weaker evidence needs no option.`;
		throw new OssicleError('option', 'usage', text, { requireEvidence });
	}
	const sessions = sessionsOf(options.sessions);
	const undecided = undecidedOf(options.inconclusive);
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
	const progress = showProgress(process.stderr);
	try {
		const { folder, record, captureFailure } = await run({
			scenario,
			devices: options.device.length > 0 ? options.device : [chosenDevice(process.cwd())],
			...(spec === undefined ? {} : { spec }),
			...(clips === undefined ? {} : { clips }),
			...(sessions === undefined ? {} : { sessions }),
			...(note === undefined ? {} : { note }),
			...(requireEvidence === undefined ? {} : { requireEvidence }),
			runsFolder: options.runs ?? RUNS_FOLDER,
			command: ['ossicle', ...process.argv.slice(2)],
			attach: { ...(image === undefined ? {} : { imagePath: image }), ...(port === undefined ? {} : { port }) },
			signal: stop.signal,
			progress: progress.line,
		});
		progress.end();
		printRecord(record, folder, options.json === true);
		await reportOn(folder, record, undecided);
		if (stop.signal.aborted) return EXIT_INTERRUPTED;
		if (captureFailure !== null) {
			console.error(`ossicle: ${captureFailure.message}`);
			return EXIT.rigError;
		}
		const exitCode = exitCodeOfRun(record, undecided);
		return options.gate || exitCode === EXIT.rigError ? exitCode : EXIT.pass;
	} finally {
		progress.end();
		process.removeListener('SIGINT', interrupt);
		process.removeListener('SIGTERM', interrupt);
	}
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
