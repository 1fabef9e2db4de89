import type { ClipList, ListedSegment } from '../generated/clips.ts';
import type { Cell } from '../generated/record.ts';
import type { SpecCell } from '../generated/spec.ts';
import { metricOf } from '../scenario/metrics.ts';
import { paramText } from '../scenario/params.ts';
import { capOn } from './caps.ts';
import { type CellPlace, cellFrame } from './cell-frame.ts';
import type { DeviceContext, Measured } from './measured.ts';
import { type Bounds, type Decision, decide, isUpperLimit, shareUsed } from './verdict.ts';

/** What a record keeps of one mark, and of one finding. */
const LONGEST_MARK = 80;
export const LONGEST_TEXT = 600;

/** The cell of a measured value: its bounds against the limit, and what may not decide. As diagnosis, what the value is made of. */
export function decidedCell(
	place: CellPlace,
	measured: Measured,
	context: DeviceContext,
	inputsChanged: readonly string[],
): Cell {
	const { list } = context;
	const { cell } = place;
	const used = shareUsed(cell.limit, measured.bounds, metricOf(cell.metric).units[0] === '%' ? 100 : undefined);
	const decision = decide(cell.limit, measured.bounds, used);
	const cap = capOn(decision, measured, list, inputsChanged);
	const verdict = cap?.verdict ?? decision;
	return {
		...cellFrame(place),
		...stretchOf(cell, cap === null ? measured.bounds : null),
		estimate: measured.estimate,
		bounds: [measured.bounds.lower, measured.bounds.upper],
		n: measured.n,
		used,
		verdict,
		evidence: measured.evidence,
		rule: `${measured.rule}${partOf(cell, context)}`,
		reason: cap?.reason ?? reasonFor(decision, cell, measured, used),
		diagnosis:
			measured.composition === null
				? []
				: [{ cause: 'composition', score: 0, text: measured.composition.slice(0, LONGEST_TEXT) }],
		sessions: measured.sessions,
		marks: marksOf(cell, measured, context),
		uncertainty: [...(measured.uncertainty ?? [])],
		wouldDecide:
			cap === null && decision === 'inconclusive' ? measured.undecided.wouldDecide : (cap?.wouldDecide ?? null),
		missRate: measured.missRate ?? null,
		shown: measured.shown ?? null,
	};
}

/** What a reader must know: what the figure itself says, that it is of a part, and that the firmware was set otherwise. */
function marksOf(cell: SpecCell, measured: Measured, { list, subsets }: DeviceContext): string[] {
	const part = planned(cell, list, subsets).map(({ clips, of }) => `subset ${clips} of ${of}`);
	const params = (list.params ?? []).filter(({ overridden }) => overridden).map(paramText);
	const marks = [...(measured.marks ?? []), ...part, ...params];
	return [...new Set(marks.map((mark) => mark.slice(0, LONGEST_MARK)))];
}

function partOf(cell: SpecCell, { list, subsets }: DeviceContext): string {
	return planned(cell, list, subsets)
		.map(({ segment, clips, of, seed }) => `; of ${segment} a planned subset, ${clips} of ${of} clips by seed ${seed}`)
		.join('');
}

/** What of a scenario's segments a metric is measured from. */
const MEASURE_OF: Readonly<Partial<Record<SpecCell['metric'], ListedSegment['measures'][number]>>> = {
	latency: 'latency',
	power: 'power',
	energy: 'power',
	'battery-life': 'power',
	accuracy: 'accuracy',
	parity: 'accuracy',
};

/** The planned subsets behind a cell. */
function planned({ metric }: SpecCell, list: ClipList, subsets: DeviceContext['subsets']): DeviceContext['subsets'] {
	const measure = MEASURE_OF[metric];
	const measuring = list.segments.filter(({ measures }) => measure !== undefined && measures.includes(measure));
	return subsets.filter(({ segment }) => measuring.some(({ name }) => name === segment));
}

function reasonFor(decision: Decision, cell: SpecCell, measured: Measured, used: number | null): string {
	switch (decision) {
		case 'pass':
			return measured.bounds.lower === measured.bounds.upper
				? 'the value meets the limit'
				: 'all that is possible within the bounds meets the limit';
		case 'marginal':
			return `meets the limit, but uses ${Math.round(100 * (used ?? 0))} % of it`;
		case 'fail':
			return failReason(cell, measured);
		case 'inconclusive':
			return measured.undecided.reason;
	}
}

function failReason(cell: SpecCell, measured: Measured): string {
	const { op, value, unit } = cell.limit;
	const { lower, upper } = measured.bounds;
	// By the bound nearest the limit: it is off by so much at the very least.
	const nearest = isUpperLimit(op) ? lower : upper;
	const factor = nearest === null ? Number.NaN : isUpperLimit(op) ? nearest / value : value / nearest;
	const far = unit !== '%' && Number.isFinite(factor) && factor >= 2;
	const times = far
		? `, off by a factor of ${factor.toFixed(factor < 10 ? 1 : 0)}${lower === upper ? '' : ' or more'}`
		: '';
	const { missRate } = measured;
	const missed = missRate === undefined ? '' : `: ${missRate.missed} of ${missRate.n} hops were over it`;
	return `${lower === upper ? 'the value misses the limit' : 'nothing within the bounds meets the limit'}${times}${missed}`;
}

/** @param bounds null: what may not decide the limit does not decide the stretch either */
function stretchOf(cell: SpecCell, bounds: Bounds | null): Pick<Cell, 'stretch'> {
	const { stretch } = cell;
	if (stretch === null) return {};
	const decision = bounds === null || stretch.unit !== cell.limit.unit ? 'inconclusive' : decide(stretch, bounds, null);
	const met = decision === 'inconclusive' ? null : decision === 'pass';
	return { stretch: { op: stretch.op, value: stretch.value, text: stretch.text, met } };
}
