import type { RunRecord } from '../../../harness/generated/record.ts';
import { formatTime, grouped } from '../format.ts';
import { shellLine } from '../shell-quote.ts';
import { shortened } from '../visible.ts';
import { factList, hash } from './facts.ts';
import { html, type Markup, trusted } from './markup.ts';

/** How to get these figures again, and by what to know that they are the same. */
export function reproduceSection(record: RunRecord): Markup {
	const { manifest } = record;
	const { versions, capture, inputs, inputsChanged } = manifest;
	const changed = new Set(inputsChanged);
	return html`<section><h2>Reproduce</h2>
<p class="small-head">The run</p><pre>${manifest.command.length === 0 ? 'unknown: the capture does not hold the command' : shortened(shellLine(manifest.command), 4000)}</pre>
<p class="small-head">The verdicts, from the raw bytes in the run folder</p><pre>${shellLine(['ossicle', 'replay', replayArgument(manifest)])}</pre>
${savedRecord(record)}
<h3>Environment</h3>
${factList([
	['Run', html`<code>${manifest.id}</code>`],
	['Started', formatTime(manifest.startedAt)],
	['Ended', formatTime(manifest.endedAt)],
	['Status', `${manifest.status}${manifest.statusReason === null ? '' : `: ${manifest.statusReason}`}`],
	['Source', manifest.source === 'live' ? 'live' : 'replayed from the capture'],
	['Captured by', versions.ossicle === null ? 'unknown' : `Ossicle ${versions.ossicle}`],
	['Judged by', `Ossicle ${versions.evaluatedBy}, Node.js ${versions.node}`],
	['Evidence required', manifest.requireEvidence],
	['Sessions asked', String(manifest.sessionsAsked)],
	['Clips', manifest.subset === null ? 'all' : `only ${manifest.subset}`],
	[
		'Capture',
		`${grouped(capture.lines)} lines, ${grouped(capture.bytes)} B${capture.damage === null ? '' : `; damaged: ${capture.damage}`}`,
	],
	['Capture SHA-256', hash(capture.sha256)],
	...Object.entries(inputs).map(
		([name, sha256]) =>
			[
				`inputs/${name}`,
				html`${hash(sha256)}${changed.has(name) ? html` <span class="tag">changed since the run</span>` : null}`,
			] as const,
	),
])}
</section>`;
}

/** The id, or the path where the run was told to put its folder elsewhere. */
function replayArgument({ id, command }: RunRecord['manifest']): string {
	const folder = command[command.indexOf('--runs') + 1];
	return command.includes('--runs') && folder !== undefined ? `${folder.replace(/\/+$/, '')}/${id}` : id;
}

/** A record of hundreds of sessions would be most of the page; it lies beside it anyway. */
const MOST_RECORD_BYTES = 500_000;

function savedRecord(record: RunRecord): Markup {
	const json = Buffer.from(`${JSON.stringify(record, null, '\t')}\n`);
	if (json.length > MOST_RECORD_BYTES)
		return html`<p>Every figure of this page stands in <code>record.json</code> beside it.</p>`;
	// Base64 holds nothing that could end the attribute, and a download is not executed.
	const href = trusted(json.toString('base64'));
	return html`<p class="save"><a download="record-${record.manifest.id}.json" href="data:application/json;base64,${href}">Save the record (JSON)</a> with every figure of this page.</p>`;
}
