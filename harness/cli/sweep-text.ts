import {
	NONE,
	showAccuracy,
	showClock,
	showNumber,
	showShare,
	showWhole,
	timestepText,
} from '../../reports/render/sweep/show.ts';
import type { Sweep, SweepModel, SweepReading, SweepRow } from '../generated/sweep.ts';
import { matchesGlob } from '../scenario/glob.ts';
import type { LoadedScenario } from '../scenario/load-scenario.ts';
import { designPoints } from '../sweep/plan.ts';
import { brokenLines, oneLine } from './plain-lines.ts';
import { textTable } from './text-table.ts';

const WIDTH = 108;
/** Reasons below a table; the page has them all. */
const MOST_REASONS = 6;

/** What a sweep would run, for people. */
export function dryRunText(sweep: Sweep, scenario: LoadedScenario): string {
	const { plan, runs, rows } = sweep;
	const lines = designPoints(plan).map((point) => {
		const model = plan.models.find(({ key }) => key === point.model);
		return [model?.id ?? '', point.solver, timestepText(point.timestepMs), plan.devices.join(', ')];
	});
	const audio = plan.devices.map((device) => {
		const own = rows.find((row) => row.device === device);
		const clips = clipsOf(own?.clockHz === null ? plan.hostClips : plan.boardClips, scenario);
		const seconds = clips.reduce((sum, { sidecar }) => sum + sidecar.samples, 0) / scenario.scenario.sampleRateHz;
		return `${device}: ${clips.length} clips, ${Math.round(seconds)} s of audio a run`;
	});
	const clocks = [...new Set(rows.flatMap(({ clockHz }) => clockHz ?? []))].map(showClock);
	return [
		`${runs.length} runs of ${lines.length} designs, ${rows.length} rows${clocks.length === 0 ? '' : ` (boards at ${clocks.join(', ')}, from the same counts)`}; nothing is run now`,
		'',
		...textTable([['model', 'solver', 'timestep', 'on'], ...lines], 4),
		'',
		...audio,
		...(plan.accuracyScenario === null ? [] : [`PC builds count accuracy by ${oneLine(plan.accuracyScenario)}, too`]),
	].join('\n');
}

function clipsOf(patterns: string | null, { segments }: LoadedScenario) {
	const all = segments.flatMap(({ loadedClips }) => loadedClips);
	if (patterns === null) return all;
	return all.filter(({ name }) =>
		patterns
			.split(',')
			.some((pattern) => matchesGlob(name, pattern) || matchesGlob(name.split('/').at(-1) ?? '', pattern)),
	);
}

/**
 * The table for people: every design of each device at its own clock, and of other clocks what is on a front; a sentence for
 * each reason why a figure is missing.
 */
export function sweepText(sweep: Sweep): string {
	const devices = [...new Set(sweep.rows.map(({ device }) => device))];
	const done = sweep.runs.filter(({ state }) => state === 'done').length;
	const end =
		sweep.state === 'interrupted'
			? `Interrupted after ${done} of ${sweep.runs.length} runs: \`ossicle sweep --resume\` with its folder goes on.`
			: `${done} of ${sweep.runs.length} runs made. Nothing here is a verdict: a sweep compares.`;
	return [
		...modelLines(sweep.plan.models),
		...devices.flatMap((device) => deviceLines(device, sweep)),
		'Times and power are those of the bad end of a band. L, P: no other row of the device is as accurate at less',
		'latency (p99), at less power.',
		end,
	].join('\n');
}

function deviceLines(device: string, sweep: Sweep): string[] {
	const all = sweep.rows.filter((row) => row.device === device);
	const own = all[0]?.clockHz ?? null;
	const ofOwn = all.filter(({ clockHz }) => clockHz === own);
	const fronts = sweep.fronts.flatMap(({ front }) => front);
	const others = all.filter(({ key, clockHz }) => clockHz !== own && fronts.includes(key));
	const evidence = [...new Set(all.flatMap(({ latencyP99 }) => latencyP99.evidence ?? []))].join(', ');
	const title = `${device}${own === null ? '' : ` at ${showClock(own)}`}${evidence === '' ? '' : ` (time: ${evidence})`}`;
	const left = all.length - ofOwn.length;
	const rest =
		left === 0
			? []
			: [
					`at other clocks, from the same counts: ${others.length} of ${left} rows are on a front (report.html has all)`,
					...(others.length === 0 ? [] : rowLines(others, sweep, true)),
					'',
				];
	return [title, ...rowLines(ofOwn, sweep, false), ...reasonLines(ofOwn), '', ...rest];
}

function modelLines(models: readonly SweepModel[]): string[] {
	const rows = models.map((model) => [
		model.key,
		model.id,
		`${model.weightBits} bits`,
		`${showShare(model.zeroShare)} zero`,
		`${showWhole(model.bytes)} B`,
	]);
	return [...textTable(rows, 2), ''];
}

const HEAD = [
	'model',
	'solver',
	'timestep',
	'',
	'p50, ms',
	'p99, ms',
	'busy, %',
	'mW',
	'RAM, B',
	'flash, B',
	'accuracy',
	'of',
];

function rowLines(rows: readonly SweepRow[], sweep: Sweep, withClock: boolean): string[] {
	const lines = rows.map((row) => {
		const marks = sweep.fronts
			.filter((front) => front.front.includes(row.key))
			.map(({ against }) => (against === 'power' ? 'P' : 'L'))
			.join('');
		const { accuracy } = row;
		return [
			row.model,
			...(withClock ? [showClock(row.clockHz)] : []),
			row.solver,
			timestepText(row.timestepMs),
			marks,
			showHigh(row.latencyP50),
			showHigh(row.latencyP99),
			row.load.high === null ? NONE : showNumber(100 * row.load.high, 2),
			showHigh(row.power),
			showWhole(row.ram.high),
			showWhole(row.flash.high),
			row.why === null ? showAccuracy(accuracy) : NONE,
			row.why === null ? showWhole(accuracy.total) : NONE,
		];
	});
	const head = withClock ? [HEAD[0] ?? '', 'clock', ...HEAD.slice(1)] : HEAD;
	return textTable([head, ...lines], withClock ? 5 : 4);
}

/** The bad end: of what is measured there is only one. */
function showHigh({ high }: SweepReading): string {
	return high === null ? NONE : showNumber(high);
}

/** Each reason once, with how many rows it holds for. */
function reasonLines(rows: readonly SweepRow[]): string[] {
	const counts = new Map<string, number>();
	for (const row of rows) {
		const figures = {
			latency: row.latencyP99,
			power: row.power,
			RAM: row.ram,
			flash: row.flash,
			accuracy: row.accuracy,
		};
		const texts =
			row.why === null
				? Object.entries(figures).flatMap(([name, { reason }]) => (reason === null ? [] : [`no ${name}: ${reason}`]))
				: [`no figures: ${row.why}`];
		for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
		if (row.accuracy.agreement !== null)
			counts.set(row.accuracy.agreement, (counts.get(row.accuracy.agreement) ?? 0) + 1);
	}
	const all = [...counts].sort(([, a], [, b]) => b - a);
	const lines = all.slice(0, MOST_REASONS).flatMap(([text, count]) => {
		const [begin = '', ...rest] = brokenLines(
			oneLine(`${count === rows.length ? '' : `${count} of ${rows.length}: `}${text}`),
			WIDTH - 4,
		);
		return [`    ${begin}`, ...rest.map((line) => `      ${line}`)];
	});
	return all.length > MOST_REASONS
		? [...lines, `    and ${all.length - MOST_REASONS} more; report.html has them all`]
		: lines;
}
