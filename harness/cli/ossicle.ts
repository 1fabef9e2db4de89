/** `ossicle`: the command line. Commands live in files of their own; here they are named, and errors become exit codes. */
import { Command, CommanderError } from 'commander';
import { isOssicleError } from '../error.ts';
import { OSSICLE_VERSION } from '../version.ts';
import { budgetCommand } from './budget-command.ts';
import { runCalibrate } from './calibrate-command.ts';
import { checkCommand } from './check-command.ts';
import { runClock } from './clock-command.ts';
import { closureCommand } from './closure-command.ts';
import { runDevices } from './devices-command.ts';
import { runFlash } from './flash-command.ts';
import { footprintCommand } from './footprint-command.ts';
import { modelInspectCommand } from './model-command.ts';
import { monitorCommand } from './monitor-command.ts';
import { replayCommand } from './replay-command.ts';
import { reportCommand } from './report-command.ts';
import { runCommand } from './run-command.ts';
import { sweepCommand } from './sweep-command.ts';
import { VERDICT_HELP, verdictCommand } from './verdict-command.ts';

const EXIT_USAGE = 2;
const EXIT_RIG_ERROR = 4;

const LINK_HELP = 'broker that has the device: mqtt://host[:port][/bench], or mqtts://';

/** Repeated options gather: `--device a --device b`, and `--device a,b`. */
function gather(value: string, before: string[]): string[] {
	return [...before, ...value.split(',').filter((part) => part !== '')];
}

/** The same for what may hold commas of its own. */
function gatherWhole(value: string, before: string[] = []): string[] {
	return [...before, value];
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
		.argument('<scenario>', '*.scenario.yaml, or a folder: all scenarios in it, one after the other')
		.option('-d, --device <id>', 'device to run on (repeat for several); default: the emulated board', gather, [])
		.option('--spec <file>', 'another spec table than the scenario names')
		.option('--clips <globs>', 'only clips whose name matches one of the patterns (by comma); such a part never gates')
		.option(
			'--param <name=value>',
			'set a parameter of the firmware (repeat): solver=rk4, timestep=8ms, ...',
			gatherWhole,
		)
		.option('--image <file>', 'firmware image to flash, in place of the reference firmware')
		.option('--port <path>', 'serial port of the board')
		.option('--link <url>', LINK_HELP)
		.option('--sessions <n>', 'sessions of each device, 1 to 1000; five of a board judge the board. Default: 1')
		.option('--note <text>', 'kept in the record')
		.option('--require-evidence <class>', 'only this evidence may pass: silicon')
		.option('--inconclusive <what>', 'what an undecided cell is: fail (exit code 3, the default) or warn')
		.option('--no-gate', 'verdicts do not set the exit code; a rig error still does')
		.option('--runs <folder>', 'where run folders go')
		.option('--json', 'print the record on stdout and nothing else')
		.action(async (scenario, options) => setExit(await runCommand(scenario, options)));
	root
		.command('replay')
		.description('reach the verdicts of a run again, from its raw bytes')
		.argument('<run>', 'run folder')
		.option('--inconclusive <what>', 'what an undecided cell is: fail (exit code 3, the default) or warn')
		.option('--json', 'print the record on stdout and nothing else')
		.action(async (folder, options) => setExit(await replayCommand(folder, options)));
	root
		.command('report')
		.description('judge a run anew and write report.html and junit.xml into its folder')
		.argument('<run>', 'run folder')
		.option('--inconclusive <what>', 'what an undecided cell is: fail (exit code 3, the default) or warn')
		.option('--open-path', 'print the path of report.html on stdout and nothing else')
		.option('--json', 'print the paths and the headline on stdout and nothing else')
		.action(async (folder, options) => setExit(await reportCommand(folder, options)));
	root
		.command('check')
		.description('validate scenario, spec, fixtures and devices; touches no board')
		.argument('<scenario>', '*.scenario.yaml, or a folder: all scenarios in it')
		.option('-d, --device <id>', 'device the line budget is worked out for', gather, [])
		.option('--spec <file>', 'another spec table than the scenario names')
		.option('--json', 'print the findings on stdout and nothing else')
		.action(async (scenario, options) => setExit(await checkCommand(scenario, options)));
	root
		.command('devices')
		.description('known devices, and which are there')
		.option('--broker [url]', 'list what is on a broker instead. Default: mqtt://127.0.0.1:1883')
		.option('--json', 'print the list on stdout and nothing else')
		.action(async (options) => setExit(await runDevices(options)));
	root
		.command('clock')
		.description("hold a device's clock against this machine's, and say what a wrong one looks like")
		.argument('<device>', 'device id')
		.option('--seconds <n>', 'length of the first spin, 2 to 60 s', '2')
		.option('--image <file>', 'image to write; default: the reference firmware')
		.option('--port <path>', 'serial port of the board')
		.option('--link <url>', LINK_HELP)
		.option('--json', 'print the outcome on stdout and nothing else')
		.action(async (device, options) => setExit(await runClock(device, options)));
	root
		.command('calibrate')
		.description("find a board's shunt chain through known currents; results carry its id")
		.argument('<device>', 'device id')
		.option('--point <mA>', 'a current which the reference meter shows (repeat: two or more)', gather, [])
		.option('--from <csv>', 'counts taken by hand, columns current_mA,counts, in place of --point')
		.option('--serial <board>', 'serial number of the board; default: power.boardSerial')
		.option('--temperature <C>', 'of the air around the board')
		.option('--meter <name>', 'the reference meter, for the record')
		.option('--meter-fraction <f>', 'its limit of error, of the reading (0.001 is 0.1 %)')
		.option('--meter-amperes <A>', '... plus so many amperes')
		.option('--supply-volts <V>', 'the supply as measured; default: as declared')
		.option('--supply-fraction <f>', 'limit of error of that measurement')
		.option('--out <file>', 'default: <device id>.calibration.json beside the device file')
		.option('--captures <folder>', 'where the raw bytes go')
		.option('--note <text>', 'kept in the calibration')
		.option('--image <file>', 'firmware image to flash, in place of the reference firmware')
		.option('--port <path>', 'serial port of the board')
		.option('--link <url>', LINK_HELP)
		.option('--json', 'print the calibration on stdout and nothing else')
		.action(async (device, options) => setExit(await runCalibrate(device, options)));
	root
		.command('flash')
		.description('write an image, reboot, and prove by the build id that it runs')
		.argument('<device>', 'device id')
		.option('--image <file>', 'image to write; default: the reference firmware')
		.option('--port <path>', 'serial port of the board')
		.option('--link <url>', LINK_HELP)
		.option('--json', 'print the outcome on stdout and nothing else')
		.action(async (device, options) => setExit(await runFlash(device, options)));
	// These two load an MQTT library each, which nobody else need wait for.
	root
		.command('broker')
		.description('serve an MQTT broker on this machine (127.0.0.1) until Ctrl-C; prints its URL')
		.option('--port <n>', 'port to listen on; 0: a free one. Default: 1883')
		.option('--with <broker>', 'mosquitto, or aedes, the one inside. Default: mosquitto where it is installed')
		.option('--accounts <file>', 'YAML file of accounts and their roles. Default: whoever is here may do everything')
		.option('--data <folder>', "where Mosquitto's configuration stays. Default: a temporary folder")
		.option('--json', 'print URL, process and kind on stdout as JSON')
		.action(async (options) => setExit(await (await import('./broker-command.ts')).brokerCommand(options)));
	root
		.command('bridge')
		.description('put a board of this machine on a broker until Ctrl-C, for runs with --link')
		.argument('<device>', 'device id')
		.option('--link <url>', 'broker, and the name of this bench: mqtt://host[:port][/bench]. Default bench: this host')
		.option('--image <file>', 'firmware image to flash; default: the reference firmware')
		.option('--port <path>', 'serial port of the board')
		.option('--json', 'one JSON text for each event on stdout')
		.action(async (device, options) =>
			setExit(await (await import('./bridge-command.ts')).bridgeCommand(device, options)),
		);
	root
		.command('monitor')
		.description('show what a device says, as it comes, until Ctrl-C; it is not flashed, reset or asked anything')
		.argument('<device>', 'device id')
		.option('--link <url>', LINK_HELP)
		.option('--port <path>', 'serial port of the board')
		.option('--json', 'one JSON text a line on stdout and nothing else')
		.action(async (device, options) => setExit(await monitorCommand(device, options)));
	root
		.command('footprint')
		.description('what an image takes: code, variables, model, and how deep its stack can go')
		.argument('<device>', 'device id')
		.option('--image <file>', 'image to look at; default: the reference firmware')
		.option('--json', 'print the footprint on stdout and nothing else')
		.action(async (device, options) => setExit(await footprintCommand(device, options)));
	root
		.command('budget')
		.description('what the spec allows a device by data sheet facts, before anything is flashed')
		.argument('<device>', 'device id')
		.option('--scenario <path>', 'scenario folder or *.scenario.yaml; default: the keywords of scenarios/liquid-audio')
		.option('--spec <file>', 'another spec table than the scenario names')
		.option('--image <file>', 'firmware image whose static RAM counts; default: the reference firmware, if built')
		.option('--hop <samples>', 'samples between two inferences', '256')
		.option('--strict', 'exit 1 when a limit is infeasible')
		.option('--json', 'print the budget on stdout and nothing else')
		.action(async (device, options) => setExit(await budgetCommand(device, options)));
	root
		.command('sweep')
		.description('run solvers x timesteps x models x clocks, and make one table and its Pareto fronts of them')
		.argument('[scenario]', 'scenario folder or *.scenario.yaml; default: the keywords of scenarios/liquid-audio')
		.option('--solver <names>', 'euler, heun, rk4, adaptive_heun. Default: all', gather, [])
		.option('--timestep <steps>', 'adaptive, or 1ms to 50ms. Default: adaptive,5ms,16ms,50ms', gather, [])
		.option(
			'--model <files>',
			'.lnn files. Default: the one of the firmware, and firmware/model/variants/*.lnn',
			gather,
			[],
		)
		.option('--full', 'every default model with every solver and timestep, not only the first')
		.option('-d, --device <id>', 'devices; default: posix (accuracy), stm32f405-emulated (counts)', gather, [])
		.option('--clock <rates>', 'operating points of emulated boards, such as 168MHz. Default: all declared', gather, [])
		.option('--clips <globs>', 'clips for boards. Default: one of each label, and one for power')
		.option('--host-clips <globs>', 'clips for PC builds. Default: all that accuracy and latency are judged by')
		.option('--accuracy-scenario <path>', 'PC builds count accuracy by the clips of this scenario, too: a larger set')
		.option('--sessions <n>', 'sessions of each run. Default: 1')
		.option('--port <path>', 'serial port of a board')
		.option('--note <text>', 'kept in sweep.json')
		.option('--dry-run', 'list what would be run, and run nothing')
		.option('--resume <folder>', 'go on with a sweep: finished runs are kept, failed ones tried again')
		.option('--markdown <sweep>', 'print the table of a sweep (folder or sweep.json) as a page of documentation')
		.option('--sweeps <folder>', 'where sweep folders go. Default: reports/runs')
		.option('--json', 'print sweep.json on stdout and nothing else')
		.action(async (scenario, options) => setExit(await sweepCommand(scenario, options)));
	root
		.command('model')
		.description('what is in a .lnn model: sizes, sparsity, work')
		.command('inspect')
		.description('architecture, sizes, sparsity and compression of a .lnn file; refuses what the firmware would')
		.argument('<file>', '.lnn file (firmware/model/LNN.md)')
		.option('--json', 'print the figures on stdout and nothing else')
		.action((file, options) => setExit(modelInspectCommand(file, options)));
	root
		.command('closure')
		.description('do stated figures agree with each other? stages with total, ratios with their parts, ...')
		.argument('<file>', 'claims document, YAML or JSON (harness/schema/claims.schema.json)')
		.option('--json', 'print the closures on stdout and nothing else')
		.action((file, options) => setExit(closureCommand(file, options)));
	root
		.command('verdict')
		.description('judge samples of your own: CSV with a header line, or NDJSON')
		.argument('<samples>', 'CSV or NDJSON file, or - for stdin')
		.requiredOption('--limit <limit>', "such as '< 15 ms', '>= 90 %', '>= -1 pp', '< 0.1 /h', '<= 1.02'")
		.requiredOption('--stat <name>', 'p50, p95, p99.9, ..., mean, max, proportion, rate, wer, ratio (B over A)')
		.option('--unit <unit>', "unit of the values (of the exposure, for a rate); default: the limit's")
		.option('--column <ours=theirs>', 'take a column under another name (repeat)', gatherWhole)
		.option('--alpha <a>', 'error of each bound; default: 0.05')
		.option('--seed <n>', 'of what is drawn at random; default: 1. With --sprt: of the order of the rows')
		.option('--meter-uncertainty <u>', "mean: standard uncertainty of the meter, such as '2 %' or '0.4 mW'")
		.option('--meter-limit <a>', 'mean: its limit of error, +-, rectangular: counted as a / sqrt 3')
		.option('--fixed-set', 'proportion: the rows are all there is, count them')
		.option('--sprt <p1>', 'proportion: sequential test in the order of the rows against a clearly better p1')
		.option('--plan <rows>', 'with --sprt: rows at which the plan ends; default: those of the file')
		.option('--normalise <name>', 'wer: none (default) or basic (lower case, punctuation folded)')
		.option('--of <stat>', 'ratio: what many rows of an arm are reduced to first, such as p95 or mean')
		.option('--json', 'print the verdict with every intermediate figure on stdout and nothing else')
		.addHelpText('after', VERDICT_HELP)
		.action(async (samples, options) => setExit(await verdictCommand(samples, options)));
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
