import type { DeviceFacts } from '../generated/device.ts';
import type { Budget, BudgetLine } from '../judge/budget/budget.ts';
import { whole } from '../judge/budget/cell-budget.ts';
import { figure } from '../judge/closure/close.ts';
import { metricOf } from '../scenario/metrics.ts';

const INDENT = '    ';
const WIDTH = 110;

/** A budget for people: a line for each limit, and below it what it comes down to. @param twins devices that know more */
export function budgetTable(worked: Budget, facts: DeviceFacts, twins: readonly string[] = []): string {
	const titles = worked.lines.map((line) => titleOf(line));
	const titleWidth = Math.max(0, ...titles.map((title) => title.length));
	const limitWidth = Math.max(0, ...worked.lines.map(({ limit }) => limit.length));
	const clock = facts.evidence === 'host' ? 'a PC' : `${figure(worked.clockHz / 1e6)} MHz`;
	return [
		`${worked.device} (row ${worked.row}): what the spec allows by data sheet facts, before anything is flashed`,
		`an inference every ${figure(1000 * worked.hopSeconds)} ms, ${clock}`,
		'',
		...worked.lines.flatMap((line, index) => [
			`${(titles[index] ?? '').padEnd(titleWidth)}  ${line.limit.padEnd(limitWidth)}  ${line.state === 'infeasible' ? 'INFEASIBLE' : line.state}`,
			...line.text.flatMap((text) => wrapped(text)),
		]),
		'',
		closing(worked),
		...(twins.length === 0
			? []
			: [`The currents are declared for ${twins.join(', ')}: \`ossicle budget ${twins[0]}\` knows more.`]),
	].join('\n');
}

function titleOf({ metric, statistic }: BudgetLine): string {
	return `${metricOf(metric).title} (${statistic})`;
}

function closing({ lines, tightest, clockHz, hopSeconds }: Budget): string {
	const count = (state: BudgetLine['state']) => lines.filter((line) => line.state === state).length;
	const summary = `${count('feasible')} feasible, ${count('infeasible')} infeasible, ${count('unknown')} unknown.`;
	if (tightest === null) return summary;
	const name = metricOf(tightest.metric).title;
	if (tightest.cyclesPerHop === 0) return `${summary} ${name} leaves no cycles at all.`;
	const share = (100 * tightest.cyclesPerHop) / (clockHz * hopSeconds);
	return `${summary} ${name} is the tightest: ${whole(tightest.cyclesPerHop)} cycles a hop, ${figure(share)} % of the time.`;
}

function wrapped(text: string): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && INDENT.length + line.length + 1 + word.length > WIDTH) {
			lines.push(line);
			line = `  ${word}`;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return [...lines, line].map((each) => INDENT + each);
}
