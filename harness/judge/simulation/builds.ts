import { studentQuantile } from '../statistics/distributions.ts';
import { mcnemarExact, tangoBounds } from '../statistics/paired.ts';
import type { Random } from '../statistics/random.ts';
import { mannWhitney } from '../statistics/rank-sum.ts';
import { meanAndDeviation } from '../statistics/session-means.ts';
import { hodgesLehmann, twoSampleShift } from '../statistics/shift.ts';
import { heavyTailed } from './draws.ts';
import { atLeast, atMost, type Outcome, type Situation } from './situation.ts';

const PAIRED = 'Build against build, pairs of sessions';
const UNPAIRED = 'Build against build, unpaired sessions';
const CLIPS = 'Build against build, same clips';

/** The slow-down allowed, and the true one. */
const ALLOWED = Math.log(1.02);

/** Looks of the sequential plan and the share of alpha each takes. */
const LOOKS = [6, 12, 24];

interface Noise {
	name: string;
	/** ln(B / A) of one pair, the true shift left out; `pair` counts from 0. */
	draw(random: Random, pair: number): number;
}

const normal = (sd: number): Noise => ({ name: `normal, sd ${100 * sd} %`, draw: (random) => sd * random.normal() });

const NOISES: Noise[] = [
	normal(0.005),
	normal(0.01),
	normal(0.02),
	normal(0.03),
	{ name: 'heavy-tailed (t, 3 dof), sd 2 %', draw: (random) => 0.02 * heavyTailed(random) },
	{
		name: 'sessions skewed (exponential), sd 2 %',
		draw: (random) => (0.02 / Math.SQRT2) * (Math.log(1 - random.uniform()) - Math.log(1 - random.uniform())),
	},
	{
		// A B B A: within a block the drift is + in the first pair and - in the second.
		name: 'normal, sd 1 %, warming by 0.5 % a session, order ABBA',
		draw: (random, pair) => 0.01 * random.normal() + (pair % 2 === 0 ? 0.005 : -0.005),
	},
];

function inThreeLooks(random: Random, noise: Noise, judge: (differences: number[]) => Outcome): Outcome {
	const differences: number[] = [];
	for (const pairs of LOOKS) {
		while (differences.length < pairs) differences.push(ALLOWED + noise.draw(random, differences.length));
		const outcome = judge(differences);
		if (outcome !== 'undecided') return outcome;
	}
	return 'undecided';
}

function paired(): Situation[] {
	const looks = NOISES.map(
		(noise): Situation => ({
			group: PAIRED,
			procedure: 'Hodges-Lehmann, looks at 6, 12, 24 pairs with a third of alpha each',
			data: noise.name,
			trials: 4000,
			trial: (random) =>
				inThreeLooks(random, noise, (differences) => atMost(ALLOWED, hodgesLehmann(differences, 0.05 / LOOKS.length))),
		}),
	);
	const once = [5, 12].map(
		(pairs): Situation => ({
			group: PAIRED,
			procedure: 'Hodges-Lehmann, one look',
			data: `${pairs} pairs, normal, sd 2 %`,
			trials: 10_000,
			trial: (random) => {
				const differences = Array.from({ length: pairs }, () => ALLOWED + 0.02 * random.normal());
				return atMost(ALLOWED, hodgesLehmann(differences));
			},
		}),
	);
	const full: Situation = {
		group: PAIRED,
		procedure: 'Hodges-Lehmann, each look with the whole of alpha',
		rejected: 'three looks are three chances to err',
		data: 'normal, sd 2 %',
		trials: 4000,
		trial: (random) => inThreeLooks(random, normal(0.02), (differences) => atMost(ALLOWED, hodgesLehmann(differences))),
	};
	const drifting: Situation = {
		group: PAIRED,
		procedure: 'all of A first, then all of B, Student',
		rejected: 'a warming board looks like a slower build',
		data: '12 + 12 sessions, sd 1 %, warming by 0.1 % a session',
		trials: 4000,
		trial: (random) => {
			const values = Array.from(
				{ length: 24 },
				(_, at) => 0.01 * random.normal() + 0.001 * at + (at < 12 ? 0 : ALLOWED),
			);
			const a = meanAndDeviation(values.slice(0, 12));
			const b = meanAndDeviation(values.slice(12));
			const shift = b.mean - a.mean;
			const half = studentQuantile(0.95, 22) * Math.hypot(a.standardDeviation, b.standardDeviation) * Math.sqrt(1 / 12);
			return atMost(ALLOWED, { lower: shift - half, upper: shift + half });
		},
	};
	return [...looks, ...once, full, drifting];
}

function unpaired(): Situation[] {
	const shifts = [
		[4, 4],
		[6, 10],
		[20, 20],
	].map(
		([a = 0, b = 0]): Situation => ({
			group: UNPAIRED,
			procedure: 'two-sample Hodges-Lehmann',
			data: `${a} against ${b} sessions, heavy-tailed`,
			trials: 6000,
			trial: (random) => {
				const of = (count: number, shift: number) =>
					Array.from({ length: count }, () => shift + 0.02 * heavyTailed(random));
				return atMost(ALLOWED, twoSampleShift(of(a, 0), of(b, ALLOWED)));
			},
		}),
	);
	const test: Situation = {
		group: UNPAIRED,
		procedure: 'Mann-Whitney, two-sided 5 % (a quicker build found as pass, a slower as fail)',
		data: '5 against 6 sessions, no difference, ties',
		trials: 6000,
		trial: (random) => {
			const of = (count: number) => Array.from({ length: count }, () => Math.round(3 * random.normal()));
			const { u, pTwoSided } = mannWhitney(of(5), of(6));
			if (pTwoSided > 0.05) return 'undecided';
			return u > 15 ? 'pass' : 'fail';
		},
	};
	return [...shifts, test];
}

/** b clips only the first build has right, c only the second, at a true loss of `loss`. */
function discordant(random: Random, n: number, discordance: number, loss: number): { b: number; c: number } {
	let b = 0;
	let c = 0;
	for (let clip = 0; clip < n; clip++) {
		const drawn = random.uniform();
		if (drawn < (discordance + loss) / 2) b += 1;
		else if (drawn < discordance) c += 1;
	}
	return { b, c };
}

function clips(): Situation[] {
	const cells = [
		[100, 0.05, 0.02],
		[300, 0.05, 0.01],
		[300, 0.02, 0.02],
		[1000, 0.05, 0.01],
		[1000, 0.2, 0.01],
		[300, 0.1, 0.05],
	] as const;
	const tango = cells.map(
		([n, discordance, delta]): Situation => ({
			group: CLIPS,
			procedure: 'Tango score bounds, no worse than -delta',
			data: `${n} clips, ${100 * discordance} % differ, delta ${100 * delta} pp`,
			trials: 10_000,
			trial: (random) => {
				const { b, c } = discordant(random, n, discordance, delta);
				return atLeast(-delta, tangoBounds(b, c, n));
			},
		}),
	);
	const mcnemar: Situation = {
		group: CLIPS,
		procedure: 'McNemar exact, two-sided 5 % (a better build found as pass, a worse as fail)',
		data: '300 clips, 5 % differ, no difference',
		trials: 10_000,
		trial: (random) => {
			const { b, c } = discordant(random, 300, 0.05, 0);
			if (mcnemarExact(b, c) > 0.05) return 'undecided';
			return c > b ? 'pass' : 'fail';
		},
	};
	return [...tango, mcnemar];
}

export function buildSituations(): Situation[] {
	return [...paired(), ...unpaired(), ...clips()];
}
