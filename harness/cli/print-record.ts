import path from 'node:path';
import type { RunRecord } from '../generated/record.ts';
import type { RunFolder } from '../record/run-folder.ts';
import { verdictTable } from './verdict-table.ts';

/** Longer lines are hard to read. */
const WIDEST = 108;

/** The table for people, on stderr. */
export function printRecord(record: RunRecord, folder: RunFolder): void {
	const color = process.stderr.isTTY === true && process.env.NO_COLOR === undefined;
	const ascii = !/utf-?8/i.test(process.env.LC_ALL ?? process.env.LC_CTYPE ?? process.env.LANG ?? 'utf-8');
	const width = Math.max(60, Math.min(WIDEST, (process.stderr.columns ?? WIDEST + 1) - 1));
	console.error(`\n${verdictTable(record, { color, ascii, width })}`);
	// A replay writes none: what lies in the folder is what was judged before.
	if (record.manifest.source === 'live') console.error(`record: ${path.relative('', folder.record)}`);
}
