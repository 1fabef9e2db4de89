import type { Cell, ClipSummary } from '../../../harness/generated/record.ts';
import { counted } from '../format.ts';
import type { DeviceData, RunData } from '../run-data.ts';
import { html, type Markup } from './markup.ts';
import { wrongClipList } from './wrong-clips.ts';

/** A wider table helps nobody; then the pairs that were confused are listed instead. */
const MOST_LABELS = 24;
const MOST_PAIRS = 30;
const TONES = 5;

/** What was said and what the device heard: counts of each pair, and the wrong clips to listen to. */
export function accuracySection(
	cells: readonly Cell[],
	device: DeviceData,
	clips: readonly ClipSummary[],
	data: RunData,
): Markup | null {
	const judged = clips.filter((clip) => clip.correct !== null && clip.label !== null && clip.decided !== null);
	if (judged.length === 0) return null;
	const wrong = judged.filter((clip) => clip.correct === false);
	const lost = clips.filter((clip) => clip.label !== null && !clip.counted).length;
	const sessions = new Set(judged.map(({ session }) => session)).size;
	const summary = `${judged.length - wrong.length} of ${counted(judged.length, 'decision')} right${sessions > 1 ? `, in ${sessions} sessions` : ''}.`;
	const cell = cells.find(({ metric }) => metric === 'accuracy');
	return html`<section><h3>Accuracy</h3>
<p>${summary}${lost > 0 ? ` ${counted(lost, 'clip')} did not count; see Sessions.` : ''}${cell?.shown == null ? '' : ` ${cell.shown.method}: ${cell.shown.low.toFixed(1)} to ${cell.shown.high.toFixed(1)} %.`}</p>
<div class="figures accuracy">
<div>${confusion(judged, device)}</div>
<div>${wrongClipList(wrong, device, data)}</div>
</div></section>`;
}

function confusion(clips: readonly ClipSummary[], device: DeviceData): Markup {
	const counts = new Map<string, Map<string, number>>();
	for (const { label, decided } of clips) {
		const row = counts.get(label ?? '') ?? new Map<string, number>();
		row.set(decided ?? '', (row.get(decided ?? '') ?? 0) + 1);
		counts.set(label ?? '', row);
	}
	const used = new Set([...counts].flatMap(([label, row]) => [label, ...row.keys()]));
	// In the device's own order; a label it does not know comes last.
	const known = device.sessions.flatMap(({ labels }) => labels);
	const labels = [...new Set([...known.filter((label) => used.has(label)), ...used])];
	return labels.length > MOST_LABELS ? pairs(counts) : matrix(labels, counts);
}

function matrix(labels: readonly string[], counts: ReadonlyMap<string, ReadonlyMap<string, number>>): Markup {
	const most = Math.max(...[...counts.values()].flatMap((row) => [...row.values()]));
	const cell = (label: string, decided: string) => {
		const n = counts.get(label)?.get(decided) ?? 0;
		const tone = n === 0 ? '' : ` tone${Math.max(1, Math.ceil((TONES * n) / most))}`;
		const kind = label === decided ? 'right-one' : n > 0 ? 'wrong-one' : '';
		return html`<td class="${kind}${tone}">${n === 0 ? html`<span class="zero">·</span>` : n}</td>`;
	};
	return html`<p class="absent">Rows: what was said. Columns: what the device decided. Outlined: wrong.</p>
<div class="wide" tabindex="0" role="region" aria-label="Confusion matrix"><table class="confusion">
<thead><tr><td></td>${labels.map((label) => html`<th scope="col"><span>${label}</span></th>`)}</tr></thead>
<tbody>${labels.map((label) => html`<tr><th scope="row">${label}</th>${labels.map((decided) => cell(label, decided))}</tr>`)}</tbody>
</table></div>`;
}

function pairs(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): Markup {
	const all = [...counts].flatMap(([label, row]) =>
		[...row].flatMap(([decided, n]) => (label === decided ? [] : [{ label, decided, n }])),
	);
	const sorted = all.sort((a, b) => b.n - a.n).slice(0, MOST_PAIRS);
	return html`<table class="small"><caption>${counts.size} labels: the pairs most often confused</caption>
<thead><tr><th scope="col">Said</th><th scope="col">Decided</th><th scope="col" class="right">Clips</th></tr></thead>
<tbody>${sorted.map(({ label, decided, n }) => html`<tr><td>${label}</td><td>${decided}</td><td class="right">${n}</td></tr>`)}</tbody></table>`;
}
