import { OssicleError } from '../error.ts';
import { EXIT } from '../judge/exit-code.ts';
import { RUNS_FOLDER, run } from '../run.ts';
import { chosenDevice } from '../setup/chosen-device.mjs';
import { printRecord } from './print-record.ts';
import { showProgress } from './progress.ts';

/** By convention of shells: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

export interface RunCommandOptions {
	device: string[];
	spec?: string;
	clips?: string;
	image?: string;
	port?: string;
	note?: string;
	requireEvidence?: string;
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
		if (stop.signal.aborted) return EXIT_INTERRUPTED;
		if (captureFailure !== null) {
			console.error(`ossicle: ${captureFailure.message}`);
			return EXIT.rigError;
		}
		const { exitCode } = record.summary;
		return options.gate || exitCode === EXIT.rigError ? exitCode : EXIT.pass;
	} finally {
		progress.end();
		process.removeListener('SIGINT', interrupt);
		process.removeListener('SIGTERM', interrupt);
	}
}
