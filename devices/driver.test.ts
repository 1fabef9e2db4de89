import { rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { buildTinyImage } from '../harness/bench/tiny-image.ts';
import { isOssicleError } from '../harness/error.ts';
import { deviceOf, loadDevices } from '../harness/scenario/device-facts.ts';
import { attach, defaultImagePath } from './driver.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('.', import.meta.url)));
const factsOf = (id: string) => deviceOf(DEVICES, id).facts;

async function refuses(t: ExecutionContext, work: Promise<unknown>, code: string, message: RegExp) {
	const error = await t.throwsAsync(work);
	t.is(isOssicleError(error) ? error.code : String(error?.stack), code);
	t.regex(String(error?.message), message);
}

test('the emulated board is flashed, boots, answers, and is gone after close', async (t) => {
	const image = await buildTinyImage({ text: 'here I am' });
	t.teardown(image.remove);
	const device = await attach(factsOf('stm32f405-emulated'), { imagePath: image.path });
	t.teardown(() => device.close());
	const link = await device.createLink();
	let text = '';
	let look = () => {};
	const until = (part: string) =>
		new Promise<void>((resolve) => {
			look = () => text.includes(part) && resolve();
			look();
		});
	link.onData((chunk) => {
		text += Buffer.from(chunk).toString('latin1');
		look();
	});
	await link.open();
	const outcome = await device.flash();
	await until('here I am\n');
	await link.write(Buffer.from('echo this'));
	await until('echo this');
	t.deepEqual(
		[outcome.buildId, outcome.imageSha256, outcome.staticBytes, outcome.rigBytes],
		[device.image.buildId, device.image.sha256, device.image.staticBytes, device.image.rigBytes],
	);
	t.regex(link.description, /^QEMU netduinoplus2, serial \/dev\/pts\/\d+ 921600 baud$/);
	t.is(await device.makeSafe(), null);
	await device.close();
	await device.close();
	await t.throwsAsync(device.flash());
});

test('two attached emulators do not disturb each other', async (t) => {
	const image = await buildTinyImage();
	t.teardown(image.remove);
	const devices = await Promise.all([1, 2].map(() => attach(factsOf('stm32f405-emulated'), { imagePath: image.path })));
	for (const device of devices) t.teardown(() => device.close());
	const outcomes = await Promise.all(devices.map((device) => device.flash()));
	t.is(outcomes[0]?.buildId, outcomes[1]?.buildId);
});

test('a device that cannot be run says so', async (t) => {
	const facts = { ...factsOf('stm32f405-emulated'), unsupported: 'nobody has built it' };
	await refuses(
		t,
		attach(facts),
		'device-unsupported',
		/^stm32f405-emulated cannot be run: nobody has built it\. Its facts are known, its cells stay not-measured\.$/,
	);
});

test('a wrong image is refused before anything is started', async (t) => {
	const image = await buildTinyImage({ flashOrigin: 0 });
	t.teardown(image.remove);
	await refuses(
		t,
		attach(factsOf('stm32f405-emulated'), { imagePath: image.path }),
		'image-address',
		/was it linked for another board/i,
	);
	await refuses(t, attach(factsOf('posix'), { imagePath: image.path }), 'image-architecture', /posix runs 64-bit/);
});

test('a real board without a known port is never guessed', async (t) => {
	const image = await buildTinyImage();
	t.teardown(image.remove);
	await refuses(t, attach(factsOf('stm32f405'), { imagePath: image.path }), 'port-unknown', /Give --port/);
});

test('two ids on one serial port exclude each other, and closing frees it', async (t) => {
	const image = await buildTinyImage();
	t.teardown(image.remove);
	// Only who may open the port is at stake here, so a plain file will do.
	const port = path.join(os.tmpdir(), `ttyOssicle${process.pid}`);
	writeFileSync(port, '');
	t.teardown(() => rmSync(port, { force: true }));
	const options = { imagePath: image.path, port, waitMs: 0 };
	const facts = { ...factsOf('stm32f405'), id: `board-a-${process.pid}` };
	const other = { ...facts, id: `board-b-${process.pid}`, flash: { ...facts.flash, target: 'localhost:1' } };
	const device = await attach(facts, options);
	t.teardown(() => device.close());
	await refuses(t, attach(other, options), 'lease-held', /serial:\S*\/ttyOssicle\d+ is in use by process/);
	await t.throwsAsync((await device.createLink()).open(), { message: /cannot open \S*\/ttyOssicle/ });
	await device.close();
	const next = await attach(other, options);
	t.regex(String(await next.makeSafe()), /was not reset: .*probe-absent/);
	await next.close();
});

test('a port that is not there is found out before anything is written, and leaves no lease behind', async (t) => {
	const image = await buildTinyImage();
	t.teardown(image.remove);
	const options = { imagePath: image.path, port: '/dev/ttyNotThere0', waitMs: 0 };
	for (let twice = 0; twice < 2; twice++)
		await refuses(t, attach(factsOf('stm32f405'), options), 'port-open', /cannot open \/dev\/ttyNotThere0 \(ENOENT\)/);
});

test('default images are where make puts them', (t) => {
	t.regex(defaultImagePath(factsOf('stm32f405-emulated')), /firmware\/build\/stm32f405\/liquid-audio\.elf$/);
	t.regex(defaultImagePath(factsOf('posix')), /firmware\/build\/posix\/liquid-audio$/);
});
