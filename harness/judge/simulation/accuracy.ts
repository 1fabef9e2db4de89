import { hypergeometricBounds, proportionLowerBound, proportionUpperBound } from '../statistics/proportion.ts';
import type { Random } from '../statistics/random.ts';
import { judgeSequence, sequentialProbability } from '../statistics/sequential.ts';
import { rightOf } from './draws.ts';
import { atLeast, type Outcome, type Situation } from './situation.ts';

const INDEPENDENT = 'Accuracy, independent clips';
const SEQUENCE = 'Accuracy, clip by clip';

function independent(): Situation[] {
	const cells = [
		[60, 0.9],
		[100, 0.9],
		[300, 0.95],
		[1000, 0.9],
		[1000, 0.98],
	] as const;
	const exact = cells.map(
		([n, p]): Situation => ({
			group: INDEPENDENT,
			procedure: 'Clopper-Pearson',
			data: `${n} clips, limit ${100 * p} %`,
			trials: 10_000,
			trial: (random) => {
				const right = rightOf(random, n, p);
				return atLeast(p, { lower: proportionLowerBound(right, n), upper: proportionUpperBound(right, n) });
			},
		}),
	);
	const wald: Situation = {
		group: INDEPENDENT,
		procedure: 'Wald interval',
		rejected: 'too narrow near 100 %',
		data: '60 clips, limit 95 %',
		trials: 10_000,
		trial: (random) => {
			const share = rightOf(random, 60, 0.95) / 60;
			const half = 1.645 * Math.sqrt((share * (1 - share)) / 60);
			return atLeast(0.95, { lower: share - half, upper: share + half });
		},
	};
	const part: Situation = {
		group: INDEPENDENT,
		procedure: 'hypergeometric bounds',
		data: '100 of a fixed set of 500 clips, limit 90 %',
		trials: 10_000,
		trial: (random) => {
			let left = 500;
			let rightLeft = 450;
			let right = 0;
			for (let clip = 0; clip < 100; clip++) {
				if (random.integer(left) < rightLeft) {
					right += 1;
					rightLeft -= 1;
				}
				left -= 1;
			}
			return atLeast(0.9, hypergeometricBounds(right, 100, 500));
		},
	};
	return [...exact, part, wald];
}

function sequences(): Situation[] {
	const outcomes = (random: Random, n: number, p: number) => Array.from({ length: n }, () => random.uniform() < p);
	const verdictOf = (verdict: string): Outcome => (verdict === 'pass' || verdict === 'fail' ? verdict : 'undecided');
	const cells = [
		[0.9, 0.95, 298],
		[0.95, 0.98, 400],
		[0.9, 0.95, 100],
	] as const;
	return [
		...cells.map(
			([p0, p1, truncateAt]): Situation => ({
				group: SEQUENCE,
				procedure: 'two likelihood-ratio tests, Clopper-Pearson at the end',
				data: `limit ${100 * p0} %, quick to pass at ${100 * p1} %, at most ${truncateAt} clips`,
				trials: 10_000,
				trial: (random) =>
					verdictOf(judgeSequence(outcomes(random, truncateAt, p0), { p0, p1, alpha: 0.05, truncateAt }).verdict),
			}),
		),
		{
			group: SEQUENCE,
			procedure: "Wald's test as it stands",
			rejected: 'its fail means "not 95 %", not "below 90 %"',
			data: 'limit 90 %, quick to pass at 95 %, open end',
			trials: 4000,
			trial: (random) => {
				const test = sequentialProbability({ p0: 0.9, p1: 0.95, alpha: 0.05, beta: 0.05 });
				while (test.state === 'continue') test.step(random.uniform() < 0.9);
				return test.state;
			},
		},
		{
			group: SEQUENCE,
			procedure: 'Clopper-Pearson after every clip',
			rejected: 'each look is another chance to err',
			data: 'limit 90 %, up to 300 clips, looked at from the 30th',
			trials: 1000,
			trial: (random) => {
				let right = 0;
				for (let n = 1; n <= 300; n++) {
					if (random.uniform() < 0.9) right += 1;
					if (n < 30) continue;
					const bounds = { lower: proportionLowerBound(right, n), upper: proportionUpperBound(right, n) };
					const outcome = atLeast(0.9, bounds);
					if (outcome !== 'undecided') return outcome;
				}
				return 'undecided';
			},
		},
	];
}

/** Each clip of another speaker, or the set itself. */
export function accuracySituations(): Situation[] {
	return [...independent(), ...sequences()];
}
