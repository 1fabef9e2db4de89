import type { Cell, Footprint, SessionSummary } from '../../../harness/generated/record.ts';
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
	const footprint = sessions.flatMap((session) => session.footprint ?? [])[0] ?? null;
	const rows: [string, number, string][] = [
		['Static', worst.staticBytes, ''],
		['Stack, deepest', worst.stackHighBytes, `of ${formatBytes(worst.stackBytes)} reserved${stackNote(footprint)}`],
		['Heap', worst.heapBytes, ''],
		['Counted', counted, cell === undefined ? '' : `limit ${cell.limit.text}`],
		['Clip store of the rig', worst.rigBytes, 'exists for the test only, not counted'],
		...(ram === undefined ? [] : [['RAM of the part', ram, ''] as [string, number, string]]),
		...footprintRows(footprint),
	];
	return html`<section><h3>Memory</h3><div class="wide"><table class="small memory">
<tbody>${rows.map(([name, bytes, note]) => html`<tr class="${name === 'Counted' ? 'sum' : ''}"><th scope="row">${name}</th><td class="right">${formatBytes(bytes)}</td><td>${note}</td></tr>`)}</tbody></table></div></section>`;
}

/** What the call graph allows, beside how deep it went. */
function stackNote(footprint: Footprint | null): string {
	if (footprint === null) return '';
	const { bytes, unbounded } = footprint.stack;
	return bytes === null
		? `; no bound by the call graph (${unbounded ?? ''})`
		: `; at most ${formatBytes(bytes)} by the call graph`;
}

/** What the image takes of the flash. */
function footprintRows(footprint: Footprint | null): [string, number, string][] {
	if (footprint === null) return [];
	const { textBytes, dataBytes, bssBytes, flashBytes, modelBytes } = footprint;
	const model = modelBytes === null ? '' : `, of it the model ${formatBytes(modelBytes)}`;
	return [
		['Flash', flashBytes, `text ${formatBytes(textBytes)}${model}, data ${formatBytes(dataBytes)}`],
		['Zeroed variables (bss)', bssBytes, 'in RAM only'],
	];
}
