import test from 'ava';
import { csvOf, scattered, verdictOn } from '../../testing/verdict-on.ts';
import { seededRandom } from './random.ts';
import { isMonotonic, rankLag1 } from './rank-correlation.ts';

/** A stationary trace whose neighbours correlate with rho; its median is 0. */
function wandering(n: number, rho: number, random: ReturnType<typeof seededRandom>): number[] {
	let value = random.normal();
	return Array.from({ length: n }, () => {
		value = rho * value + Math.sqrt(1 - rho * rho) * random.normal();
		return value;
	});
}

test('rank autocorrelation is that of scipy.stats.rankdata', (t) => {
	t.true(Math.abs((rankLag1(Float64Array.from(scattered(200))) ?? 0) - -0.4170235505887647) < 1e-12);
	// Ties: ranks 1.5 1.5 3.5 3.5, deviations -1 -1 1 1.
	t.is(rankLag1(Float64Array.of(5, 5, 9, 9)), 0.25);
	t.is(rankLag1(Float64Array.of(7, 7, 7)), null);
});

test('sorted rows are seen', (t) => {
	t.true(isMonotonic(Float64Array.of(1, 2, 2, 3)));
	t.true(isMonotonic(Float64Array.of(3, 2, 1)));
	t.false(isMonotonic(Float64Array.of(1, 3, 2)));
});

test('a trace that wanders passes no percentile falsely more often than independent rows do', async (t) => {
	const random = seededRandom(11);
	for (const rho of [0, 0.3, 0.9]) {
		let passed = 0;
		for (let trace = 0; trace < 200; trace++) {
			// The median is the limit itself: a pass is false.
			const text = csvOf('value', wandering(300, rho, random));
			if ((await verdictOn(text, 'p50', '<= 0')).verdict === 'pass') passed += 1;
		}
		// 95 % binomial bound of 5 % in 200 is 16; without the guard rho = 0.9 passes some 70 times.
		t.true(passed <= 16, `rho ${rho}: ${passed} of 200 false passes`);
	}
});
