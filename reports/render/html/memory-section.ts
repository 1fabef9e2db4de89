import type { Cell, SessionSummary } from '../../../harness/generated/record.ts';
import { formatBytes } from '../../../harness/scenario/units.ts';
import type { DeviceData } from '../run-data.ts';
import { html, type Markup } from './markup.ts';

/** Where the RAM goes. What exists only for the test is named and not counted. */
export function memorySection(
	cells: readonly Cell[],
	device: DeviceData,
	sessions: readonly SessionSummary[],
): Markup | null {
	const worst = sessions
		.flatMap(({ memory }) => (memory === null ? [] : [memory]))
		.toSorted((a, b) => b.stackHighBytes - a.stackHighBytes)[0];
	if (worst === undefined) return null;
	const cell = cells.find(({ metric }) => metric === 'memory');
	const counted = worst.staticBytes + worst.stackHighBytes + worst.heapBytes;
	const ram = device.facts?.memory?.ram?.bytes;
	const rows: [string, number, string][] = [
		['Static', worst.staticBytes, ''],
		['Stack, deepest', worst.stackHighBytes, `of ${formatBytes(worst.stackBytes)} reserved`],
		['Heap', worst.heapBytes, ''],
		['Counted', counted, cell === undefined ? '' : `limit ${cell.limit.text}`],
		['Clip store of the rig', worst.rigBytes, 'exists for the test only, not counted'],
		...(ram === undefined ? [] : [['RAM of the part', ram, ''] as [string, number, string]]),
	];
	return html`<section><h3>Memory</h3><div class="wide"><table class="small memory">
<tbody>${rows.map(([name, bytes, note]) => html`<tr class="${name === 'Counted' ? 'sum' : ''}"><th scope="row">${name}</th><td class="right">${formatBytes(bytes)}</td><td>${note}</td></tr>`)}</tbody></table></div></section>`;
}
