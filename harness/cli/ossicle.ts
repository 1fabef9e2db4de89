/** `ossicle`: the command line. Commands live in files of their own; here they are named, and errors become exit codes. */
import { Command, CommanderError } from 'commander';
import { isOssicleError } from '../error.ts';
import { OSSICLE_VERSION } from '../version.ts';
import { checkCommand } from './check-command.ts';
import { runDevices } from './devices-command.ts';
import { runFlash } from './flash-command.ts';
import { replayCommand } from './replay-command.ts';
import { runCommand } from './run-command.ts';

const EXIT_USAGE = 2;
const EXIT_RIG_ERROR = 4;

/** Repeated options gather: `--device a --device b`, and `--device a,b`. */
function gather(value: string, before: string[]): string[] {
	return [...before, ...value.split(',').filter((part) => part !== '')];
}

function program(setExit: (code: number) => void): Command {
	const root = new Command('ossicle')
		.description('Hardware-in-the-loop testing for audio machine learning')
		.version(OSSICLE_VERSION)
		.exitOverride()
		.showSuggestionAfterError();
	root
		.command('run')
		.description('flash, stream, measure, judge, record')
		.argument('<scenario>', 'scenario folder or *.scenario.yaml')
		.option('-d, --device <id>', 'device to run on (repeat for several); default: the emulated board', gather, [])
		.option('--spec <file>', 'another spec table than the scenario names')
		.option('--clips <glob>', 'only clips whose name matches; a subset never gates')
		.option('--image <file>', 'firmware image to flash, in place of the reference firmware')
		.option('--port <path>', 'serial port of the board')
		.option('--note <text>', 'kept in the record')
		.option('--require-evidence <class>', 'only this evidence may pass: silicon')
		.option('--no-gate', 'verdicts do not set the exit code; a rig error still does')
		.option('--runs <folder>', 'where run folders go')
		.option('--json', 'print the record on stdout and nothing else')
		.action(async (scenario, options) => setExit(await runCommand(scenario, options)));
	root
		.command('replay')
		.description('reach the verdicts of a run again, from its raw bytes')
		.argument('<run>', 'run folder')
		.option('--json', 'print the record on stdout and nothing else')
		.action(async (folder, options) => setExit(await replayCommand(folder, options)));
	root
		.command('check')
		.description('validate scenario, spec, fixtures and devices; touches no board')
		.argument('<scenario>', 'scenario folder or *.scenario.yaml')
		.option('-d, --device <id>', 'device the line budget is worked out for', gather, [])
		.option('--spec <file>', 'another spec table than the scenario names')
		.option('--json', 'print the findings on stdout and nothing else')
		.action(async (scenario, options) => setExit(await checkCommand(scenario, options)));
	root
		.command('devices')
		.description('known devices, and which are there')
		.option('--json', 'print the list on stdout and nothing else')
		.action(async (options) => setExit(await runDevices(options)));
	root
		.command('flash')
		.description('write an image, reboot, and prove by the build id that it runs')
		.argument('<device>', 'device id')
		.option('--image <file>', 'image to write; default: the reference firmware')
		.option('--port <path>', 'serial port of the board')
		.option('--json', 'print the outcome on stdout and nothing else')
		.action(async (device, options) => setExit(await runFlash(device, options)));
	return root;
}

/** Exit code of an error that ended a command, after saying it in words. */
function report(error: unknown, print: (text: string) => void): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
	if (isOssicleError(error)) {
		print(`ossicle: ${error.message}`);
		return error.kind === 'rig' ? EXIT_RIG_ERROR : EXIT_USAGE;
	}
	print(`ossicle: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
	return EXIT_USAGE;
}

/** Runs a command line (without node and script) and sets the exit code. */
export async function main(args: readonly string[]): Promise<void> {
	try {
		await program((code) => {
			process.exitCode = code;
		}).parseAsync(args, { from: 'user' });
	} catch (error) {
		process.exitCode = report(error, (text) => console.error(text));
	}
}
