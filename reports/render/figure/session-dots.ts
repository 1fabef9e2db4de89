import type { Cell } from '../../../harness/generated/record.ts';
import { formatValue, significant } from '../format.ts';
import { html, type Markup } from '../html/markup.ts';
import { INNER, limitLine, panel } from './panel.ts';
import { axisAround } from './scale.ts';
import { px } from './svg.ts';

/** One figure for each session, in the order of the run: what differs from boot to boot, and what drifts. */
export function sessionDots(
	title: string,
	unit: Cell['unit'],
	values: readonly { session: number; value: number }[],
	limit: { value: number; text: string } | null,
): Markup {
	const known = values.filter(({ value }) => Number.isFinite(value));
	const all = known.map(({ value }) => value);
	const y = axisAround(all, limit?.value ?? null, INNER.y);
	const [left, right] = INNER.x;
	const x = (index: number) => left + ((index + 0.5) * (right - left)) / values.length;
	const every = Math.ceil(values.length / 14);
	const xTicks = values.flatMap(({ session }, index) =>
		index % every === 0 ? [{ at: x(index), text: String(session) }] : [],
	);
	const dots = values.flatMap(({ session, value }, index) =>
		Number.isFinite(value)
			? [
					html`<circle class="dot" cx="${px(x(index))}" cy="${px(y(value))}" r="4"><title>session ${session}: ${formatValue(value, unit)}</title></circle>`,
				]
			: [],
	);
	const label = `${title} of ${known.length} sessions, from ${significant(Math.min(...all))} to ${significant(Math.max(...all))} ${unit}`;
	return panel({ label, y, yText: significant, yTitle: unit, xTicks, xTitle: 'session' }, [
		dots,
		limit === null ? null : limitLine(y, limit.value, limit.text),
	]);
}
