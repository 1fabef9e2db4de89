import { holds, PROMISED, type Result } from './situation.ts';

/** One row as it stands in the table, without its figures: what a check can look for. */
export function rowName({ situation }: Pick<Result, 'situation'>): string {
	return `| ${situation.procedure} | ${situation.data} |`;
}

/** @param results in the order of the table; @returns Markdown */
export function renderTable(results: readonly Result[], seed: number): string {
	const ours = results.filter(({ situation }) => situation.rejected === undefined);
	const rejected = results.filter(({ situation }) => situation.rejected !== undefined);
	const groups = [...new Set(ours.map(({ situation }) => situation.group))];
	const parts = [
		'# Error rates of the verdicts, simulated',
		'Written by `npm run simulate`; do not edit.',
		INTRODUCTION.replace('SEED', String(seed)),
		'## Where the promise is not kept',
		broken(ours),
		'## What no procedure here can know',
		LIMITS,
		'## Our procedures',
		...groups.flatMap((group) => [`### ${group}`, table(ours.filter(({ situation }) => situation.group === group))]),
		'## Methods we do not use, and why',
		'The same truth on the limit. These rows are here to fail.',
		rejectedTable(rejected),
	];
	return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = `In every row the true value lies exactly on the limit. Then each verdict is an error: a pass would be one for a device a
hair worse, a fail for one a hair better. Promised are at most 5 % of each; the rest is undecided, as it should be. A row
holds the promise when both errors are at most 5 % plus two standard errors of the simulation itself (column +-, for a
rate of 5 %). With this many rows about one in forty of those whose error is 5 % exactly exceeds that by chance. Seed SEED;
a row's own seed follows from its name, so a new row changes no other.`;

const LIMITS = `- **A session never seen.** Bounds over sessions speak of boots like those measured: same board, same room, same build.
- **Drift slower than the trace.** Batch means hold down to traces of 0.7 correlation times (rho = 0.99997 at 20 000
  samples). What changes more slowly than that shows only between sessions.
- **Hops that are alike because they are neighbours.** The exact bounds of one session take hops as independent draws; where
  they wander with load or temperature, \`percentileBounds\` alone errs as the rejected rows show. \`orderedPercentileBounds\`
  takes hops in their order and falls back to an envelope that seldom decides. A drift slower than the session shows only
  between sessions.
- **Speakers, words and noises outside the clip set.** One unmet speaker or utterance is allowed for; a population unlike
  the set is not.`;

function broken(ours: readonly Result[]): string {
	const bad = ours.filter((result) => !holds(result));
	const worst = Math.max(...ours.map(({ falsePass, falseFail }) => Math.max(falsePass, falseFail)));
	if (bad.length === 0)
		return `Nowhere among these ${ours.length} rows. The largest error of all is ${percent(worst)} %.`;
	const sorted = bad.toSorted((a, b) => largest(b) - largest(a));
	return [`${bad.length} of ${ours.length} rows:`, table(sorted)].join('\n\n');
}

const largest = ({ falsePass, falseFail }: Result) => Math.max(falsePass, falseFail);

function table(results: readonly Result[]): string {
	const rows = results.map((result) => {
		const { trials, falsePass, falseFail, standardError } = result;
		const undecided = 1 - falsePass - falseFail;
		return `${rowName(result)} ${percent(falsePass)} | ${percent(falseFail)} | ${percent(undecided)} | ${percent(standardError)} | ${trials} | ${holds(result) ? 'yes' : '**no**'} |`;
	});
	return [
		`| procedure | data, truth on the limit | false pass % | false fail % | undecided % | +- | trials | <= ${100 * PROMISED} % |`,
		'| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |',
		...rows,
	].join('\n');
}

function rejectedTable(results: readonly Result[]): string {
	const rows = results.map(
		(result) =>
			`${rowName(result)} ${percent(result.falsePass)} | ${percent(result.falseFail)} | ${percent(result.standardError)} | ${result.situation.rejected} |`,
	);
	return [
		'| method | data, truth on the limit | false pass % | false fail % | +- | what is wrong with it |',
		'| --- | --- | ---: | ---: | ---: | --- |',
		...rows,
	].join('\n');
}

const percent = (share: number) => (100 * share).toFixed(1);
