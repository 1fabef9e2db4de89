import { clusteredProportion } from '../statistics/clustered-proportion.ts';
import { proportionLowerBound, proportionUpperBound } from '../statistics/proportion.ts';
import type { Random } from '../statistics/random.ts';
import { rightOf, speakerRate } from './draws.ts';
import { atLeast, type Situation } from './situation.ts';

const GROUP = 'Accuracy, several clips of each speaker';

interface Speakers {
	count: number;
	/** Clips of each; `uneven`: from 1 to twice as many. */
	clips: number;
	uneven?: boolean;
	/** True share right, 0..1. */
	share: number;
	/** How alike the clips of one speaker are (intra-class correlation), or speakers of two kinds. */
	kind: { correlation: number } | { minority: number; minorityShare: number; majorityShare: number };
}

const PROCEDURE = 'speakers as units: the weaker of Student and effective Clopper-Pearson, one speaker unmet';

/** One speaker in twenty is mostly misunderstood. */
const MINORITY = { minority: 0.05, minorityShare: 0.3, majorityShare: 0.97 };
const MINORITY_MEAN = 0.05 * 0.3 + 0.95 * 0.97;

function draw(random: Random, { count, clips, uneven, share, kind }: Speakers) {
	return Array.from({ length: count }, () => {
		const total = uneven ? 1 + random.integer(2 * clips - 1) : clips;
		const rate =
			'correlation' in kind
				? speakerRate(random, share, kind.correlation)
				: random.uniform() < kind.minority
					? kind.minorityShare
					: kind.majorityShare;
		return { correct: rightOf(random, total, rate), total };
	});
}

function describe({ count, clips, uneven, share, kind }: Speakers): string {
	const of = 'correlation' in kind ? `correlation ${kind.correlation}` : '1 in 20 right in 30 %, others in 97 %';
	return `${count} speakers with ${uneven ? `1 to ${2 * clips - 1}` : clips} clips each, ${of}, limit ${Number((100 * share).toPrecision(4))} %`;
}

export function speakerSituations(): Situation[] {
	const cells: Speakers[] = [
		{ count: 20, clips: 10, share: 0.9, kind: { correlation: 0.1 } },
		{ count: 20, clips: 20, share: 0.9, kind: { correlation: 0.3 } },
		{ count: 20, clips: 20, share: 0.7, kind: { correlation: 0.2 } },
		{ count: 20, clips: 20, share: 0.9, kind: { correlation: 0.01 } },
		{ count: 40, clips: 10, uneven: true, share: 0.95, kind: { correlation: 0.1 } },
		{ count: 100, clips: 20, share: 0.9, kind: { correlation: 0.2 } },
		{ count: 30, clips: 20, uneven: true, share: 0.98, kind: { correlation: 0.2 } },
		{ count: 100, clips: 10, uneven: true, share: 0.98, kind: { correlation: 0.1 } },
		...[20, 40, 100].map((count) => ({ count, clips: 20, share: MINORITY_MEAN, kind: MINORITY })),
	];
	const row = (
		cell: Speakers,
		procedure: string,
		rejected: string | undefined,
		judge: (clusters: { correct: number; total: number }[]) => { lower: number | null; upper: number | null },
	): Situation => ({
		group: GROUP,
		procedure,
		...(rejected === undefined ? {} : { rejected }),
		data: describe(cell),
		trials: 5000,
		trial: (random) => atLeast(cell.share, judge(draw(random, cell))),
	});
	const pooled = (clusters: { correct: number; total: number }[]) => {
		const right = clusters.reduce((sum, { correct }) => sum + correct, 0);
		const n = clusters.reduce((sum, { total }) => sum + total, 0);
		return { lower: proportionLowerBound(right, n), upper: proportionUpperBound(right, n) };
	};
	return [
		...cells.map((cell) => row(cell, PROCEDURE, undefined, (clusters) => clusteredProportion(clusters))),
		row(
			cells[1] as Speakers,
			'Clopper-Pearson over all clips',
			'clips of one speaker are right or wrong together',
			pooled,
		),
	];
}
