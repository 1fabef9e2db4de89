/** Needs the firmware that `npm test` builds first: make -C firmware BOARD=stm32f405. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { decodeCaptureFile } from '../capture/decode-run.ts';
import { isOssicleError } from '../error.ts';
import type { Calibration } from '../generated/calibration.ts';
import { checkedCalibration } from '../scenario/calibration.ts';
import { ossicle } from '../testing/command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type CalibrateOptions, runCalibrate } from './calibrate-command.ts';

const DEVICE_FOLDER = fileURLToPath(new URL('../../devices/stm32f405', import.meta.url));
const ABOUT = ['--serial', 'EMU1', '--temperature', '25', '--meter', 'test'];
const EMULATED = ['calibrate', 'stm32f405-emulated', ...ABOUT];

async function calibrate(args: string[]) {
	const { exitCode, stdout, stderr } = await ossicle(args);
	return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

async function refused(t: ExecutionContext, id: string, options: Partial<CalibrateOptions>, message: RegExp) {
	const out = join(temporaryFolder('calibrate'), 'out.json');
	const error = await t.throwsAsync(runCalibrate(id, { point: [], ...options, out }));
	t.true(isOssicleError(error) && error.kind === 'usage', error?.stack);
	t.regex(error?.message ?? '', message);
	t.false(existsSync(out));
}

test('the whole path on the emulated board: silent clips, injected currents, a line, a file', async (t) => {
	t.timeout(120_000);
	const out = join(temporaryFolder('calibrate'), 'emulated.calibration.json');
	const captures = temporaryFolder('captures');
	const { exitCode, stdout, stderr } = await calibrate([
		...EMULATED,
		...['--point', '0', '--point', '40', '--supply-volts', '3.301', '--supply-fraction', '0.002'],
		...['--meter-fraction', '0.001', '--out', out, '--captures', captures, '--json'],
	]);
	t.is(exitCode, 0, stderr);
	const calibration = checkedCalibration(JSON.parse(readFileSync(out, 'utf8')), out);
	t.deepEqual(JSON.parse(stdout) as Calibration, calibration);
	t.is(calibration.device, 'stm32f405-emulated');
	t.is(calibration.boardSerial, 'EMU1');
	t.deepEqual(calibration.supplyVolts, { volts: 3.301, fraction: 0.002 });
	for (const point of calibration.points) t.true(point.n >= 1000);
	// The declared gain error is 0.2 %, and 1.5 counts of noise over 40 mA leave 0.01 % of it open.
	const declared = 3.3 / 4096 / 20;
	t.true(Math.abs(declared / calibration.amperesPerCount - 1.002) < 0.0005);
	const [id = ''] = readdirSync(captures);
	const { damage, sessions } = await decodeCaptureFile(join(captures, id, 'capture.ndjson'));
	t.is(damage, null);
	t.deepEqual(
		sessions[0]?.clips.map(({ problems, analogue }) => [problems.length, analogue.length]),
		[
			[0, 1],
			[0, 1],
		],
	);
	t.false(existsSync(join(DEVICE_FOLDER, 'stm32f405-emulated.calibration.json')), 'only --out was written');
});

test('counts taken by hand need no board', async (t) => {
	t.timeout(60_000);
	const folder = temporaryFolder('calibrate');
	const csv = join(folder, 'hand.csv');
	const readings = [0, 1, 2].flatMap((index) => [`0,${62 + index}`, `100,${2543 + index}`]);
	writeFileSync(csv, `current_mA,counts\n${readings.join('\n')}\n`);
	const out = join(folder, 'out.json');
	const meter = ['--meter-fraction', '0.001', '--meter-amperes', '1e-6'];
	const made = await calibrate(['calibrate', 'stm32f405', ...ABOUT, ...meter, '--from', csv, '--out', out]);
	t.is(made.exitCode, 0, made.stderr);
	t.regex(made.stdout, /^stm32f405, board EMU1: calibration [0-9a-f]{12}$/m);
	t.regex(made.stdout, /line: 63\.00 counts at no current, 40\.31 uA a count$/m);
	t.regex(made.stdout, /Results use it once the device file says `power: \{ boardSerial: EMU1 \}`\.$/m);
	t.true(existsSync(out));
});

test('what is missing or cannot be is said before a board is touched', async (t) => {
	const about = { serial: 'EMU1', temperature: '25', meter: 'test' };
	const emulated = (options: Partial<CalibrateOptions>, message: RegExp) =>
		refused(t, 'stm32f405-emulated', { ...about, ...options }, message);
	await emulated({ point: ['0'] }, /^A calibration needs two currents at least, got 1/);
	await emulated({ point: ['0', '4 mA'] }, /^--point: expected a number from 0 to .*, got "4 mA"/);
	await emulated({ serial: '' }, /^--serial: is missing \(which board this is\)/);
	await emulated({ serial: 'two words' }, /^--serial: expected up to 64 printable letters, got "two words"/);
	await emulated({ serial: 'EMU2' }, /^--serial: got EMU2, but `power\.boardSerial` of stm32f405-emulated is EMU1/);
	await emulated({ temperature: 'warm' }, /^--temperature: expected a number from -60 to 150, got "warm"/);
	await emulated({ supplyVolts: '3.3' }, /^--supply-fraction: is missing/);
	await emulated({ supplyFraction: '0.01' }, /^--supply-fraction: is of a measured supply; --supply-volts is missing/);
	await emulated({ point: ['0', '40'], from: 'x.csv' }, /^--point: the currents are those of --from/);
	await refused(t, 'posix', about, /^posix declares no shunt chain/);
	await refused(t, 'stm32f405', { ...about, point: ['0', '100'] }, /^--meter-fraction: is missing \(the meter's limit/);
});

test('a real board needs somebody who sets the currents', async (t) => {
	t.timeout(60_000);
	const limits = ['--meter-fraction', '0.001', '--meter-amperes', '0'];
	const board = await calibrate(['calibrate', 'stm32f405', ...ABOUT, ...limits, '--point', '0', '--point', '100']);
	t.is(board.exitCode, 2);
	t.regex(board.stderr, /calibrate: somebody must set each current: run it at a terminal, or give counts with --from/);
});
