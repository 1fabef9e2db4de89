import type { RunRecord } from '../generated/record.ts';
import { type EvaluateOptions, evaluated, writeConsole, writeRecord } from './evaluate.ts';
import type { RunFolder } from './run-folder.ts';

/**
 * Judges what the capture holds so far and writes `record.json` and `console.log`. Called once when a run begins, so that
 * a run which is killed, or whose disk fills, leaves a record that says so; and once more when it is over.
 *
 * @throws OssicleError `write-failed` (rig): then the earlier record stays as it was
 */
export async function evaluateAndWrite(folder: RunFolder, options: EvaluateOptions): Promise<RunRecord> {
	const { record, run } = await evaluated(folder, options);
	writeRecord(folder, record);
	writeConsole(folder, run);
	return record;
}
