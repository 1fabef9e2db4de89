import type { ClipList } from '../../generated/clips.ts';
import type { SpecCell } from '../../generated/spec.ts';
import type { AccuracyMeasurement } from '../../measure/accuracy.ts';
import { exact, type Measured, type Undecided } from '../measured.ts';
import { spelt } from '../spelt.ts';
import {
	clusteredProportion,
	FEWEST_CLUSTERS,
	proportionLowerBound,
	proportionUpperBound,
	trialsToDecide,
	wilsonInterval,
} from '../statistics/proportion.ts';
import { isUpperLimit } from '../verdict.ts';

const MOST_NAMED = 5;

/**
 * Share of right decisions. `fixed_set`: of exactly these clips, so without an interval, provided the device decides each
 * of them alike at every boot. `population`: of the people who were not recorded, bounded from these clips once; sessions
 * repeat the same clips and are no new evidence.
 *
 * @param sessions one measurement for each session, at least one
 */
export function accuracy(cell: SpecCell, sessions: readonly AccuracyMeasurement[], list: ClipList): Measured {
	const worst = sessions.reduce((a, b) => (b.correct < a.correct ? b : a));
	const flips = flippedClips(sessions);
	const { correct, total } = worst;
	const common = {
		n: total,
		sessions: sessions.length,
		evidence: worst.evidence,
		composition: compositionOf(worst, flips),
		...(flips.length === 0 ? {} : { marks: ['not deterministic'] }),
	};
	const alike = sessions.length === 1 ? '' : `, decided alike in all ${sessions.length} sessions`;
	if (cell.statistic === 'fixed_set' && flips.length === 0) {
		const rule = `${correct} of ${total} clips right, the fixed set in full${alike}`;
		return { ...exact((100 * correct) / total), ...common, rule };
	}
	const differ = `${flips.length} of ${total} clips were not decided alike in all ${sessions.length} sessions, so the worst session is judged as a sample`;
	const lead = flips.length > 0 ? `${differ}: ` : sessions.length > 1 ? `sessions repeat the same clips${alike}: ` : '';
	const population = populationOf(cell, worst, list);
	return { ...common, ...population, rule: `${lead}${population.rule}` };
}

/** Clips decided in more than one way: `keywords/yes-01 (yes, stop)`. */
function flippedClips(sessions: readonly AccuracyMeasurement[]): string[] {
	// A clip that no session got wrong was decided as its label in all of them.
	const everWrong = new Map(sessions.flatMap(({ wrong }) => wrong.map(({ name, label }) => [name, label] as const)));
	return [...everWrong].flatMap(([name, label]) => {
		const decided = sessions.map(({ wrong }) => wrong.find((each) => each.name === name)?.decided ?? label);
		const ways = [...new Set(decided)];
		return ways.length > 1 ? [`${name} (${ways.join(', ')})`] : [];
	});
}

function compositionOf({ wrong, total }: AccuracyMeasurement, flips: readonly string[]): string | null {
	const named = (texts: readonly string[]) => {
		const more = texts.length > MOST_NAMED ? ` and ${texts.length - MOST_NAMED} more` : '';
		return `${texts.slice(0, MOST_NAMED).join(', ')}${more}`;
	};
	const parts = [
		flips.length === 0 ? null : `decided differently from session to session: ${named(flips)}`,
		wrong.length === 0
			? null
			: `${wrong.length} of ${total} wrong: ${named(wrong.map(({ name, label, decided }) => `${name} (${label}: ${decided})`))}`,
	].filter((part) => part !== null);
	return parts.length === 0 ? null : parts.join('; ');
}

function populationOf(
	cell: SpecCell,
	{ correct, total, wrong }: AccuracyMeasurement,
	list: ClipList,
): Pick<Measured, 'estimate' | 'bounds' | 'rule' | 'shown' | 'undecided'> {
	const wilson = wilsonInterval(correct, total);
	const shown = { low: 100 * wilson.low, high: 100 * wilson.high, method: 'Wilson 95 %' };
	const estimate = (100 * correct) / total;
	const right = `${correct} of ${total} clips right`;
	const lower = proportionLowerBound(correct, total);
	const upper = proportionUpperBound(correct, total);
	const clusters = clustersOf(list, new Set(wrong.map(({ name }) => name)));
	const largest = Math.max(...clusters.map((cluster) => cluster.total));
	if (largest <= 1) {
		return {
			estimate,
			shown,
			bounds: { lower: 100 * lower, upper: 100 * upper },
			rule: `${right}; Clopper-Pearson at 95 % each side, clips taken as independent`,
			undecided: undecided(cell, correct, total, 1),
		};
	}
	const bySpeaker = clusteredProportion(clusters);
	const bounds = { lower: percent(bySpeaker.lower), upper: percent(bySpeaker.upper) };
	if (bySpeaker.refused !== null) {
		// So many clips with as many of each speaker as there are now.
		const needed = Math.ceil((FEWEST_CLUSTERS * total) / clusters.length);
		return {
			estimate,
			shown,
			bounds,
			rule: `${right}, of ${clusters.length} speakers; not bounded`,
			undecided: { reason: bySpeaker.refused, wouldDecide: { what: 'clips', n: needed } },
		};
	}
	// How much wider than with independent clips: as the square, it says how many times as many clips are needed.
	const widening = (estimate - (bounds.lower ?? 0)) / (estimate - 100 * lower);
	return {
		estimate,
		shown,
		bounds,
		rule: `${right}; ${clusters.length} speakers, up to ${largest} clips each: bounds by speaker at 95 % each side`,
		undecided: undecided(cell, correct, total, Number.isFinite(widening) ? Math.max(1, widening ** 2) : 1),
	};
}

function percent(share: number | null): number | null {
	return share === null ? null : 100 * share;
}

/**
 * Clips by speaker; a clip nobody is named for stands for its recording. A recording listed under several names is one:
 * deciding it again is no new evidence.
 */
function clustersOf(list: ClipList, wrong: ReadonlySet<string>): { correct: number; total: number }[] {
	const clusters = new Map<string, { correct: number; total: number }>();
	const keyOfRecording = new Map<string, string>();
	for (const { measures, clips } of list.segments) {
		if (!measures.includes('accuracy')) continue;
		for (const { name, speaker, sha256, selected } of clips) {
			if (!selected) continue;
			const key =
				keyOfRecording.get(sha256) ?? (speaker === undefined ? `clip ${sha256}` : `speaker ${spelt(speaker)}`);
			keyOfRecording.set(sha256, key);
			const cluster = clusters.get(key) ?? { correct: 0, total: 0 };
			clusters.set(key, { correct: cluster.correct + (wrong.has(name) ? 0 : 1), total: cluster.total + 1 });
		}
	}
	return [...clusters.values()];
}

/** @param widening how many times as many clips are needed as independent ones would be */
function undecided({ limit }: SpecCell, correct: number, total: number, widening: number): Undecided {
	const seen = `${total} clips leave the population's accuracy open`;
	const share = limit.value / 100;
	if (share >= 1) return { reason: `${seen}: no number of clips proves that all are right`, wouldDecide: null };
	const trials = trialsToDecide(correct, total, share, isUpperLimit(limit.op) ? 'at-most' : 'at-least');
	if (trials === null) return { reason: `${seen}: the true share seems to sit on the limit`, wouldDecide: null };
	const needed = Math.max(total + 1, Math.ceil(trials * widening));
	return {
		reason: `${seen}; about ${needed} clips, by new speakers, would probably decide`,
		wouldDecide: { what: 'clips', n: needed },
	};
}
