import path from 'node:path';
import { headlineOf } from '../../reports/render/headline.ts';
import { writeReports } from '../../reports/render/write-reports.ts';
import { exitCodeOfRun } from '../judge/exit-code.ts';
import { evaluate } from '../record/evaluate.ts';
import { findRunFolder } from '../record/run-folder.ts';
import { RUNS_FOLDER } from '../run.ts';
import { OSSICLE_VERSION } from '../version.ts';
import { undecidedOf } from './undecided-option.ts';

export interface ReportCommandOptions {
	inconclusive?: string;
	openPath?: boolean;
	json?: boolean;
}

/**
 * `ossicle report <run>`: judges the run anew from its raw bytes, as `replay` does, and writes `report.html` and
 * `junit.xml` into its folder. A stored record is not read: what somebody wrote into it cannot reach the page.
 *
 * @returns the exit code of the verdicts. @throws OssicleError
 */
export async function reportCommand(nameOrPath: string, options: ReportCommandOptions): Promise<number> {
	const inconclusive = undecidedOf(options.inconclusive);
	const folder = findRunFolder(nameOrPath, RUNS_FOLDER);
	const record = await evaluate(folder, { source: 'replay', evaluatedBy: OSSICLE_VERSION });
	const { html, junit } = await writeReports(folder, record, { inconclusive });
	const exitCode = exitCodeOfRun(record, inconclusive);
	const { word, sentences, evidence } = headlineOf(record);
	if (options.json === true) {
		console.log(
			JSON.stringify({ run: record.manifest.id, html, junit, exitCode, word, sentences, evidence }, null, '\t'),
		);
	} else if (options.openPath === true) console.log(html);
	else {
		console.error(`report: ${path.relative('', html)}\njunit:  ${path.relative('', junit)}`);
	}
	return exitCode;
}
