/** The firmware's loader and this reader take the same files and refuse the same ones: what one of them misses, the other finds. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { OssicleError } from '../error.ts';
import { type LnnPart, randomLnn, sealed, widestLnn, writeLnn } from '../testing/made-lnn.ts';
import { Random } from '../testing/random.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { parseLnn } from './lnn-reader.ts';

const FIRMWARE = fileURLToPath(new URL('../../firmware', import.meta.url));
const SOURCES = [
	'apps/liquid-audio/lnn.c',
	'apps/liquid-audio/huffman.c',
	'apps/liquid-audio/sha256.c',
	'ossicle/ossicle_crc32.c',
];
/** Room for any file of the format, so that a refusal is one of the format. */
const ROOM = { BLOCKS: 20_000, CONTEXT: 8, CHANNELS: 128, HIDDEN: 124, LABELS: 32, TEXT: 33 * 65 };

/** Reads files from stdin, each after its length (u32), and says `ok` or why not, a line each. */
const DRIVER = `
#include <stdio.h>
#include <stdlib.h>
#include "lnn.h"
static struct lnn_model model;
int main(void) {
	uint32_t size;
	while (fread(&size, sizeof size, 1, stdin) == 1) {
		uint8_t *bytes = malloc(size == 0 ? 1 : size); /* exactly as long as the file: the sanitizer sees a byte too many */
		if (bytes == NULL || fread(bytes, 1, size, stdin) != size) return 1;
		const char *why = lnn_load(&model, bytes, size);
		puts(why == NULL ? "ok" : why);
		free(bytes);
	}
	return 0;
}
`;

/** What the firmware says of each file; null where it takes it. */
async function byFirmware(files: readonly Buffer[]): Promise<(string | null)[]> {
	const folder = temporaryFolder('lnn-loader');
	const driver = path.join(folder, 'driver.c');
	const program = path.join(folder, 'driver');
	writeFileSync(driver, DRIVER);
	const room = Object.entries(ROOM).map(([name, value]) => `-DLNN_MAX_${name}=${value}u`);
	const checks = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
	const includes = ['-I', path.join(FIRMWARE, 'apps/liquid-audio'), '-I', path.join(FIRMWARE, 'ossicle')];
	const sources = SOURCES.map((source) => path.join(FIRMWARE, source));
	await execa('gcc', ['-std=c99', ...checks, ...room, ...includes, driver, ...sources, '-o', program]);
	const input = Buffer.concat(
		files.flatMap((file) => {
			const size = Buffer.alloc(4);
			size.writeUInt32LE(file.length);
			return [size, file];
		}),
	);
	const { stdout } = await execa(program, { input });
	return stdout.split('\n').map((line) => (line === 'ok' ? null : line));
}

function byReader(file: Buffer): string | null {
	try {
		parseLnn(file, 'made.lnn');
		return null;
	} catch (error) {
		if (error instanceof OssicleError) return error.message;
		throw error;
	}
}

/** A file with something wrong in it, or nothing: the checksum always fits, and the model id mostly. */
function spoiled(seed: number): Buffer {
	const random = new Random(seed);
	const made = randomLnn(random, { labels: 2 });
	const many = random.between(0, 2);
	if (random.between(0, 3) === 0) {
		const file = writeLnn(made);
		for (let index = 0; index < many; index++) file[random.between(0, file.length - 1)] = random.between(0, 255);
		return sealed(file);
	}
	return writeLnn(made, {
		spoil: ({ header, sections }) => {
			for (let index = 0; index < many; index++) {
				// The last section gets its bytes after this.
				const { header: head, payload } = sections[random.between(0, 12)] as LnnPart;
				const part = random.pick([payload, payload, payload, head, header.subarray(16)]);
				part[random.between(0, part.length - 1)] = random.pick([0, 1, 128, 255, random.between(0, 255)]);
			}
		},
	});
}

test('what is wrong with a file, both of them find, and what is right both take', async (t) => {
	const files = Array.from({ length: 4000 }, (_, index) => spoiled(index + 1));
	const firmware = await byFirmware(files);
	t.is(firmware.length, files.length);
	const unlike = files.flatMap((file, index) => {
		const [theirs = null, ours] = [firmware[index], byReader(file)];
		return (theirs === null) === (ours === null) ? [] : [`seed ${index + 1}: firmware ${theirs}, reader ${ours}`];
	});
	t.deepEqual(unlike.slice(0, 5), []);
	const taken = firmware.filter((why) => why === null).length;
	t.log(`${taken} of ${files.length} taken`);
	t.true(taken > 500 && taken < 3500, `${taken} taken: both kinds are there`);
});

test('as many hidden units as LNN.md allows both of them take, and not four more', async (t) => {
	const most = writeLnn(widestLnn());
	const more = writeLnn(widestLnn(128));
	t.deepEqual(await byFirmware([most, more]), [
		null,
		'.lnn: features, context, channels, hidden or labels out of range',
	]);
	t.is(byReader(most), null);
	t.regex(byReader(more) ?? '', /hidden 4 to 124/);
});
