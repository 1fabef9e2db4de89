import type { Cell, ClipSummary, RunRecord, SessionSummary } from '../../../harness/generated/record.ts';
import { fractionOf, samplePercentile } from '../../../harness/measure/order.ts';
import { sessionDots } from '../figure/session-dots.ts';
import { counted, grouped, metricTitle } from '../format.ts';
import type { DeviceData, RunData, SessionData } from '../run-data.ts';
import { shortened } from '../visible.ts';
import { figure } from './figure.ts';
import { html, type Markup } from './markup.ts';

const MOST_CLIPS_LISTED = 20;
const MOST_SESSIONS_LISTED = 50;
const MOST_FAULTS_LISTED = 100;
const MOST_CONSOLES = 20;
const LONGEST_LINE = 300;

/** How the sessions went: their ends, faults, clips that had to be repeated, and what the devices printed. */
export function sessionsSection(record: RunRecord, data: RunData): Markup {
	const { sessions } = record;
	const faults = sessions.flatMap(({ session, device, faults: each }) =>
		each.map((fault) => ({ session, device, ...fault })),
	);
	const troubled = record.clips.filter((clip) => clip.problems.length > 0 || !clip.counted);
	return html`<section><h2>Sessions</h2>
${sessions.length === 0 ? html`<p class="absent">No session was captured.</p>` : sessionTable(sessions)}
${faults.length === 0 ? html`<p class="absent">No faults of the bench.</p>` : html`<h3>Faults of the bench</h3><ul class="faults">${faults.slice(0, MOST_FAULTS_LISTED).map((fault) => html`<li><code>${fault.code}</code> ${shortened(fault.text)} <small>(${fault.device}, session ${fault.session})</small></li>`)}</ul>`}
${noticesOf(sessions)}
${troubledClips(troubled)}
${consoles(data)}
</section>`;
}

function sessionTable(sessions: readonly SessionSummary[]): Markup {
	const head = ['Session', 'Device', 'Ended', 'Clips counted', 'Sent twice', 'Hops', 'Received', 'Sent', 'Boot'];
	const left = sessions.length - MOST_SESSIONS_LISTED;
	const row = (session: SessionSummary) =>
		html`<tr><th scope="row">${session.session}</th><td>${session.device}</td><td>${session.ended}</td><td class="right">${session.clipsCounted} of ${session.clipsExpected}</td><td class="right">${session.clipsResent}</td><td class="right">${grouped(session.hops)}</td><td class="right">${grouped(session.bytesReceived)} B</td><td class="right">${grouped(session.bytesSent)} B</td><td><code>${session.hello?.boot}</code></td></tr>`;
	return html`<div class="wide" tabindex="0" role="region" aria-label="Sessions"><table class="small"><thead><tr>${head.map((title, index) => html`<th scope="col" class="${index >= 3 && index <= 7 ? 'right' : ''}">${title}</th>`)}</tr></thead><tbody>${sessions.slice(0, MOST_SESSIONS_LISTED).map(row)}</tbody></table></div>${left > 0 ? html`<p class="absent">${counted(left, 'more session')} in record.json.</p>` : null}`;
}

/** A line for each session that was disturbed by somebody, and whose results were not. */
function noticesOf(sessions: readonly SessionSummary[]): Markup | null {
	const told = sessions.filter(({ notices }) => notices.length > 0);
	if (told.length === 0) return null;
	const item = ({ device, session, notices }: SessionSummary) =>
		html`<li>${shortened(notices.join('; '))} <small>(${device}, session ${session})</small></li>`;
	return html`<h3>Beside the sessions</h3><p>None of this reached a result.</p><ul class="notices">${told.slice(0, MOST_SESSIONS_LISTED).map(item)}</ul>`;
}

function troubledClips(clips: readonly ClipSummary[]): Markup | null {
	if (clips.length === 0) return null;
	const left = clips.length - MOST_CLIPS_LISTED;
	const item = (clip: ClipSummary) =>
		html`<li><code>${clip.name}</code> (session ${clip.session}, ${counted(clip.attempts, 'attempt')}, ${clip.counted ? 'counts' : 'does not count'}): ${shortened(clip.problems.join('; ') || 'no reason given')}</li>`;
	return html`<details><summary>${counted(clips.length, 'clip')} with problems</summary><ul>${clips.slice(0, MOST_CLIPS_LISTED).map(item)}</ul>${left > 0 ? html`<p class="absent">${left} more in record.json.</p>` : null}</details>`;
}

function consoles({ devices }: RunData): Markup[] {
	const all = devices.flatMap(({ id, sessions }) =>
		sessions.flatMap(({ session, console }) => {
			if (console.total === 0) return [];
			const kept = console.lines.length < console.total ? `, the last ${console.lines.length}` : '';
			const lines = console.lines.map((line) => html`<li>${shortened(line, LONGEST_LINE)}</li>`);
			return [
				html`<details><summary>Console of ${id}, session ${session}: ${counted(console.total, 'line')}${kept}</summary><ol class="console">${lines}</ol></details>`,
			];
		}),
	);
	const left = all.length - MOST_CONSOLES;
	return left > 0
		? [...all.slice(0, MOST_CONSOLES), html`<p class="absent">${counted(left, 'more console')} in console.log.</p>`]
		: all;
}

/** One dot for each session, for the metrics that were measured more than once. */
export function sessionFigures(cells: readonly Cell[], device: DeviceData, record: RunRecord): Markup | null {
	if (device.sessions.length < 2) return null;
	const seen = new Set<string>();
	const drawn = cells.flatMap((cell) => {
		const values = device.sessions.map((session) => ({
			session: session.session,
			value: sessionValue(cell, session, record),
		}));
		const known = values.flatMap(({ value }) => (Number.isFinite(value) ? [value] : []));
		// What is the same in all sessions needs no drawing, nor does what is drawn already (accuracy, judged in two ways).
		const key = JSON.stringify([cell.metric, known]);
		if (known.length < 2 || Math.min(...known) === Math.max(...known) || seen.has(key)) return [];
		seen.add(key);
		const limit = { value: cell.limit.value, text: cell.limit.text };
		return [
			figure(
				sessionDots(metricTitle(cell), cell.unit, values, limit),
				html`${metricTitle(cell)} by session. The axis does not begin at zero.`,
			),
		];
	});
	return drawn.length === 0 ? null : html`<section><h3>By session</h3><div class="figures">${drawn}</div></section>`;
}

/** The sample value of one session, at the bad end of a band; NaN where there is none. */
function sessionValue(cell: Cell, { session, latency, power }: SessionData, record: RunRecord): number {
	const summary = record.sessions.find((each) => each.session === session);
	switch (cell.metric) {
		case 'latency':
			return latency?.absent === null ? samplePercentile(latency.highMs, fractionOf(cell.statistic)) : Number.NaN;
		case 'power':
			return power?.absent === null ? power.meanMw : Number.NaN;
		case 'memory':
			return summary?.memory == null || cell.statistic !== 'peak'
				? Number.NaN
				: summary.memory.staticBytes + summary.memory.stackHighBytes + summary.memory.heapBytes;
		case 'accuracy': {
			const clips = record.clips.filter((clip) => clip.session === session && clip.correct !== null);
			return (100 * clips.filter((clip) => clip.correct).length) / clips.length;
		}
		default:
			return Number.NaN;
	}
}
