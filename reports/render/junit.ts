/**
 * The record as JUnit XML, the dialect that Jenkins, GitLab, GitHub actions and Azure read in common: testsuite per device,
 * testcase per cell, children in the order of Jenkins' xunit schema (properties, outcome, system-out).
 *
 * fail, inconclusive and not-measured are failures, rig-error is an error, not-requested is skipped. With `--inconclusive=warn`
 * the undecided ones are skipped too, with their reason as message: every server shows that grey or yellow, and none of them
 * green. (As passed tests with system-out they would be green, which they are not.)
 */
import type { Cell, Footprint, RunRecord, Verdict } from '../../harness/generated/record.ts';
import { isLetThrough, type Undecided } from '../../harness/judge/exit-code.ts';
import { formatBounds, formatUsed, formatValue, metricTitle } from './format.ts';
import { headlineOf, wouldDecideWords } from './headline.ts';
import { shellLine } from './shell-quote.ts';
import { shortened, visible } from './visible.ts';

export interface JunitOptions {
	/** Id of the scenario: the first part of each classname. */
	scenario: string;
	inconclusive: Undecided;
}

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

const LONGEST_TEXT = 4000;
const NOT_REQUESTED = 'not requested';

export function junitXml(record: RunRecord, asked: JunitOptions): string {
	// As for the exit code: a run that did not come to its end, or in which nothing was judged, is not waved through.
	const whole = isLetThrough('inconclusive', record, 'warn');
	const options = whole ? asked : { ...asked, inconclusive: 'fail' as const };
	const suites = [...new Set(record.cells.map(suiteOf))].map((name) => ({
		name,
		cells: record.cells.filter((cell) => suiteOf(cell) === name),
	}));
	const head = element('testsuites', { name: `ossicle ${options.scenario}`, ...totals(record.cells, options) });
	const body = suites.flatMap(({ name, cells }) => suite(name, cells, record, options));
	return `${['<?xml version="1.0" encoding="UTF-8"?>', head, ...body, '</testsuites>'].join('\n')}\n`;
}

function suite(name: string, cells: readonly Cell[], record: RunRecord, options: JunitOptions): string[] {
	const { manifest } = record;
	const seconds = (Date.parse(manifest.endedAt ?? '') - Date.parse(manifest.startedAt ?? '')) / 1000;
	const attributes = {
		name,
		...totals(cells, options),
		time: Number.isFinite(seconds) ? seconds.toFixed(3) : '0',
		...(manifest.startedAt === null ? {} : { timestamp: manifest.startedAt }),
	};
	return [
		`\t${element('testsuite', attributes)}`,
		...properties(suiteProperties(name, record), '\t\t'),
		...cells.flatMap((cell) => testcase(cell, options)),
		'\t</testsuite>',
	];
}

function testcase(cell: Cell, options: JunitOptions): string[] {
	const outcome = outcomeOf(cell.verdict, options.inconclusive);
	const classname = `${options.scenario}.${cell.device ?? cell.row}`;
	const name = `${metricTitle(cell)} ${cell.limit.text}`;
	return [
		`\t\t${element('testcase', { classname, name, time: '0' })}`,
		...properties(cellProperties(cell), '\t\t\t'),
		...outcomeElement(cell, outcome),
		`\t\t\t<system-out>${text(story(cell))}</system-out>`,
		'\t\t</testcase>',
	];
}

export function outcomeOf(verdict: Verdict, inconclusive: JunitOptions['inconclusive']): Outcome {
	switch (verdict) {
		case 'pass':
		case 'marginal':
			return 'passed';
		case 'rig-error':
			return 'error';
		case 'not-requested':
			return 'skipped';
		case 'fail':
			return 'failure';
		case 'inconclusive':
		case 'not-measured':
			return inconclusive === 'warn' ? 'skipped' : 'failure';
	}
}

function outcomeElement(cell: Cell, outcome: Outcome): string[] {
	if (outcome === 'passed') return [];
	const message = `${cell.verdict}: ${shortened(cell.reason)}`;
	if (outcome === 'skipped') return [`\t\t\t<skipped message="${attribute(message)}"/>`];
	return [
		`\t\t\t<${outcome} type="${attribute(cell.verdict)}" message="${attribute(message)}">${text(story(cell))}</${outcome}>`,
	];
}

/** The cell in lines for a person who has only the CI server's page. */
function story(cell: Cell): string {
	const why = cell.wouldDecide === null ? [] : [`would decide: ${wouldDecideWords(cell.wouldDecide)}`];
	const lines = [
		`${cell.verdict}: ${metricTitle(cell)}, limit ${cell.limit.text}`,
		`measured: ${formatValue(cell.estimate, cell.unit)}, bounds ${formatBounds(cell.bounds)}, ${formatUsed(cell.used)} of the limit, n ${cell.n}`,
		`evidence: ${[cell.evidence ?? 'none', ...cell.marks].join(', ')}`,
		`rule: ${cell.rule}`,
		`why: ${cell.reason}`,
		...why,
		...cell.diagnosis.map((finding) => `where: ${finding.text}`),
	];
	return lines.map((line) => shortened(line, LONGEST_TEXT)).join('\n');
}

function cellProperties(cell: Cell): [string, string][] {
	const [low = null, high = null] = cell.bounds ?? [];
	const number = (value: number | null) => (value === null ? '' : String(value));
	return [
		['verdict', cell.verdict],
		['evidence', cell.evidence ?? ''],
		['estimate', number(cell.estimate)],
		['bound-low', number(low)],
		['bound-high', number(high)],
		['unit', cell.unit],
		['limit', cell.limit.text],
		['used', number(cell.used)],
		['n', String(cell.n)],
		['sessions', String(cell.sessions)],
		['marks', cell.marks.join(', ')],
	];
}

function suiteProperties(name: string, record: RunRecord): [string, string][] {
	const { manifest } = record;
	const session = record.sessions.find((each) => each.device === name);
	return [
		['run', manifest.id],
		['headline', headlineOf(record).sentences.join(' ')],
		['source', manifest.source],
		['status', manifest.status],
		['ossicle', manifest.versions.ossicle ?? ''],
		['command', shellLine(manifest.command)],
		['note', manifest.note ?? ''],
		['parameters', manifest.parameters.map(({ text }) => text).join(', ')],
		['capture-sha256', manifest.capture.sha256 ?? ''],
		['inputs-changed', manifest.inputsChanged.join(', ')],
		['sessions', String(record.sessions.filter((each) => each.device === name).length)],
		['firmware', session?.hello?.firmware ?? ''],
		['build', session?.hello?.build ?? ''],
		['model', session?.hello?.model ?? ''],
		['image-sha256', session?.flash?.imageSha256 ?? ''],
		...footprintProperties(session?.footprint ?? null),
		...record.reported
			.filter(({ device }) => device === name)
			.map(({ segment, metric, statistic, unit, estimate, reason }): [string, string] => [
				`reported ${segment} ${metric} ${statistic}`,
				estimate === null ? `none: ${reason}` : `${estimate} ${unit}`,
			]),
	];
}

/** Tracked from build to build by whoever reads the file. */
function footprintProperties(footprint: Footprint | null): [string, string][] {
	if (footprint === null) return [];
	const { textBytes, dataBytes, bssBytes, modelBytes, stack } = footprint;
	return [
		['text-bytes', String(textBytes)],
		['data-bytes', String(dataBytes)],
		['bss-bytes', String(bssBytes)],
		['model-bytes', modelBytes === null ? '' : String(modelBytes)],
		['stack-bound-bytes', stack.bytes === null ? '' : String(stack.bytes)],
	];
}

function properties(pairs: readonly [string, string][], indent: string): string[] {
	const told = pairs.filter(([, value]) => value !== '');
	return [
		`${indent}<properties>`,
		...told.map(
			([name, value]) =>
				`${indent}\t<property name="${attribute(name)}" value="${attribute(shortened(value, LONGEST_TEXT))}"/>`,
		),
		`${indent}</properties>`,
	];
}

function totals(cells: readonly Cell[], { inconclusive }: JunitOptions) {
	const count = (wanted: Outcome) =>
		String(cells.filter((cell) => outcomeOf(cell.verdict, inconclusive) === wanted).length);
	return {
		tests: String(cells.length),
		failures: count('failure'),
		errors: count('error'),
		skipped: count('skipped'),
	};
}

function suiteOf(cell: Cell): string {
	return cell.device ?? NOT_REQUESTED;
}

/** A start tag. */
function element(name: string, attributes: Readonly<Record<string, string>>): string {
	const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`);
	return `<${name}${pairs.join('')}>`;
}

function text(value: string): string {
	// `>` too: `]]>` may not stand in character data (XML 1.0, 2.4).
	return visible(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attribute(value: string): string {
	// A parser turns white space in attributes into blanks unless it is written as a reference (XML 1.0, 3.3.3).
	return text(value)
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&apos;')
		.replaceAll('\n', '&#10;')
		.replaceAll('\t', '&#9;');
}
