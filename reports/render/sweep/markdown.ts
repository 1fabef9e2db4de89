/** The table of a sweep as a page of documentation. No figure in it is typed by hand. Pure. */
import type { Sweep, SweepModel, SweepRow } from '../../../harness/generated/sweep.ts';
import { NONE, showAccuracyOf, showClock, showRange, showShare, showWhole, timestepText } from './show.ts';

const HEAD = [
	'Solver',
	'Timestep',
	'Latency p50, ms',
	'Latency p99, ms',
	'Busy',
	'Work a hop',
	'Power, mW',
	'RAM, B',
	'Flash, B',
	'Accuracy',
];

/**
 * @param sweep as its sweep.json has it
 * @param source where the reader finds that file
 */
export function sweepMarkdown(sweep: Sweep, source: string): string {
	const groups = groupsOf(sweep);
	const shown = shownDevices(sweep.rows);
	const rows = sweep.rows.filter(({ device }) => shown.includes(device));
	const failed = rows.filter(({ why }) => why !== null).length;
	const cut = sweep.state === 'complete' ? '' : ` The sweep is ${sweep.state}: rows may be missing their figures.`;
	const lines = [
		'# Solvers, timesteps and models, measured',
		'',
		`Made by \`ossicle sweep --markdown\` from \`${source}\` (${sweep.id}, Ossicle ${sweep.ossicle}, ${sweep.updatedAt.slice(0, 10)}). Do not edit: no`,
		'figure here was typed by hand.',
		'',
		...(sweep.note === null ? [] : [`Note: ${escaped(sweep.note)}.`, '']),
		`${rows.length} rows, ${failed} of them without figures.${cut} What the figures are worth:`,
		'',
		...meanings(sweep).map((text) => `- ${text}`),
		'',
		...groups.flatMap((group) => groupLines(group, sweep)),
		...otherClocks(sweep),
	];
	return `${lines.join('\n').trimEnd()}\n`;
}

interface Group {
	title: string;
	/** Null: each row is of another one, and names it. */
	model: SweepModel | null;
	rows: SweepRow[];
}

/** Every design of each device at the device's own clock: a table for each model, or one of all where each has one row. */
function groupsOf({ rows, plan }: Sweep): Group[] {
	return shownDevices(rows).flatMap((device): Group[] => {
		const own = ownClock(rows, device);
		const ofDevice = rows.filter((row) => row.device === device && row.clockHz === own);
		const title = `${device}${own === null ? '' : ` at ${showClock(own)}`}`;
		if (plan.models.length > 1 && ofDevice.length === plan.models.length)
			return [{ title: escaped(title), model: null, rows: ofDevice }];
		return plan.models.flatMap((model) => {
			const ofModel = ofDevice.filter((row) => row.model === model.key);
			return ofModel.length === 0 ? [] : [{ title: escaped(`${title}: ${model.id}`), model, rows: ofModel }];
		});
	});
}

function groupLines({ title, model, rows }: Group, sweep: Sweep): string[] {
	const head = model === null ? [...MODEL_HEAD, ...HEAD] : HEAD;
	const left = model === null ? 1 : 2;
	const isText = (column: number) => column < left || head[column] === 'Solver' || head[column] === 'Timestep';
	return [
		`## ${title}`,
		'',
		...(model === null ? [] : [modelSentence(model), '']),
		tableLine(head),
		tableLine(head.map((_, column) => (isText(column) ? '---' : '---:'))),
		...rows.map((row) => {
			const own = sweep.plan.models.find(({ key }) => key === row.model);
			return tableLine([...(model === null && own !== undefined ? modelCells(own) : []), ...cellsOf(row, sweep)]);
		}),
		'',
		...notesOf(rows),
	];
}

const MODEL_HEAD = ['Model', 'Weights, bits', 'Zero', 'Empty blocks', '`.lnn`, B'];

function modelCells({ id, weightBits, zeroShare, emptyBlockShare, bytes }: SweepModel): string[] {
	return [escaped(id), String(weightBits), showShare(zeroShare), showShare(emptyBlockShare), showWhole(bytes)];
}

/** A PC is there for accuracy: where boards were swept, its own times are left to the table of the sweep. */
function shownDevices(rows: readonly SweepRow[]): string[] {
	const boards = rows.filter(({ clockHz }) => clockHz !== null);
	return [...new Set((boards.length === 0 ? rows : boards).map(({ device }) => device))];
}

function ownClock(rows: readonly SweepRow[], device: string): number | null {
	return rows.find((row) => row.device === device)?.clockHz ?? null;
}

/** Of other clocks only what is on a front: the same counts are worth less time or less power there. */
function otherClocks(sweep: Sweep): string[] {
	const { rows, fronts, plan } = sweep;
	const others = rows.filter(({ device, clockHz }) => clockHz !== ownClock(rows, device));
	if (others.length === 0) return [];
	const onFront = others.filter(({ key }) => fronts.some(({ front }) => front.includes(key)));
	const lines = onFront.map((row) => {
		const model = plan.models.find(({ key }) => key === row.model)?.id ?? '';
		return tableLine([row.device, showClock(row.clockHz), escaped(model), ...cellsOf(row, sweep)]);
	});
	return [
		'## Other clocks',
		'',
		`The same counts at the other clocks whose currents are declared: ${others.length} rows, of which ${onFront.length} are on a front.`,
		'',
		...(lines.length === 0
			? []
			: [
					tableLine(['Device', 'Clock', 'Model', ...HEAD]),
					tableLine(['Device', 'Clock', 'Model', ...HEAD].map((_, column) => (column < 5 ? '---' : '---:'))),
					...lines,
					'',
				]),
	];
}

function modelSentence({ bytes, weightBits, zeroShare, emptyBlockShare, channels, hidden }: SweepModel): string {
	return `${channels} channels, ${hidden} units, weights of ${weightBits} bits, ${showShare(zeroShare)} of them zero (${showShare(emptyBlockShare)} of the blocks empty); ${showWhole(bytes)} B of \`.lnn\`.`;
}

function cellsOf(row: SweepRow, sweep: Sweep): string[] {
	const marks = sweep.fronts.flatMap(({ front, against }) =>
		front.includes(row.key) ? [against === 'power' ? 'P' : 'L'] : [],
	);
	const total = row.stages.find(({ name }) => name === 'total');
	const work =
		total === undefined ? NONE : `${showWhole(total.mean)} ${total.unit === 'instructions' ? 'instr.' : total.unit}`;
	return [
		`\`${row.solver}\``,
		timestepText(row.timestepMs),
		showRange(row.latencyP50),
		`${showRange(row.latencyP99)}${marks.includes('L') ? ' **L**' : ''}`,
		busy(row),
		work,
		`${showRange(row.power)}${marks.includes('P') ? ' **P**' : ''}`,
		showWhole(row.ram.high),
		showWhole(row.flash.high),
		showAccuracyOf(row.accuracy),
	];
}

function busy({ load }: SweepRow): string {
	if (load.low === null || load.high === null) return NONE;
	return `${showRange({ low: 100 * load.low, high: 100 * load.high }, 2)} %`;
}

/** What each kind of figure rests on, once for the page. */
function meanings({ rows: all }: Sweep): string[] {
	const shown = shownDevices(all);
	const rows = all.filter(({ device }) => shown.includes(device));
	const left = [...new Set(all.map(({ device }) => device))].filter((device) => !shown.includes(device));
	const evidenceOf = (pick: (row: SweepRow) => string | null) =>
		[...new Set(rows.flatMap((row) => pick(row) ?? []))].sort().join(', ') || 'nothing';
	const agreements = [...new Set(rows.flatMap(({ accuracy }) => accuracy.agreement ?? []))];
	const methods = [
		...new Set(
			rows.flatMap(({ accuracy }) =>
				accuracy.method === '' ? [] : accuracy.method.replace(/^\d+ of \d+ clips right[;,] ?/, ''),
			),
		),
	];
	return [
		`Latency: compute time of the hops in which the cell ran; evidence ${evidenceOf(({ latencyP99 }) => latencyP99.evidence)}. A range is the two ends of the declared model.`,
		'Busy: mean time of all hops, those without a step included, as a share of the time to the next hop.',
		`Power: mean over the day part of the scenario; evidence ${evidenceOf(({ power }) => power.evidence)}.`,
		`RAM: static plus the deepest the stack went; evidence ${evidenceOf(({ ram }) => ram.evidence)}.`,
		`Accuracy: evidence ${evidenceOf(({ accuracy }) => accuracy.evidence)}; in brackets: ${methods.map(escaped).join('; ') || 'not bounded'}. Two rows whose brackets overlap are not told apart by these clips.`,
		...agreements.map((text) => `${escaped(text[0]?.toUpperCase() ?? '')}${escaped(text.slice(1))}.`),
		...(left.length === 0 ? [] : [`Rows of ${left.join(', ')} itself are left out here: accuracy is what it ran for.`]),
		'**L**, **P**: no other row of this device has as good an accuracy at less latency (p99), at less power (Pareto front, at the bad end of a range).',
	];
}

/** Why figures are missing, each reason once. */
function notesOf(rows: readonly SweepRow[]): string[] {
	const reasons = rows.flatMap((row) => {
		const name = `${row.solver}, ${timestepText(row.timestepMs)}`;
		if (row.why !== null) return [{ name, text: row.why }];
		const figures = { Latency: row.latencyP99, Power: row.power, RAM: row.ram, Accuracy: row.accuracy };
		return Object.entries(figures).flatMap(([what, { reason }]) =>
			reason === null ? [] : [{ name, text: `${what}: ${reason}` }],
		);
	});
	const byText = new Map<string, string[]>();
	for (const { name, text } of reasons) byText.set(text, [...(byText.get(text) ?? []), name]);
	const lines = [...byText].map(([text, names]) => {
		const whom = names.length === rows.length && rows.length > 1 ? 'all rows' : names.join('; ');
		return `- ${escaped(whom)}: ${escaped(text)}`;
	});
	return lines.length === 0 ? [] : [...lines, ''];
}

function tableLine(cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}

/** Text of files and devices must not become markup, a table cell or a line of its own. */
function escaped(text: string): string {
	return text
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
		.replace(/[\\`*_{}[\]<>#|!]/g, (letter) => `\\${letter}`);
}
