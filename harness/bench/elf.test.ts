import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import fc from 'fast-check';
import { isOssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { parseElf, readElf } from './elf.ts';
import { checkImage } from './image-check.ts';
import { buildTinyImage, TINY, type TinyOptions } from './tiny-image.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const STM32 = deviceOf(DEVICES, 'stm32f405').facts;

async function tiny(t: ExecutionContext, options: TinyOptions = {}): Promise<string> {
	const image = await buildTinyImage(options);
	t.teardown(image.remove);
	return image.path;
}

async function compiled(t: ExecutionContext, flags: string[]): Promise<string> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-elf-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	await writeFile(path.join(folder, 'a.c'), 'int main(void) { return 0; }\n');
	await execa('gcc', [...flags, path.join(folder, 'a.c'), '-o', path.join(folder, 'a.out')]);
	return path.join(folder, 'a.out');
}

function refused(t: ExecutionContext, work: () => unknown, code: string, message: RegExp): void {
	const error = t.throws(work);
	t.true(isOssicleError(error) && error.kind === 'usage');
	t.is(isOssicleError(error) ? error.code : error?.message, code);
	t.regex(String(error?.message), message);
}

test('a firmware image gives its build id, memory and address ranges', async (t) => {
	const file = await tiny(t);
	const image = await readElf(file);
	t.is(image.bits, 32);
	t.is(image.machineName, 'Arm (32-bit)');
	t.is(image.staticBytes, TINY.dataBytes + TINY.bssBytes);
	t.is(image.rigBytes, TINY.rigBytes);
	const { stdout } = await execa('arm-none-eabi-readelf', ['-n', file]);
	t.is(image.buildId, /Build ID: ([0-9a-f]+)/.exec(stdout)?.[1] ?? 'none');
	const [sha] = (await execa('sha256sum', [file])).stdout.split(' ');
	t.is(image.sha256, sha ?? 'none');
	const size = (await execa('arm-none-eabi-size', ['-A', '-d', file])).stdout;
	const stored = ['.text', '.note.gnu.build-id', '.data'].map((name) =>
		Number(new RegExp(`^${name.replaceAll('.', '\\.')} +(\\d+)`, 'm').exec(size)?.[1]),
	);
	// Alignment may add a few bytes between the sections of one segment.
	const total = stored.reduce((sum, each) => sum + each, 0);
	t.true(image.flashBytes >= total && image.flashBytes < total + 16, `${image.flashBytes} for ${total}`);
	t.notThrows(() => checkImage(image, STM32));
});

test('a PC program is read too, and is the one kind the posix board accepts', async (t) => {
	const image = await readElf(await compiled(t, ['-Wl,--build-id']));
	t.is(image.bits, 64);
	t.notThrows(() => checkImage(image, deviceOf(DEVICES, 'posix').facts));
});

test('a PC program for an STM32F405 is refused, saying what it is', async (t) => {
	const image = await readElf(await compiled(t, ['-Wl,--build-id']));
	refused(
		t,
		() => checkImage(image, STM32),
		'image-architecture',
		/stm32f405 runs 32-bit Arm code, but this image is 64-bit /,
	);
});

test('an STM32 image is refused by the posix board and by an Xtensa board', async (t) => {
	const image = await readElf(await tiny(t));
	for (const id of ['posix', 'esp32s3']) {
		refused(
			t,
			() => checkImage(image, deviceOf(DEVICES, id).facts),
			'image-architecture',
			/but this image is 32-bit Arm/,
		);
	}
});

test('an image linked for other addresses is refused, naming them', async (t) => {
	const image = await readElf(await tiny(t, { flashOrigin: 0x00000000 }));
	refused(
		t,
		() => checkImage(image, STM32),
		'image-address',
		/is stored at 0x00000000 to 0x[0-9a-f]+, but stm32f405 has flash 0x08000000 to 0x08100000/,
	);
	t.notThrows(() => checkImage(image, deviceOf(DEVICES, 'nrf52840').facts));
});

test('an image one byte longer than the memory is refused', async (t) => {
	const image = await readElf(await tiny(t));
	const end = Math.max(
		...image.segments.filter((each) => each.loadAddress >= 0x08000000).map((each) => each.loadAddress + each.fileBytes),
	);
	const sized = (bytes: number): DeviceFacts => ({
		...STM32,
		memory: { flash: { origin: 0x08000000, bytes }, ram: { origin: 0x20000000, bytes: 131072 } },
	});
	t.notThrows(() => checkImage(image, sized(end - 0x08000000)));
	refused(t, () => checkImage(image, sized(end - 0x08000000 - 1)), 'image-address', /is stored at/);
});

test('an image without build id is refused', async (t) => {
	const file = await tiny(t, { buildId: false });
	const bytes = await readFile(file);
	refused(t, () => parseElf(bytes, 'x.elf'), 'image-no-build-id', /x\.elf: expected a GNU build id/);
});

test('an object file is refused', async (t) => {
	const bytes = await readFile(await compiled(t, ['-c']));
	refused(t, () => parseElf(bytes, 'x.o'), 'image-not-linked', /type 1, an object file/);
});

test('what is no ELF file is refused', async (t) => {
	refused(t, () => parseElf(Buffer.alloc(0), 'x.elf'), 'image-not-elf', /got an empty file/);
	refused(t, () => parseElf(Buffer.from(':020000040800F2\n:10'), 'x.hex'), 'image-not-elf', /begins with 3a303230/);
	await t.throwsAsync(readElf('/nonexistent/x.elf'), { message: /cannot be read \(ENOENT\)\. Is the path right\?/ });
	await t.throwsAsync(readElf('/nonexistent/firmware/build/nrf52840/x.elf'), {
		message: /cannot be read \(ENOENT\)\. Build it with `make -C firmware BOARD=nrf52840`/,
	});
});

test('a truncated image is refused at every length', async (t) => {
	const bytes = await readFile(await tiny(t));
	for (let length = 0; length < bytes.length; length += 1 + Math.floor(length / 50)) {
		refused(
			t,
			() => parseElf(bytes.subarray(0, length), 'x.elf'),
			length < 16 ? 'image-not-elf' : 'image-damaged',
			/x\.elf: expected/,
		);
	}
});

test('hostile headers end in a refusal or a whole answer, never in a crash', async (t) => {
	const bytes = await readFile(await tiny(t));
	const { buildId } = parseElf(bytes, 'x.elf');
	const tables = [bytes.readUInt32LE(28), bytes.readUInt32LE(32)];
	const where = fc.oneof(
		fc.nat(51),
		...tables.map((start) => fc.nat(400).map((offset) => Math.min(start + offset, bytes.length - 4))),
	);
	const value = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff, bytes.length), fc.nat(0xffffffff));
	fc.assert(
		fc.property(fc.array(fc.tuple(where, value), { minLength: 1, maxLength: 4 }), (changes) => {
			const hostile = Buffer.from(bytes);
			for (const [at, word] of changes) hostile.writeUInt32LE(word, at);
			try {
				const image = parseElf(hostile, 'x.elf');
				return image.buildId.length >= 8 && Number.isFinite(image.staticBytes + image.flashBytes + image.rigBytes);
			} catch (error) {
				return isOssicleError(error);
			}
		}),
		{ numRuns: 3000 },
	);
	t.regex(buildId, /^[0-9a-f]{40}$/);
});
