import type { ClipSummary } from '../../../harness/generated/record.ts';
import { waveform } from '../figure/waveform.ts';
import { counted } from '../format.ts';
import { clipKey, type DeviceData, type RunData, wrongClips } from '../run-data.ts';
import { wavBytes } from '../wav.ts';
import { html, type Markup, trusted } from './markup.ts';

const MOST_LISTED = 60;
const MOST_SCORES = 3;

/** The clips the device got wrong, to be listened to as it heard them, with its scores. */
export function wrongClipList(clips: readonly ClipSummary[], device: DeviceData, data: RunData): Markup {
	const wrong = wrongClips(clips);
	if (wrong.length === 0) return html`<p class="absent">No clip was wrong.</p>`;
	const listed = wrong.slice(0, MOST_LISTED);
	const left = wrong.length - listed.length;
	const silent = listed.filter(([clip]) => !data.heard.has(clipKey(clip))).length;
	return html`<p class="small-head">Wrong clips, as the device heard them</p>
<ul class="clips">${listed.map((decisions) => item(decisions, device, data))}</ul>
${silent > 0 ? html`<p class="absent">${counted(silent, 'clip')} without audio here: to keep the page small, or because the captured bytes do not add up.</p>` : null}
${left > 0 ? html`<p class="absent">${counted(left, 'more wrong clip')} in record.json.</p>` : null}`;
}

function item(decisions: readonly [ClipSummary, ...ClipSummary[]], device: DeviceData, data: RunData): Markup {
	const [clip] = decisions;
	const heard = data.heard.get(clipKey(clip));
	const decided = [...new Set(decisions.map((each) => each.decided ?? '?'))];
	const often = device.sessions.length > 1 ? ` in ${decisions.length} of ${device.sessions.length} sessions` : '';
	return html`<li><p><code>${clip.name}</code>: said <b>${clip.label}</b>, decided <b class="wrong">${decided.join(', ')}</b>${often}</p>
${heard === undefined ? null : html`<div class="listen">${waveform(heard.samples, `Waveform of ${clip.name}`)}<audio controls preload="auto" aria-label="${clip.name} as the device heard it" src="data:audio/wav;base64,${trusted(wavBytes(heard).toString('base64'))}"></audio></div>`}
${scores(clip, device)}</li>`;
}

/** The best scores and that of the right label. Scores are logits: a difference of 0.7 is a factor of two in probability. */
function scores(clip: ClipSummary, device: DeviceData): Markup | null {
	const session = device.sessions.find((each) => each.session === clip.session);
	if (session === undefined || clip.scores.length === 0) return null;
	const named = clip.scores.map((score, index) => ({
		label: session.labels[index] ?? `label ${index}`,
		logit: score / (session.scoreScale || 1),
	}));
	const ranked = named.toSorted((a, b) => b.logit - a.logit);
	const right = ranked.findIndex(({ label }) => label === clip.label);
	const told = ranked.filter((_, index) => index < MOST_SCORES || index === right);
	return html`<p class="scores">Scores: ${told.map(({ label, logit }) => html`<span${label === clip.label ? trusted(' class="true"') : null}>${label} ${logit.toFixed(2)}</span>`)}${right >= MOST_SCORES ? html` <small>(the right label ranks ${right + 1} of ${named.length})</small>` : null}</p>`;
}
