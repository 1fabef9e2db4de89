import { createHash } from 'node:crypto';
import type { Cell, RunRecord } from '../../../harness/generated/record.ts';
import type { Undecided } from '../../../harness/judge/exit-code.ts';
import { headlineOf } from '../headline.ts';
import type { RunData } from '../run-data.ts';
import { accuracySection } from './accuracy-section.ts';
import { banner } from './banner.ts';
import { latencySection } from './latency-section.ts';
import { legend } from './legend.ts';
import { html, type Markup, trusted } from './markup.ts';
import { memorySection } from './memory-section.ts';
import { powerSection } from './power-section.ts';
import { reportedSection } from './reported-section.ts';
import { reproduceSection } from './reproduce-section.ts';
import { sessionFigures, sessionsSection } from './sessions-section.ts';
import { specTable } from './spec-table.ts';
import { STYLE } from './style.ts';
import { testedSection } from './tested-section.ts';

export interface PageOptions {
	inconclusive: Undecided;
}

/**
 * Nothing is fetched and nothing is run: there is no script on the page, and the policy would not let one run. The style
 * sheet is named by its hash, so not even a style that slipped in would apply.
 */
function policy(): string {
	const style = createHash('sha256').update(STYLE).digest('base64');
	return `default-src 'none'; style-src 'sha256-${style}'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'`;
}

/** The whole report as one self-contained HTML page. */
export function reportPage(record: RunRecord, data: RunData, options: PageOptions): string {
	const { word } = headlineOf(record);
	const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${word}: ${data.scenario}, run ${record.manifest.id}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${banner(record, data, options.inconclusive)}
${data.problems.length === 0 ? null : html`<aside class="warning"><p>This page shows less than it might:</p><ul>${data.problems.map((problem) => html`<li>${problem}</li>`)}</ul></aside>`}
${data.devices.map((device) => deviceTables(device.id, record, data))}
${notRequested(record)}
${data.devices.map((device) => deviceFigures(device.id, record, data))}
${testedSection(record, data)}
${sessionsSection(record, data)}
${reproduceSection(record)}
${legend()}
</main>
</body>
</html>
`;
	return page.toString();
}

function deviceTables(id: string, record: RunRecord, data: RunData): Markup | null {
	const cells = record.cells.filter((cell) => cell.device === id);
	const device = data.devices.find((each) => each.id === id) ?? null;
	return cells.length === 0 ? null : specTable(cells, device, record);
}

function deviceFigures(id: string, record: RunRecord, data: RunData): Markup | null {
	const device = data.devices.find((each) => each.id === id);
	if (device === undefined) return null;
	const cells = record.cells.filter((cell) => cell.device === id);
	const sessions = record.sessions.filter((session) => session.device === id);
	const clips = record.clips.filter((clip) => clip.device === id);
	const sections = [
		drawn('latency', () => latencySection(cells, device, sessions)),
		drawn('power', () => powerSection(cells, device)),
		drawn('accuracy', () => accuracySection(cells, device, clips, data)),
		drawn('memory', () => memorySection(cells, device, sessions)),
		drawn('reported', () => reportedSection(record.reported.filter((figure) => figure.device === id))),
		drawn('sessions', () => sessionFigures(cells, device, record)),
	].filter((section) => section !== null);
	return sections.length === 0
		? null
		: html`<section class="device"><h2>Figures of ${id}</h2>${caveat(cells, record)}${sections}</section>`;
}

/** Bytes of a run that failed can still be drawn, and help to find out why; but nobody may take them for a result. */
function caveat(cells: readonly Cell[], { manifest }: RunRecord): Markup | null {
	const why =
		manifest.status === 'interrupted'
			? 'The run was interrupted'
			: manifest.status === 'rig-error' || cells.some(({ verdict }) => verdict === 'rig-error')
				? 'The rig failed'
				: null;
	return why === null
		? null
		: html`<p class="warning">${why}: these figures are here to find out why, and decide nothing.</p>`;
}

/** A figure that cannot be drawn must not cost the page its verdicts. */
function drawn(name: string, draw: () => Markup | null): Markup | null {
	try {
		return draw();
	} catch (cause) {
		return html`<p class="warning">The figures of ${name} cannot be drawn: ${String(cause)}</p>`;
	}
}

function notRequested({ cells }: RunRecord): Markup | null {
	const rows = [...new Set(cells.filter(({ verdict }) => verdict === 'not-requested').map(({ row }) => row))];
	return rows.length === 0 ? null : html`<p class="absent">Not requested: ${rows.join(', ')}.</p>`;
}
