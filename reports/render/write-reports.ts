import { join } from 'node:path';
import type { RunRecord } from '../../harness/generated/record.ts';
import type { Undecided } from '../../harness/judge/exit-code.ts';
import { type RunFolder, writeAtomically } from '../../harness/record/run-folder.ts';
import { reportPage } from './html/page.ts';
import { junitXml } from './junit.ts';
import { readRunData } from './run-data.ts';

export interface ReportOptions {
	/** `warn`: what is undecided or not measured is no failure for a CI server. Default `fail`. */
	inconclusive?: Undecided;
}

export interface ReportPaths {
	junit: string;
	html: string;
}

export function reportPaths(folder: RunFolder): ReportPaths {
	return { junit: join(folder.path, 'junit.xml'), html: join(folder.path, 'report.html') };
}

/**
 * Writes `junit.xml` and `report.html` into the run folder, each whole or not at all. The verdicts are those of `record`;
 * the figures are drawn from the capture, as far as it can be read.
 *
 * @throws OssicleError `write-failed` (rig). A caller whose run must not be lost for a report catches it.
 */
export async function writeReports(
	folder: RunFolder,
	record: RunRecord,
	options: ReportOptions = {},
): Promise<ReportPaths> {
	const { inconclusive = 'fail' } = options;
	const paths = reportPaths(folder);
	const data = await readRunData(folder, record);
	writeAtomically(paths.junit, junitXml(record, { scenario: data.scenario, inconclusive }));
	writeAtomically(paths.html, reportPage(record, data, { inconclusive }));
	return paths;
}
