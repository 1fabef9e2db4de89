import test from 'ava';
import { mannWhitney, rankSumCdf } from './rank-sum.ts';

const near = (a: number, b: number) => Math.abs(a - b) < 1e-12;

test('exact p: scipy 1.17 mannwhitneyu(method="exact")', (t) => {
	const { u, pTwoSided, exact } = mannWhitney(
		[0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
		[1.15, 0.88, 0.9, 0.74, 1.21],
	);
	t.deepEqual([u, exact], [35, true]);
	t.true(near(pTwoSided, 0.2544122544122544));
});

test('four against four can reach 0.0286, three against three never 0.05', (t) => {
	t.true(near(mannWhitney([1, 2, 3, 4], [5, 6, 7, 8]).pTwoSided, 2 / 70));
	t.true(near(mannWhitney([1, 2, 3], [5, 6, 7]).pTwoSided, 0.1));
});

test('ties: every permutation counted by scipy 1.17 (PermutationMethod)', (t) => {
	const { u, pTwoSided } = mannWhitney([1, 2, 2, 3, 5], [2, 3, 4, 6, 6, 7]);
	t.is(u, 5.5);
	t.true(near(pTwoSided, 0.09523809523809523));
	t.is(mannWhitney([4, 4, 4], [4, 4]).pTwoSided, 1);
});

test('many values: scipy 1.17 mannwhitneyu(method="asymptotic")', (t) => {
	// 1, 2, ..., 40 against the same moved by 8, with ties.
	const a = Array.from({ length: 40 }, (_, index) => index + 1);
	const { u, pTwoSided, exact } = mannWhitney(
		a,
		a.map((value) => value + 8),
	);
	t.is(exact, false);
	t.is(u, 512);
	t.true(Math.abs(pTwoSided - 0.005657666757161451) < 1e-10, `${pTwoSided}`);
});

test('the order of the samples does not matter', (t) => {
	const [a, b] = [
		[3, 1, 4, 1, 5],
		[9, 2, 6, 5],
	];
	t.is(mannWhitney(a, b).pTwoSided, mannWhitney(b, a).pTwoSided);
	t.is(mannWhitney(a, b).u + mannWhitney(b, a).u, 20);
});

test('the distribution of U is symmetric and ends at 1', (t) => {
	const cdf = rankSumCdf(12, 7);
	const most = 84;
	t.is(cdf[most], 1);
	for (let u = 0; u < most; u++) t.true(Math.abs((cdf[u] as number) + (cdf[most - 1 - u] as number) - 1) < 1e-10);
	// 50 388 ways to choose 7 of 19; one of them has U = 0.
	t.true(Math.abs((cdf[0] as number) * 50_388 - 1) < 1e-10);
});

test('nonsense is refused', (t) => {
	t.throws(() => mannWhitney([], [1]), { instanceOf: RangeError, message: /a: expected at least 1/ });
	t.throws(() => mannWhitney([1], [Number.NaN]), { instanceOf: RangeError, message: /b\[0\]/ });
	t.throws(() => rankSumCdf(0, 3), { instanceOf: RangeError });
});
