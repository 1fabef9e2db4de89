/** Needs the firmware that `npm test` builds first: make -C firmware BOARD=posix, BOARD=posix-san, BOARD=stm32f405. */
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { type AttachOptions, attach } from '../../devices/driver.ts';
import { helloAfter } from '../bench/hello.ts';
import { isOssicleError } from '../error.ts';
import type { PosixProcess } from '../link/posix-process.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { flashAndProve } from './flash-command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEVICES = loadDevices(`${ROOT}/devices`);

async function attached(t: ExecutionContext, id: string, options: AttachOptions = {}) {
	const device = await attach(deviceOf(DEVICES, id).facts, options);
	t.teardown(() => device.close());
	return device;
}

async function failsAs(t: ExecutionContext, work: Promise<unknown>, code: string, message: RegExp) {
	const error = await t.throwsAsync(work);
	t.is(isOssicleError(error) ? error.code : String(error?.stack), code);
	t.true(isOssicleError(error) && error.kind === 'rig');
	t.regex(String(error?.message), message);
}

/** Runs a command function in a process of its own, as the command line does. */
function command(module: string, call: string) {
	const script = `import * as command from ${JSON.stringify(`${ROOT}/harness/cli/${module}`)}; process.exitCode = await command.${call};`;
	return execa(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
		cwd: ROOT,
		reject: false,
	});
}

test('the rebooted board proves the image by its build id', async (t) => {
	const device = await attached(t, 'stm32f405-emulated');
	const { flash, hello } = await flashAndProve(device);
	t.is(hello.build, device.image.buildId);
	t.is(hello.board, 'stm32f405');
	t.is(flash.staticBytes, device.image.staticBytes);
});

test('a tool that is content while the device runs another image is no flash', async (t) => {
	const running = await attached(t, 'posix');
	const meant = await attached(t, 'posix', { imagePath: `${ROOT}/firmware/build/posix-san/liquid-audio` });
	await failsAs(
		t,
		flashAndProve({ ...running, image: meant.image, flash: () => meant.flash() }),
		'flash-not-running',
		new RegExp(
			`exec reported success, but the device runs build ${running.image.buildId}, not ${meant.image.buildId} `,
		),
	);
});

test('a device that never answers is silent, not flashed', async (t) => {
	const device = await attached(t, 'posix', { posixArgs: ['--mute'] });
	const link = await device.createLink();
	await failsAs(
		t,
		helloAfter(link, async () => {}, { timeoutMs: 1200 }),
		'device-silent',
		/expected a hello within 1200 ms, got /,
	);
});

test('a device that goes away while it is asked is a lost link', async (t) => {
	const device = await attached(t, 'posix', { posixArgs: ['--mute'] });
	const link = (await device.createLink()) as PosixProcess;
	const asking = helloAfter(link, async () => {
		setTimeout(() => link.kill(), 100);
	});
	await failsAs(t, asking, 'link-lost', /The link was lost while waiting for the device's hello/);
});

test('asking ends when it is interrupted', async (t) => {
	const device = await attached(t, 'posix', { posixArgs: ['--mute'] });
	const stop = new AbortController();
	const asking = helloAfter(await device.createLink(), async () => stop.abort(new Error('enough')), {
		signal: stop.signal,
	});
	await t.throwsAsync(asking, { message: 'enough' });
});

test('`flash --json` prints the outcome on stdout and nothing else', async (t) => {
	const { exitCode, stdout, stderr } = await command('flash-command.ts', `runFlash('posix', { json: true })`);
	t.is(exitCode, 0, stderr);
	const outcome = JSON.parse(stdout) as { device: string; flash: { buildId: string }; hello: { build: string } };
	t.is(outcome.device, 'posix');
	t.is(outcome.flash.buildId, outcome.hello.build);
});

test('`flash` says in a sentence what runs now', async (t) => {
	const { stdout } = await command('flash-command.ts', `runFlash('posix', {})`);
	t.regex(stdout, /^posix runs liquid-audio, build [0-9a-f]{40}, flashed by exec\.$/);
});

test('`devices` lists every device, as a table and as JSON', async (t) => {
	const ids = [...DEVICES.keys()].sort();
	const table = await command('devices-command.ts', 'runDevices({})');
	t.deepEqual(
		table.stdout.split('\n').map((line) => line.split(' ')[0]),
		['device', ...ids],
	);
	t.regex(table.stdout, /^esp32s3 .* no: its firmware is built and flashed by ESP-IDF/m);
	t.regex(table.stdout, /^nrf52840 .* no: no port named/m);
	const json = await command('devices-command.ts', 'runDevices({ json: true })');
	const { devices } = JSON.parse(json.stdout) as {
		devices: { id: string; available: boolean; reason: string | null }[];
	};
	t.deepEqual(
		devices.map((each) => each.id),
		ids,
	);
	t.true(devices.every((each) => each.available === (each.reason === null)));
});
