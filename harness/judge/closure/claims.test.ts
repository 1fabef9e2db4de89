import test from 'ava';
import fc from 'fast-check';
import type { Claims } from '../../generated/claims.ts';
import { checkClaims, closureOfClaims } from './claims.ts';
import { roundingOf } from './close.ts';

/** The table of the Whisper service's roadmap (seed 002), as it stands there. */
const SEED_002: Claims = {
	stagesMs: { mel: 150, encoder: 80, decoder: 450 },
	totalMs: 432,
	sharesPercent: { mel: 35, encoder: 19, decoder: 46 },
	audioSeconds: 5,
	realtimeFactor: 7.9,
	realtimeFactorMeans: 'audio/processing',
};

const names = (claims: Claims) => closureOfClaims(claims).map(({ closure }) => closure);

test("seed 002's table is rejected: its stages, its realtime factor and its decoder share", (t) => {
	const faults = closureOfClaims(SEED_002);
	t.deepEqual(
		faults.map(({ closure }) => closure),
		['stages and total', 'share of decoder', 'realtime factor'],
	);
	t.regex(faults[0]?.text ?? '', /150 \+ 80 \+ 450 = 680 ms, but 432 ms is stated: off by 248 ms/);
	t.regex(faults[0]?.text ?? '', /either the stages overlap/);
	t.regex(closureOfClaims({ stagesMs: { a: 100 }, totalMs: 200 })[0]?.text ?? '', /some of the time is in no stage/);
	t.regex(faults[1]?.text ?? '', /450 \/ 432 ms = 104\.2 %, but 46 % is stated/);
	t.regex(faults[2]?.text ?? '', /5 s \/ 0\.432 s = 11\.57x, but 7\.9x is stated/);
});

test("seed 002's other stages do agree with its total", (t) => {
	const { closures } = checkClaims(SEED_002);
	t.deepEqual(
		closures.flatMap(({ closure, holds }) => (holds ? [closure] : [])),
		['shares and 100 %', 'share of mel', 'share of encoder'],
	);
});

test('a speed-up stated of rates is told how times are meant', (t) => {
	const [rate] = closureOfClaims({ speedups: { realtime: { before: 7.9, after: 13.3, factor: 1.68 } } });
	t.regex(
		rate?.text ?? '',
		/7\.9 \/ 13\.3 = 0\.594x, but 1\.68x is stated.*; of rates, give the later one as `before`$/,
	);
	const [wrong] = closureOfClaims({ speedups: { decoder: { before: 450, after: 50, factor: 10 } } });
	t.false(wrong?.text.includes('rates'));
});

test("seed 004's shares are rejected: 93 + 5 + 13 + 2 + 2 is 115 %", (t) => {
	const [fault, ...others] = closureOfClaims({
		sharesPercent: { forward: 93, sampling: 5, ode: 13, vocoder: 2, overhead: 2 },
	});
	t.regex(fault?.text ?? '', /93 \+ 5 \+ 13 \+ 2 \+ 2 = 115 %, but 100 % is stated/);
	t.deepEqual(others, []);
});

test("seed 004's components do not make its total either", (t) => {
	const stagesMs = { forward: 3600, sampling: 200, ode: 500, vocoder: 80, overhead: 100 };
	t.deepEqual(names({ stagesMs, totalMs: 3870 }), ['stages and total']);
	t.deepEqual(names({ stagesMs, totalMs: 4480 }), []);
});

test('rounded shares close, however many there are', (t) => {
	t.deepEqual(names({ sharesPercent: { a: 33, b: 33, c: 33 } }), []);
	t.deepEqual(names({ sharesPercent: { a: 33.3, b: 33.3, c: 33.3 } }), []);
	t.deepEqual(names({ sharesPercent: { a: 33.3, b: 33.3, c: 33.1 } }), ['shares and 100 %']);
});

test('a realtime factor is held to the meaning it claims, and the inverse is recognised', (t) => {
	const parts = { audioSeconds: 5, totalMs: 500 };
	t.deepEqual(names({ ...parts, realtimeFactor: 10, realtimeFactorMeans: 'audio/processing' }), []);
	t.deepEqual(names({ ...parts, realtimeFactor: 0.1, realtimeFactorMeans: 'processing/audio' }), []);
	const [fault] = closureOfClaims({ ...parts, realtimeFactor: 10, realtimeFactorMeans: 'processing/audio' });
	t.regex(fault?.text ?? '', /the inverse/);
	t.is(fault?.follows, 0.1);
	const wrong = closureOfClaims({ ...parts, realtimeFactor: 8, realtimeFactorMeans: 'audio/processing' });
	t.notRegex(wrong[0]?.text ?? 'the inverse', /the inverse/);
});

test('battery life follows from power and capacity, power from voltage and current', (t) => {
	t.deepEqual(names({ powerMilliwatts: 1.2, batteryMilliwattHours: 96, batteryHours: 80 }), []);
	t.deepEqual(names({ powerMilliwatts: 1.2, batteryMilliwattHours: 96, batteryHours: 100 }), ['battery life']);
	t.deepEqual(names({ powerMilliwatts: 33, supplyVolts: 3.3, supplyMilliamperes: 10 }), []);
	// The voltage across the shunt in place of the supply's, as in seed 001.
	t.deepEqual(names({ powerMilliwatts: 0.1, supplyVolts: 3.3, supplyMilliamperes: 10 }), [
		'power, voltage and current',
	]);
});

test('a rate follows from what was counted', (t) => {
	t.deepEqual(names({ samples: 480_000, seconds: 30, samplesPerSecond: 16_000 }), []);
	t.deepEqual(names({ samples: 480_000, seconds: 30, samplesPerSecond: 22_050 }), ['samples per second']);
	t.deepEqual(names({ requests: 1000, seconds: 20, requestsPerSecond: 60 }), ['requests per second']);
});

test('speed-ups follow from before and after', (t) => {
	const speedups = {
		decoder: { before: 450, after: 50, factor: 9 },
		total: { before: 432, after: 70, factor: 6.2 },
		encoder: { before: 80, after: 5, factor: 10 },
	};
	t.deepEqual(names({ speedups }), ['speed-up of encoder']);
});

test('stages that overlap need not add up, but the total is neither below the longest nor above their sum', (t) => {
	const stagesMs = { mel: 150, encoder: 80, decoder: 450 };
	t.deepEqual(names({ stagesMs, totalMs: 500, stagesOverlap: true }), []);
	t.deepEqual(names({ stagesMs, totalMs: 400, stagesOverlap: true }), ['overlapping stages and total']);
	t.deepEqual(names({ stagesMs, totalMs: 800, stagesOverlap: true }), ['overlapping stages and total']);
});

test('a figure that nothing stands beside is named as unchecked, not as closed', (t) => {
	const checked = checkClaims({ totalMs: 432, realtimeFactor: 7.9, realtimeFactorMeans: 'audio/processing' });
	t.deepEqual(checked.closures, []);
	t.deepEqual(checked.unchecked, ['totalMs', 'realtimeFactor']);
});

test('rounding is half a unit of the last written digit', (t) => {
	t.deepEqual([7.9, 12, 0.001, 1e21, 1e-7, 2.5e-8].map(roundingOf), [0.05, 0.5, 0.0005, 5e20, 5e-8, 5e-10]);
});

test('whatever the stages are, their true sum closes and one that is off by a tenth does not', (t) => {
	const stages = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
	t.notThrows(() =>
		fc.assert(
			fc.property(stages, (values) => {
				const stagesMs = Object.fromEntries(values.map((value, index) => [`s${index}`, value]));
				const totalMs = values.reduce((a, b) => a + b, 0);
				const rounding = values.reduce((a, value) => a + roundingOf(value), 0);
				fc.pre(rounding < totalMs / 20);
				return (
					closureOfClaims({ stagesMs, totalMs }).length === 0 &&
					closureOfClaims({ stagesMs, totalMs: totalMs * 1.1 }).length === 1
				);
			}),
		),
	);
});

test('figures whose quotient is beyond any number do not close', (t) => {
	const speedups = { decoder: { before: 1e308, after: 1e-300, factor: 7 } };
	t.is(closureOfClaims({ name: 'made', speedups } as Claims).length, 1);
});
