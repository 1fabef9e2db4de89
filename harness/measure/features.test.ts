import test from 'ava';
import type { DecodedClip, DecodedSession } from '../capture/session-data.ts';
import type { FeatureReference } from '../generated/reference.ts';
import type { HelloMessage } from '../generated/wire.ts';
import { Random } from '../testing/random.ts';
import { isAbsent } from './absent.ts';
import { compareFeatures, type FeatureComparison } from './features.ts';

const [HOPS, K, SCALE] = [62, 13, 1024];
const MODEL = 'made-1';

/** Roughly normal with a standard deviation of 1, and a different mean for each coefficient. */
const random = new Random(3);
const gaussian = () => Array.from({ length: 12 }, () => random.between(0, 9999) / 10_000).reduce((a, b) => a + b, -6);
const ROWS = [0, 1].map(() =>
	Array.from({ length: HOPS }, () => Array.from({ length: K }, (_, c) => gaussian() + c / 4)),
);
const inSteps = (rows: number[][], scale: number) => rows.map((row) => row.map((value) => Math.round(value * scale)));

const REFERENCE: FeatureReference = {
	model: MODEL,
	source: 'made by a test',
	codec: 'mulaw',
	hop: 256,
	scale: SCALE,
	clips: ROWS.map((rows, index) => ({ name: `clip-${index}`, crc: '00000000', features: inSteps(rows, SCALE) })),
};

type Change = (rows: number[][]) => number[][];

interface Made {
	scale?: number;
	gated?: number[];
	problems?: string[];
	hello?: Partial<HelloMessage> | null;
	segment?: string;
	crc?: string;
}

/** A session whose device has the reference's rows after `change`. */
function sessionWith(change: Change, made: Made = {}): DecodedSession {
	const { scale = SCALE, gated = [], problems = [], segment = 'probe', crc = '00000000' } = made;
	const hello = made.hello === null ? null : { caps: ['features'], model: MODEL, firmware: 'made', ...made.hello };
	const clips = ROWS.map((rows, index) => {
		const values = inSteps(change(rows), scale).map((row) => Int16Array.from(row));
		const inferences = values.map((_, hop) => ({ hop, gated: gated.includes(hop) }));
		return { event: { name: `clip-${index}`, segment, crc }, problems, inferences, features: { scale, values } };
	});
	return { hello, clips: clips as unknown as DecodedClip[] } as DecodedSession;
}

function compared(change: Change, made: Made = {}): FeatureComparison {
	const result = compareFeatures(sessionWith(change, made), REFERENCE);
	if (isAbsent(result)) throw new Error(result.reason);
	return result;
}

const same: Change = (rows) => rows;
const each =
	(change: (value: number, c: number) => number): Change =>
	(rows) =>
		rows.map((row) => row.map(change));
const inOrder =
	(order: number[]): Change =>
	(rows) =>
		rows.map((row) => order.map((from) => row[from] ?? 0));
const reverse: Change = (rows) => rows.map((row) => [...row].reverse());
const late =
	(hops: number): Change =>
	(rows) =>
		rows.map((_, hop) => rows[hop - hops] ?? Array.from({ length: K }, () => 0));

test('the same features differ by rounding only', (t) => {
	const found = compared(same);
	t.like(found, { explanation: 'same', clips: 2, hops: 2 * HOPS, coefficients: K, bestPermutationName: 'straight' });
	// Rounding of both sides, each to 1/1024: a mean square of 1/6 / 1024^2 against a variance of 1 is 68 dB.
	t.true(Math.abs(found.snrDb - 68) < 1, `${found.snrDb}`);
	t.true(Math.abs(found.gain - 1) < 1e-9);
});

test('another scale on the wire is no difference', (t) => {
	const found = compared(same, { scale: 256 });
	t.is(found.explanation, 'same');
	t.true(found.snrDb > 50);
});

test('noise is told by its size, unrelated features by 3 dB less than nothing', (t) => {
	const tenth = compared(each((value) => value + gaussian() / 10));
	t.true(Math.abs(tenth.snrDb - 20) < 0.5, `${tenth.snrDb}`);
	const unrelated = compared(each((_, c) => gaussian() + c / 4));
	t.is(unrelated.explanation, 'unexplained');
	// The variance of the difference of two independent ones is the sum: 10 log 1/2.
	t.true(Math.abs(unrelated.snrDb + 3) < 0.5, `${unrelated.snrDb}`);
});

const CAUSES: [FeatureComparison['explanation'], Change][] = [
	['reversed', reverse],
	['scaled', each((value) => value / 2)],
	['offset', each((value, c) => value + c - 5)],
	['shifted', late(1)],
	['permuted', inOrder([1, 0, 2, 3, 5, 4, 6, 7, 8, 12, 9, 10, 11])],
	['rescaled', each((value, c) => value * (1 + c / 3) - c)],
];

for (const [cause, change] of CAUSES) {
	test(`features that are ${cause} are told as such`, (t) => {
		t.is(compared(change).explanation, cause);
	});
}

test('a reversed order is seen from both sides', (t) => {
	const found = compared(reverse);
	t.true(found.snrDb < 0 && found.reversedSnrDb > 60, `${found.snrDb}, ${found.reversedSnrDb}`);
	t.is(found.bestPermutationName, 'reversed');
	t.deepEqual(found.order, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
});

test('what a change was is in the numbers', (t) => {
	t.true(Math.abs(compared(each((value) => value * 0.25)).gain - 0.25) < 0.001);
	t.is(compared(late(2)).shiftHops, 2);
	t.is(compared(late(-1)).shiftHops, -1);
	// The device's coefficient `to` holds the reference's `order[to]`: found is the inverse.
	t.deepEqual(compared(inOrder([1, 2, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])).order.slice(0, 4), [2, 0, 1, 3]);
	const worst = compared(each((value, c) => (c === 4 ? 3 * value + 1 : value)));
	t.is(worst.worstCoefficient, 4);
	t.true(Math.abs((worst.perCoefficient[4]?.gain ?? 0) - 3) < 0.01);
	t.true(Math.abs((worst.perCoefficient[4]?.offset ?? 0) - 1) < 0.01);
});

test('gated hops are left out', (t) => {
	const zeroed: Change = (rows) => rows.map((row, hop) => (hop < 30 ? row.map(() => 0) : row));
	t.not(compared(zeroed).explanation, 'same');
	const found = compared(zeroed, { gated: Array.from({ length: 30 }, (_, hop) => hop) });
	t.like(found, { explanation: 'same', hops: 2 * (HOPS - 30), gatedHops: 60 });
});

const absent: [name: string, result: () => ReturnType<typeof compareFeatures>, reason: RegExp][] = [
	['no reference', () => compareFeatures(sessionWith(same), null), /the scenario has no reference features/],
	['no hello', () => compareFeatures(sessionWith(same, { hello: null }), REFERENCE), /never said hello/],
	[
		'features not offered',
		() => compareFeatures(sessionWith(same, { hello: { caps: [] } }), REFERENCE),
		/does not offer/,
	],
	[
		'another model',
		() => compareFeatures(sessionWith(same, { hello: { model: 'made-2' } }), REFERENCE),
		/those of model made-1, the device runs made-2/,
	],
	['no probe', () => compareFeatures(sessionWith(same, { segment: 'keywords' }), REFERENCE), /no clip was sent/],
	[
		'other audio',
		() => compareFeatures(sessionWith(same, { crc: '00000001' }), REFERENCE),
		/none of them is in the ref/,
	],
	[
		'damage',
		() => compareFeatures(sessionWith(same, { problems: ['a line is damaged'] }), REFERENCE),
		/no clip sent to compare features by counts: a line is damaged/,
	],
	[
		'another number of features',
		() =>
			compareFeatures(
				sessionWith((rows) => rows.map((row) => row.slice(1))),
				REFERENCE,
			),
		/the device gave 62 hops of 12 features, the reference has 62 of 13/,
	],
	[
		'all hops gated',
		() => compareFeatures(sessionWith(same, { gated: Array.from({ length: HOPS }, (_, hop) => hop) }), REFERENCE),
		/gated every hop/,
	],
	[
		'a reference that never varies',
		() =>
			compareFeatures(sessionWith(same), {
				...REFERENCE,
				clips: REFERENCE.clips.map((clip) => ({ ...clip, features: clip.features.map((row) => row.map(() => 7)) })),
			}),
		/do not vary/,
	],
];

for (const [name, result, reason] of absent) {
	test(`no comparison without its reason: ${name}`, (t) => {
		const found = result();
		t.true(isAbsent(found));
		if (isAbsent(found)) t.regex(found.reason, reason);
	});
}
