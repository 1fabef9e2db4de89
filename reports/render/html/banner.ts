import type { RunRecord } from '../../../harness/generated/record.ts';
import type { Undecided } from '../../../harness/judge/exit-code.ts';
import { counted, formatSeconds, formatTime, verdictWords } from '../format.ts';
import { headlineOf } from '../headline.ts';
import type { RunData } from '../run-data.ts';
import { shortened } from '../visible.ts';
import { verdictIcon } from './icon.ts';
import { html, type Markup } from './markup.ts';

/** What failed, by how much and on what evidence, before anything else. */
export function banner(record: RunRecord, data: RunData, inconclusive: Undecided): Markup {
	const { verdict, word, sentences, evidence, counts } = headlineOf(record);
	const { manifest } = record;
	const [first = '', ...rest] = sentences;
	const devices = [...new Set(record.cells.flatMap((cell) => (cell.device === null ? [] : [cell.device])))];
	const seconds = (Date.parse(manifest.endedAt ?? '') - Date.parse(manifest.startedAt ?? '')) / 1000;
	const facts = [
		data.scenario,
		devices.length === 0 ? 'no device' : devices.join(', '),
		sessionsOf(record, devices.length),
		formatTime(manifest.startedAt),
		...(Number.isFinite(seconds) ? [formatSeconds(seconds)] : []),
	];
	return html`<header class="banner ${verdict ?? 'not-requested'}">
<p class="brand">Ossicle report <span>run ${manifest.id}</span></p>
<h1>${verdictIcon(verdict ?? 'not-requested')}<span>${word}</span></h1>
<p class="lead">${first}</p>
${rest.map((sentence) => html`<p>${sentence}</p>`)}
<p class="evidence-line">${evidence}</p>
<ul class="counts">${counts.map(({ verdict: each, n }) => html`<li class="${each}">${verdictIcon(each)}<b>${n}</b> ${verdictWords(each)}</li>`)}</ul>
<p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
${notes(record, inconclusive).map((note) => html`<p class="note">${note}</p>`)}
</header>`;
}

/** `5 sessions`; of a run that was cut short, `1 of 3 sessions`. */
function sessionsOf({ sessions, manifest }: RunRecord, devices: number): string {
	const asked = manifest.sessionsAsked * devices;
	return sessions.length < asked
		? `${sessions.length} of ${counted(asked, 'session')}`
		: counted(sessions.length, 'session');
}

function notes({ manifest, sessions }: RunRecord, inconclusive: Undecided): string[] {
	const lines: string[] = [];
	if (manifest.note !== null && manifest.note !== '') lines.push(`Note: ${shortened(manifest.note)}`);
	const overridden = manifest.parameters.filter((param) => param.overridden).map(({ text }) => text);
	if (overridden.length > 0)
		lines.push(`With ${overridden.join(', ')} by --param: this is not the scenario as it is written.`);
	const parts = sessions.flatMap(({ device, subsets }) =>
		subsets.map(
			({ segment, clips, of }) => `${device} was sent a planned subset of ${segment}, ${clips} of ${of} clips.`,
		),
	);
	lines.push(...new Set(parts));
	const others = manifest.inputsChanged.filter((path) => path !== 'spec.md');
	if (manifest.inputsChanged.includes('spec.md'))
		lines.push('Changed since the run: spec.md. The verdicts follow the changed limits.');
	if (others.length > 0)
		lines.push(
			`Changed since the run: ${others.join(', ')}. With inputs which the run did not use, nothing is decided.`,
		);
	if (manifest.source === 'replay') lines.push('Replayed: judged again from the captured bytes.');
	if (manifest.capture.damage !== null) lines.push(`The capture is damaged: ${shortened(manifest.capture.damage)}.`);
	const resent = sessions.reduce((sum, session) => sum + session.clipsResent, 0);
	if (resent > 0) lines.push(`${counted(resent, 'clip')} had to be sent twice; see Sessions.`);
	if (inconclusive === 'warn')
		lines.push('--inconclusive=warn: what is undecided or not measured is a warning for the CI server, not a failure.');
	return lines;
}
