import type { Sweep, SweepModel, SweepRow } from '../../../harness/generated/sweep.ts';

/** Name of a column and what a row has in it; null: nothing. */
type Column = [
	name: string,
	of: (row: SweepRow, model: SweepModel | undefined, sweep: Sweep) => string | number | null,
];

const COLUMNS: readonly Column[] = [
	['row', ({ key }) => key],
	['device', ({ device }) => device],
	['model', (_, model) => model?.id ?? ''],
	['weight_bits', (_, model) => model?.weightBits ?? null],
	['zero_weights_share', (_, model) => model?.zeroShare ?? null],
	['empty_blocks_share', (_, model) => model?.emptyBlockShare ?? null],
	['model_bytes', (_, model) => model?.bytes ?? null],
	['solver', ({ solver }) => solver],
	['timestep_ms', ({ timestepMs }) => timestepMs ?? 'adaptive'],
	['clock_hz', ({ clockHz }) => clockHz],
	['latency_p50_low_ms', ({ latencyP50 }) => latencyP50.low],
	['latency_p50_high_ms', ({ latencyP50 }) => latencyP50.high],
	['latency_p99_low_ms', ({ latencyP99 }) => latencyP99.low],
	['latency_p99_high_ms', ({ latencyP99 }) => latencyP99.high],
	['latency_hops', ({ latencyP99 }) => latencyP99.n],
	['latency_evidence', ({ latencyP99 }) => latencyP99.evidence],
	['load_low', ({ load }) => load.low],
	['load_high', ({ load }) => load.high],
	['power_low_mw', ({ power }) => power.low],
	['power_high_mw', ({ power }) => power.high],
	['power_evidence', ({ power }) => power.evidence],
	['ram_bytes', ({ ram }) => ram.high],
	['flash_bytes', ({ flash }) => flash.high],
	['accuracy_percent', ({ accuracy }) => accuracy.percent],
	['accuracy_low_percent', ({ accuracy }) => accuracy.low],
	['accuracy_high_percent', ({ accuracy }) => accuracy.high],
	['accuracy_correct', ({ accuracy }) => accuracy.correct],
	['accuracy_clips', ({ accuracy }) => accuracy.total],
	['accuracy_evidence', ({ accuracy }) => accuracy.evidence],
	['accuracy_run', ({ accuracy }) => accuracy.run],
	['front_latency', (row, _, sweep) => onFront(row, 'latencyP99', sweep)],
	['front_power', (row, _, sweep) => onFront(row, 'power', sweep)],
	['run_folder', (row, _, sweep) => sweep.runs.find(({ key }) => key === row.run)?.runId ?? null],
	['why_not', whyNot],
];

/** Columns of each stage come last: which stages there are is for the firmware to say. */
const STAGE_COLUMNS = [
	['mean', ({ mean }: SweepRow['stages'][number]) => mean],
	['p50', ({ p50 }: SweepRow['stages'][number]) => p50],
	['p99', ({ p99 }: SweepRow['stages'][number]) => p99],
	['mean_cycles_low', ({ meanCyclesLow }: SweepRow['stages'][number]) => meanCyclesLow],
	['mean_cycles_high', ({ meanCyclesHigh }: SweepRow['stages'][number]) => meanCyclesHigh],
] as const;

/** The table for other programs: RFC 4180, a header line, a dot before decimals, nothing where there is no figure. */
export function sweepCsv(sweep: Sweep): string {
	const stages = [...new Set(sweep.rows.flatMap(({ stages: all }) => all.map(({ name, unit }) => `${name} ${unit}`)))];
	const head = [
		...COLUMNS.map(([name]) => name),
		...stages.flatMap((stage) => STAGE_COLUMNS.map(([name]) => `${stage.replace(/[^\w]+/g, '_')}_${name}`)),
	];
	const lines = sweep.rows.map((row) => {
		const model = sweep.plan.models.find(({ key }) => key === row.model);
		const figures = COLUMNS.map(([, of]) => of(row, model, sweep));
		const ofStages = stages.flatMap((stage) => {
			const found = row.stages.find(({ name, unit }) => `${name} ${unit}` === stage);
			return STAGE_COLUMNS.map(([, of]) => (found === undefined ? null : of(found)));
		});
		return [...figures, ...ofStages].map(csvCell).join(',');
	});
	return `${[head.map(csvCell).join(','), ...lines].join('\r\n')}\r\n`;
}

function onFront(row: SweepRow, against: 'latencyP99' | 'power', sweep: Sweep): string {
	const front = sweep.fronts.find((each) => each.device === row.device && each.against === against);
	if (front?.front.includes(row.key)) return 'yes';
	return front?.excluded.some((each) => each.row === row.key) ? 'not measured' : 'no';
}

/** What keeps a figure away, once for the row or by figure. */
function whyNot(row: SweepRow): string {
	if (row.why !== null) return row.why;
	const figures = { latency: row.latencyP99, power: row.power, ram: row.ram, accuracy: row.accuracy };
	return Object.entries(figures)
		.flatMap(([name, { reason }]) => (reason === null ? [] : [`${name}: ${reason}`]))
		.join('; ');
}

/** Quoted where it has to be. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csvCell(value: string | number | null): string {
	if (value === null) return '';
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
	const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
