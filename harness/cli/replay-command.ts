import { exitCodeOfRun } from '../judge/exit-code.ts';
import { evaluate } from '../record/evaluate.ts';
import { findRunFolder } from '../record/run-folder.ts';
import { RUNS_FOLDER } from '../run.ts';
import { OSSICLE_VERSION } from '../version.ts';
import { printRecord } from './print-record.ts';
import { undecidedOf } from './undecided-option.ts';

export interface ReplayCommandOptions {
	json?: boolean;
	inconclusive?: string;
}

/** `ossicle replay <run>`: the verdicts again, from the raw bytes and the inputs. Writes nothing into the run folder. */
export async function replayCommand(nameOrPath: string, options: ReplayCommandOptions): Promise<number> {
	const undecided = undecidedOf(options.inconclusive);
	const folder = findRunFolder(nameOrPath, RUNS_FOLDER);
	const record = await evaluate(folder, { source: 'replay', evaluatedBy: OSSICLE_VERSION });
	printRecord(record, folder);
	if (options.json === true) process.stdout.write(`${JSON.stringify(record, null, '\t')}\n`);
	return exitCodeOfRun(record, undecided);
}
