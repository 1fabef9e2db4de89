import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { OssicleError } from '../error.ts';
import {
	bytesOf,
	type LnnPart,
	type MadeLnn,
	randomLnn,
	type SealOptions,
	sealed,
	widestLnn,
	writeLnn,
} from '../testing/made-lnn.ts';
import { Random } from '../testing/random.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { SOLVERS } from './lnn-layout.ts';
import { parseLnn, readLnn } from './lnn-reader.ts';

const FILE = 'made.lnn';
const MATRICES = [
	'context weights',
	'input weights',
	'recurrent weights',
	'attention weights',
	'read-out weights',
] as const;
const VECTORS = ['context bias', 'gate bias', 'attention bias', 'read-out bias', 'leak', 'front end'] as const;

function refused(t: ExecutionContext, bytes: Buffer, message: RegExp): void {
	const error = t.throws(() => parseLnn(bytes, FILE), { instanceOf: OssicleError, code: 'lnn', message });
	t.is((error as OssicleError | undefined)?.kind, 'usage');
}

function tiny(changes: Partial<MadeLnn> = {}): MadeLnn {
	const shape = { features: 13, context: 2, channels: 8, hidden: 8, labels: 3 };
	return { ...randomLnn(new Random(5), shape), weightBits: 8, ...changes };
}

/** The file with one section spoiled; id, length and CRC fit it. */
function spoiled(id: number, spoil: (part: LnnPart) => void, options: SealOptions = {}, made = tiny()): Buffer {
	return writeLnn(made, { ...options, spoil: ({ sections }) => spoil(sections[id - 1] as LnnPart) });
}

function withHeader(change: (header: Buffer) => void): Buffer {
	return writeLnn(tiny(), { spoil: ({ header }) => change(header) });
}

test('what was written is what is read', (t) => {
	for (let seed = 1; seed <= 300; seed++) {
		const made = randomLnn(new Random(seed));
		const bytes = writeLnn(made);
		const model = parseLnn(bytes, FILE);
		const { features, context, channels, hidden, labels } = model;
		t.deepEqual({ features, context, channels, hidden, labels }, made.shape);
		for (const [index, name] of MATRICES.entries())
			t.deepEqual([...model.matrices[name].weights], made.matrices[index]?.flat(), `seed ${seed}: ${name}`);
		for (const [index, name] of VECTORS.entries()) t.deepEqual([...model.vectors[name]], made.vectors[index]);
		t.deepEqual(model.labelNames, made.labels);
		t.true(model.modelId.startsWith(`${made.name}-`));
		t.is(SOLVERS.indexOf(model.solver), made.solver);
		t.is(model.timestepMs, made.timestepTenthsMs / 10);
		t.is(model.bytes, bytes.length);
	}
});

test('the last blocks of the widest row there is can each be its only one', (t) => {
	const made = widestLnn();
	const { storedBlocks, weights } = parseLnn(writeLnn(made), FILE).matrices['read-out weights'];
	t.is(storedBlocks, 32);
	t.deepEqual([...weights], made.matrices[4].flat());
});

test('factors of a row are read with it, and a row without weights has none', (t) => {
	const made = tiny();
	made.matrices[1] = made.matrices[1].map((row, index) => row.map((value) => (index === 2 ? 0 : value || 1)));
	const { mantissas, exponents } = parseLnn(writeLnn(made), FILE).matrices['input weights'];
	t.deepEqual([mantissas[1], exponents[1]], [32_768 + 7919, -1]);
	t.deepEqual([mantissas[2], exponents[2]], [0, 0]);
});

test('a code of a single symbol is its one bit 0', (t) => {
	const made = tiny();
	const ones = made.matrices.map((rows) => rows.map((row) => row.map(() => 1)));
	ones[0] = (ones[0] ?? []).map((row) => row.map((_, column) => (column % 16 < 13 ? 1 : 0)));
	// Features fill 13 of 16 columns, so that zeros occur beside the ones; with 16 of them the one is alone.
	made.shape = { ...made.shape, features: 16 };
	ones[0] = ones[0].map((row) => row.map(() => 1));
	made.vectors[5] = new Array(32).fill(1);
	const model = parseLnn(writeLnn({ ...made, matrices: ones as MadeLnn['matrices'] }), FILE);
	t.is(model.weightCode.symbols.length, 1);
	t.true(Object.values(model.matrices).every(({ weights }) => weights.every((value) => value === 1)));
});

test('any flipped bit, and any flipped byte, is refused', (t) => {
	const bytes = writeLnn(tiny());
	for (let at = 0; at < bytes.length; at++) {
		for (const flip of [1, 128, 255]) {
			const changed = Buffer.from(bytes);
			changed[at] = (changed[at] ?? 0) ^ flip;
			refused(t, changed, /^made\.lnn: (header|section \d+ \([a-z- ]+\)), byte \d+: expected .+, got .+\./);
		}
	}
});

test('any part of a file, and one with a byte more, is refused', (t) => {
	const bytes = writeLnn(tiny());
	for (let length = 0; length < bytes.length; length++) {
		refused(t, bytes.subarray(0, length), /expected/);
		// The same where length and CRC were made to fit.
		if (length >= 44) refused(t, sealed(Buffer.from(bytes.subarray(0, length))), /expected/);
	}
	for (const tail of [[0], [0, 0, 0, 0], [65]]) {
		const longer = Buffer.concat([bytes, Buffer.from(tail)]);
		refused(t, longer, /header, byte 8: .*the length it says, got a file of/);
		refused(t, sealed(longer), /expected the end of the file after its last section, got \d bytes more/);
	}
});

test('whatever bytes a resealed file is spoiled with, it is refused in words or read whole', (t) => {
	let refusals = 0;
	for (let seed = 1; seed <= 3000; seed++) {
		const random = new Random(seed);
		const bytes = writeLnn(randomLnn(random, { labels: 2 }));
		for (let changes = random.between(1, 3); changes > 0; changes--)
			bytes[random.between(0, bytes.length - 1)] = random.between(0, 255);
		try {
			t.is(parseLnn(sealed(bytes), FILE).bytes, bytes.length);
		} catch (error) {
			if (!(error instanceof OssicleError)) throw error;
			refusals += 1;
		}
	}
	t.true(refusals > 2500, `${refusals} of 3000`);
});

test('header: every field has its range', (t) => {
	const u16 = (at: number, value: number) => withHeader((header) => header.writeUInt16LE(value, at));
	const u8 = (at: number, value: number) => withHeader((header) => header.writeUInt8(value, at));
	refused(t, u8(3, 0), /byte 0: expected a \.lnn file \(4c4e4e1a first\), got a file that begins with 4c4e4e00/);
	refused(t, u16(4, 2), /byte 4: expected version 1, got 2/);
	refused(t, u16(6, 13), /byte 6: expected sections 14, got 13/);
	refused(t, u16(16, 0), /byte 16: expected features 1 to 16, got 0/);
	refused(t, u16(16, 17), /features 1 to 16, got 17/);
	refused(t, u16(18, 9), /context 1 to 8, got 9/);
	refused(t, u16(20, 6), /channels 4 to 128, a multiple of 4, got 6/);
	refused(t, u16(20, 132), /channels .* got 132/);
	refused(t, u16(22, 0), /hidden .* got 0/);
	refused(t, u16(22, 128), /byte 22: expected hidden 4 to 124, a multiple of 4, got 128/);
	refused(t, u16(24, 1), /labels 2 to 32, got 1/);
	refused(t, u16(24, 33), /labels 2 to 32, got 33/);
	refused(t, u8(26, 4), /solver 0 to 3, got 4/);
	refused(t, u8(27, 1), /weightBits 2 to 8, got 1/);
	refused(t, u8(27, 9), /weightBits 2 to 8, got 9/);
	refused(t, u16(28, 9), /timestep .* 10 to 500, got 9/);
	refused(t, u16(28, 501), /timestep .* 10 to 500, got 501/);
	refused(t, u16(34, 32_769), /maximumFall 0 to 32768, got 32769/);
	refused(t, u16(40, 0), /rateBound 1 to 32768, got 0/);
	refused(t, u16(40, 32_769), /rateBound 1 to 32768, got 32769/);
	refused(t, u16(42, 1), /byte 42: expected the reserved field 0, got 1/);
	const blocks = parseLnn(writeLnn(tiny()), FILE).nonZeroBlocks;
	const more = withHeader((header) => header.writeUInt32LE(blocks + 1, 36));
	refused(t, more, new RegExp(`byte 36: expected ${blocks} nonZeroBlocks, as are stored, got ${blocks + 1}`));
});

test('section headers are those of the table', (t) => {
	const byte = (at: number, value: number) => spoiled(9, ({ header }) => header.writeUInt8(value, at));
	refused(t, byte(0, 10), /section 9 \(gate bias\), byte \d+: expected id 9, got 10/);
	refused(t, byte(1, 2), /section 9 .* expected kind \(vector\) 3, got 2/);
	refused(t, byte(2, 2), /section 9 .* expected rows 1, got 2/);
	refused(t, byte(4, 15), /section 9 .* expected columns 16, got 15/);
	refused(t, byte(6, 15), /section 9 .* expected fraction 12, got 15/);
	refused(t, byte(7, 1), /section 9 .* expected a byte 0, got 1/);
	const short = spoiled(9, (part) => {
		part.payload = part.payload.subarray(4);
	});
	refused(t, short, /section 9 .* expected payload bytes 64, got 60/);
});

test('sizes that a file has no room for are refused before they are followed', (t) => {
	const bytes = writeLnn(tiny());
	const { sections } = parseLnn(bytes, FILE);
	for (const { id, offset } of sections) {
		const hostile = Buffer.from(bytes);
		hostile.writeUInt32LE(0xffff_fff0, offset + 8);
		const before = process.memoryUsage().arrayBuffers;
		refused(
			t,
			sealed(hostile),
			new RegExp(`section ${id} .* a payload of at most \\d+ bytes, which are left, got 4294967280`),
		);
		t.true(process.memoryUsage().arrayBuffers - before < 1_000_000, 'nothing of that size was set aside');
	}
});

test('bytes between sections are zero', (t) => {
	// The stream of the context weights ends at any byte: one of these leaves a gap behind it.
	for (let seed = 1; seed < 50; seed++) {
		const bytes = writeLnn(randomLnn(new Random(seed)));
		const { offset, payloadBytes } = parseLnn(bytes, FILE).sections[2] ?? { offset: 0, payloadBytes: 0 };
		if (payloadBytes % 4 === 0) continue;
		const gap = offset + 12 + payloadBytes;
		bytes[gap] = 1;
		refused(t, sealed(bytes), new RegExp(`section 4 .*, byte ${gap}: expected bytes 0 before a section, got 1`));
		return;
	}
	t.fail('no file had a gap');
});

test('codes are complete, or a single symbol of length 1', (t) => {
	const lengths = (size: number, coded: [symbol: number, length: number][]) => {
		const all = new Array<number>(size).fill(0);
		for (const [symbol, length] of coded) all[symbol] = length;
		return all;
	};
	const code = (id: number, size: number, coded: [number, number][]) =>
		spoiled(id, (part) => {
			const all = lengths(size, coded);
			part.payload = Buffer.from(
				all.filter((_, at) => at % 2 === 0).map((low, at) => low | ((all[2 * at + 1] ?? 0) << 4)),
			);
		});
	refused(t, code(1, 256, []), /section 1 \(weight code\), .* a complete Huffman code.*, got 0 codes that leave bits/);
	refused(t, code(1, 256, [[128, 2]]), /1 codes that leave bits without meaning/);
	refused(
		t,
		code(1, 256, [
			[128, 1],
			[129, 2],
		]),
		/2 codes that leave bits/,
	);
	refused(
		t,
		code(2, 64, [
			[0, 1],
			[1, 1],
			[63, 1],
		]),
		/section 2 \(gap code\), .*more codes than there can be/,
	);
	refused(
		t,
		code(1, 256, [
			[0, 1],
			[128, 1],
		]),
		/length 0 for weight -128, got 1/,
	);
	const alone = code(1, 256, [[129, 1]]);
	refused(
		t,
		alone,
		/section 3 .* expected a code of the weight code, got row 0, block \d+: bits from \d+ on that are none/,
	);
});

/** A code in which weight 0, 1, -1 and 100 have two bits each, and gap 0, gap 1, gap 9 and the end of a row too. */
const WEIGHT_LENGTHS = new Array<number>(256)
	.fill(0)
	.map((_, symbol) => ([127, 128, 129, 228].includes(symbol) ? 2 : 0));
const GAP_LENGTHS = new Array<number>(64).fill(0).map((_, symbol) => ([0, 1, 9, 63].includes(symbol) ? 2 : 0));
const [MINUS_ONE, ZERO, ONE, HUNDRED] = ['00', '01', '10', '11'];
const [GAP_0, GAP_1, GAP_9, END] = ['00', '01', '10', '11'];
const BLOCK = `${ZERO}${ONE}${ZERO}${MINUS_ONE}`;

/** The attention weights, one row of two blocks, as these bits. */
function attention(
	bits: string,
	changes: { factor?: number[]; weightBits?: number; tail?: Buffer; blocks?: number } = {},
): Buffer {
	const { factor = [0, 128, 0, 0], tail = Buffer.alloc(0), blocks = 0 } = changes;
	const zeros = (rows: number, columns: number) =>
		Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
	const made = tiny({ weightBits: changes.weightBits ?? 8 });
	made.matrices = [zeros(8, 32), zeros(16, 8), zeros(16, 8), zeros(1, 8), zeros(3, 16)];
	return writeLnn(made, {
		weightLengths: WEIGHT_LENGTHS,
		gapLengths: GAP_LENGTHS,
		spoil: ({ header, sections }) => {
			header.writeUInt32LE(blocks, 36);
			(sections[5] as LnnPart).payload = Buffer.concat([Buffer.from(factor), bytesOf(bits), tail]);
		},
	});
}

test('a row of blocks, gaps and its end', (t) => {
	const read = (bits: string, blocks: number) => [
		...parseLnn(attention(bits, { blocks }), FILE).matrices['attention weights'].weights,
	];
	t.deepEqual(read(GAP_0 + BLOCK + GAP_0 + BLOCK + END, 2), [0, 1, 0, -1, 0, 1, 0, -1]);
	t.deepEqual(read(GAP_1 + BLOCK + END, 1), [0, 0, 0, 0, 0, 1, 0, -1]);
	t.deepEqual(read(GAP_0 + ONE + ZERO + HUNDRED + ZERO + END, 1), [1, 0, 100, 0, 0, 0, 0, 0]);
});

test('what a row cannot be', (t) => {
	const at6 = 'section 6 \\(attention weights\\), byte \\d+: ';
	refused(
		t,
		attention(GAP_9 + BLOCK + END),
		new RegExp(`${at6}expected block 0 to 1 of the row, or its end, got row 0: block 9`),
	);
	refused(
		t,
		attention(GAP_0 + BLOCK + GAP_1 + BLOCK + END),
		/expected block 0 to 1 of the row, or its end, got row 0: block 2/,
	);
	refused(t, attention(''), /expected a code of the gap code, got row 0: the section ends after bit/);
	refused(t, attention(GAP_0 + ONE), /expected a code of the weight code, got row 0, block 0: the section ends/);
	refused(
		t,
		attention(GAP_0 + ZERO.repeat(4) + END),
		/a weight other than 0 in a stored block, got row 0, block 0: four zeros/,
	);
	refused(t, attention(GAP_0 + BLOCK + END, { weightBits: 2, blocks: 2 }), /nonZeroBlocks/);
	refused(
		t,
		attention(GAP_0 + HUNDRED + BLOCK.slice(2) + END, { weightBits: 7 }),
		/a weight from -63 to 63, got row 0, block 0: 100/,
	);
	refused(t, attention(`${GAP_0}${BLOCK}${END}0001`), /expected bits 0 after the last row, got a bit 1/);
	refused(
		t,
		attention(GAP_0 + BLOCK + END, { tail: Buffer.alloc(1) }),
		/expected fewer than 8 bits after the last row, got 12 bits/,
	);
});

test('what a row is multiplied by', (t) => {
	const factor = (bytes: number[], bits = GAP_0 + BLOCK + END) => attention(bits, { factor: bytes, blocks: 1 });
	t.deepEqual([...parseLnn(factor([1, 255, 216, 0]), FILE).matrices['attention weights'].exponents], [-40]);
	refused(t, factor([255, 127, 0, 0]), /a mantissa from 32768 to 65535, .* got row 0: mantissa 32767, exponent 0/);
	refused(t, factor([0, 128, 215, 0]), /an exponent from -40 to 0, got row 0: mantissa 32768, exponent -41/);
	refused(t, factor([0, 128, 1, 0]), /mantissa 32768, exponent 1/);
	refused(t, factor([0, 128, 0, 7]), /expected a byte 0, got row 0: 7/);
	refused(t, factor([0, 128, 0, 0], END), /expected mantissa 0, exponent 0 of a row without weights/);
	refused(t, attention('', { factor: [0, 0, 0] }), /expected 4 bytes of factors for 1 rows, got a payload of 3 bytes/);
});

test('columns that no feature has are 0', (t) => {
	const made = tiny();
	made.matrices[0] = made.matrices[0].map((row, index) =>
		row.map((value, column) => (index === 3 && column === 30 ? 5 : value)),
	);
	refused(
		t,
		writeLnn(made),
		/section 3 .*weight 0 in columns 13 to 15 of a hop, which no feature has, got row 3, column 30: 5/,
	);
});

test('leaks lie between 0 and the rate bound', (t) => {
	const leaks = (value: number) => {
		const made = tiny({ rateBoundQ15: 10_240 });
		made.vectors[4] = [value, ...new Array<number>(7).fill(0)];
		return writeLnn(made);
	};
	t.is(parseLnn(leaks(10_240), FILE).vectors.leak[0], 10_240);
	refused(t, leaks(10_241), /section 12 \(leak\), .*a leak from 0 to 10240 \(rateBound\), got 10241/);
	refused(t, leaks(-1), /a leak from 0 to 10240 \(rateBound\), got -1/);
});

test('names are printable, as many as there are labels, and none of their bytes reaches a terminal', (t) => {
	const bytes = writeLnn(tiny());
	const id = parseLnn(bytes, FILE).modelId;
	const named = (names: string) => writeLnn(tiny(), { names });
	t.deepEqual(parseLnn(named(`${id}\nyes\nno\n!`), FILE).labelNames, ['yes', 'no', '!']);
	refused(t, named(`${id}\nyes\nno`), /section 14 \(names\), .*4 lines, the model id and 3 labels, got 3/);
	refused(t, named(`${id}\nyes\nno\nstop\n`), /4 lines, .* got 5/);
	refused(
		t,
		named(`${id}\nyes\n\nstop`),
		/a name of 1 to 64 printable ASCII characters without spaces, got 0 characters/,
	);
	refused(t, named(`${id}\nyes\n${'n'.repeat(65)}\nstop`), /got 65 characters/);
	refused(t, named(`${id}\nyes\nn o\nstop`), /got byte 0x20/);
	for (const evil of ['\x1b[2Jno', 'n\x00o', 'n\x7f', 'n\xc2\x9b1m', 'no\r'])
		refused(t, named(`${id}\nyes\n${evil}\nstop`), /^[\x20-\x7e]+got byte 0x(1b|00|7f|c2|0d)\.$/);
});

test('the model id is that of the weights', (t) => {
	const names = (id: string) => writeLnn(tiny(), { names: [id, 'yes', 'no', 'stop'].join('\n') });
	const id = parseLnn(writeLnn(tiny()), FILE).modelId;
	t.is(parseLnn(names(id.slice(-12)), FILE).modelId, id.slice(-12), 'twelve digits are enough');
	refused(
		t,
		names(`keywords-${'0'.repeat(12)}`),
		/a model id that ends in [0-9a-f]{12}, the hash of sections 1 to 13, got `keywords-0{12}`/,
	);
	const other = tiny();
	other.vectors[3] = [1, 2, 3];
	refused(t, writeLnn(other, { names: [id, 'yes', 'no', 'stop'].join('\n') }), /the hash of sections 1 to 13/);
});

test('a file is read up to the size a model may have, and no further', (t) => {
	const folder = temporaryFolder('lnn');
	const file = (name: string, bytes: Buffer) => {
		writeFileSync(path.join(folder, name), bytes);
		return path.join(folder, name);
	};
	const bytes = writeLnn(tiny());
	t.is(readLnn(file('good.lnn', bytes)).bytes, bytes.length);
	const long = Buffer.concat([bytes, Buffer.alloc(5_000_000)]);
	t.throws(() => readLnn(file('long.lnn', long)), {
		code: 'lnn',
		message: /expected at most 32768 bytes, got a longer file/,
	});
	t.throws(() => readLnn(file('empty.lnn', Buffer.alloc(0))), { code: 'lnn', message: /a file of 0 bytes/ });
	t.throws(() => readLnn(file('text.lnn', Buffer.from('MThd....'))), { message: /begins with 4d546864/ });
	mkdirSync(path.join(folder, 'folder.lnn'));
	t.throws(() => readLnn(path.join(folder, 'folder.lnn')), { code: 'lnn-unreadable', message: /not a file/ });
	t.throws(() => readLnn(path.join(folder, 'none.lnn')), { code: 'lnn-unreadable', message: /ENOENT/ });
});
