import type { Cell } from '../../../harness/generated/record.ts';
import { powerCloseUp, powerPlot } from '../figure/power-plot.ts';
import { counted, formatSeconds } from '../format.ts';
import type { PowerData } from '../power-data.ts';
import type { DeviceData } from '../run-data.ts';
import { figure } from './figure.ts';
import { html, type Markup } from './markup.ts';

type Measured = Extract<PowerData, { absent: null }>;

/** Of each clip the trace of one session is drawn; more clips than these make the page heavy and tell nothing new. */
const MOST_TRACES = 3;

/** What the board drew over time, with the limit and the inferences. */
export function powerSection(cells: readonly Cell[], device: DeviceData): Markup | null {
	const cell = cells.find(({ metric, unit }) => metric === 'power' && unit === 'mW');
	const known = device.sessions.flatMap(({ session, power }) => (power === null ? [] : [{ session, power }]));
	const all = known.flatMap(({ session, power }) =>
		power.absent === null ? power.traces.map((trace) => ({ session, power, trace })) : [],
	);
	const traces = [...new Map(all.toReversed().map((each) => [each.trace.name, each])).values()].toReversed();
	const absent = known.flatMap(({ power }) => (power.absent === null ? [] : [power.absent]));
	if (traces.length === 0)
		return cells.every(({ metric }) => metric !== 'power') || absent.length === 0
			? null
			: html`<section><h3>Power</h3><p class="absent">No figure: ${absent[0]}.</p></section>`;
	const limit = cell === undefined ? null : { value: cell.limit.value, text: cell.limit.text };
	const modelled = cell?.evidence === 'modelled';
	const left = all.length - Math.min(traces.length, MOST_TRACES);
	return html`<section><h3>Power</h3>
${traces.slice(0, MOST_TRACES).map(({ session, power, trace }) => traceFigures(session, power, trace, limit, modelled))}
${left > 0 ? html`<p class="absent">${counted(left, 'more trace')} in the capture.</p>` : null}
</section>`;
}

function traceFigures(
	session: number,
	{ meanMw }: Measured,
	trace: Measured['traces'][number],
	limit: { value: number; text: string } | null,
	modelled: boolean,
): Markup {
	const plot = { ...trace, limit, meanMw };
	const near = powerCloseUp(plot);
	const source = modelled
		? ' ADC counts substituted from declared currents (a model), at the bad end of its band.'
		: '';
	const seconds = trace.milliwatts.length * trace.periodSeconds;
	return html`<div class="figures">
${figure(powerPlot(plot), html`${trace.name}, session ${session}: ${formatSeconds(seconds)} from the device's own memory, the link silent.${source} The strip below the time axis marks inferences.`)}
${near === null ? null : figure(near, html`Some inferences out of the middle. Filled: the core inferred; hollow: skipped by the gate.`)}
</div>`;
}
