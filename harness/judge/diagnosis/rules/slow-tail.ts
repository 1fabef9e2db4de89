import { figure } from '../../closure/close.ts';
import { plain } from '../../plain.ts';
import { median, type Rule, stageTicks } from '../evidence.ts';
import { finding, WEIGHT } from '../finding.ts';
import { explainedShare, shortfallOf } from '../shortfall.ts';

/** The cell's percentile beyond so many medians is a tail. */
const TAIL = 1.25;

/** A few hops that take much longer than the rest: caches, a garbage collection, another task, an interrupt storm. */
export const slowTail: Rule = (evidence) => {
	const shortfall = evidence.cell.metric === 'latency' ? shortfallOf(evidence.cell) : null;
	const hops = evidence.hops('latency').filter(({ record }) => !record.gated);
	const { timing, stages } = evidence;
	if (shortfall === null || timing === null || hops.length === 0) return null;
	const typical = median(hops.map(({ record }) => stageTicks(record)));
	const tail = evidence.latencyOf(hops, stageTicks);
	if (!(tail > TAIL * typical)) return null;
	const slow = hops.filter(({ record }) => stageTicks(record) >= tail);
	const growth = stages
		.map((name, index) => {
			const at = ({ record }: (typeof hops)[number]) => record.stageCycles[index] ?? 0;
			return { name, ticks: median(slow.map(at)) - median(hops.map(at)) };
		})
		.sort((a, b) => b.ticks - a.ticks);
	const ms = (ticks: number) => `${figure(ticks * timing.msPerTick)} ms`;
	const first = slow.filter(({ record }) => record.hop === 0).length;
	const where =
		first > slow.length / 2
			? `; ${first} of the ${slow.length} slowest are the first hop of their clip: something is cold or set up there`
			: '';
	const all = evidence.sessions.length === 1 ? '' : ` of all ${evidence.sessions.length} sessions`;
	return finding(
		'slow-tail',
		explainedShare(shortfall, shortfall.value * (typical / tail)),
		WEIGHT.inferred,
		`half of the hops${all} take ${ms(typical)} or less, the ${evidence.cell.statistic} ${ms(tail)}; hops beyond that lose most of it in ${plain(growth[0]?.name ?? '')} (+${ms(growth[0]?.ticks ?? 0)}, median)${where}`,
	);
};
