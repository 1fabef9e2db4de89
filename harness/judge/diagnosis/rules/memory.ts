import { formatBytes } from '../../../scenario/units.ts';
import type { Evidence, Rule } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { explainedShare, shortfallOf } from '../shortfall.ts';

/** Of the stack reserved. Above, the next deeper call writes into something else. */
const NEAR_LIMIT = 0.8;

/** Parts of the RAM that the cell counts, by its statistic. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
	peak: ['static', 'stack', 'heap'],
	static: ['static'],
	stack: ['stack'],
};
const WORDS: Readonly<Record<string, string>> = {
	static: 'static RAM (buffers and tables in .data and .bss)',
	stack: 'the stack',
	heap: 'the heap',
};
const HINTS: Readonly<Record<string, string>> = {
	static: 'its largest symbols are in the map file; buffers that are not needed at the same time can share their place',
	stack: 'large arrays in functions, or deep calls',
	heap: 'allocations that are never freed, or made at all',
};

/** The largest part of the RAM, and what is left without it. */
export const largestMemory: Rule = (evidence) => {
	const memory = evidence.sessions.at(-1)?.memory ?? null;
	const shortfall = evidence.cell.metric === 'memory' ? shortfallOf(evidence.cell) : null;
	if (memory === null || shortfall === null) return null;
	const sizes: Record<string, number> = { static: memory.static, stack: memory.stackHigh, heap: memory.heap };
	const parts = (COUNTED[evidence.cell.statistic] ?? [])
		.map((name) => ({ name, bytes: sizes[name] ?? 0 }))
		.sort((a, b) => b.bytes - a.bytes);
	const [first] = parts;
	if (first === undefined) return null;
	const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
	const over = Math.ceil(shortfall.value - shortfall.limit);
	return finding(
		`${first.name}-memory`,
		explainedShare(shortfall, shortfall.value - first.bytes),
		first.bytes / total,
		`${WORDS[first.name]} is ${formatBytes(first.bytes)} of ${formatBytes(total)} (${percent(first.bytes / total)}); ${formatBytes(over)} too much in all: ${HINTS[first.name]}`,
	);
};

/** The stack is nearly used up, which no limit on the total shows. */
export const stackNearLimit: Rule = ({ cell, sessions }: Evidence) => {
	const worst = sessions
		.flatMap(({ memory }) => memory ?? [])
		.reduce<{ stack: number; stackHigh: number } | null>(
			(most, memory) =>
				most === null || memory.stackHigh / memory.stack > most.stackHigh / most.stack ? memory : most,
			null,
		);
	if (cell.metric !== 'memory' || worst === null || !(worst.stack > 0)) return null;
	const used = worst.stackHigh / worst.stack;
	if (used < NEAR_LIMIT) return null;
	// Where all of it was used, how deep it went cannot be seen: that is why there is no number.
	const isWhole = worst.stackHigh >= worst.stack;
	return finding(
		'stack-near-limit',
		1,
		isWhole ? WEIGHT.observed : WEIGHT.descriptive,
		`the stack went ${formatBytes(worst.stackHigh)} deep of ${formatBytes(worst.stack)} reserved (${percent(used)})${isWhole ? ': it may have run over into other memory' : '; interrupts or a deeper call come on top'}`,
	);
};
