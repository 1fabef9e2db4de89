/**
 * Puts every statistical procedure where the truth sits exactly on the limit, counts its false passes and false fails, and
 * writes the table SIMULATION.md beside this file. `npm run simulate`; about five minutes. `npm run simulate -- --trials 0.1`
 * takes a tenth of the trials and prints instead of writing.
 */

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { allSituations, SEED } from './all-situations.ts';
import { type Result, runSituation } from './situation.ts';
import { renderTable } from './table.ts';

const { values } = parseArgs({ options: { trials: { type: 'string', default: '1' } } });
const share = Number(values.trials);
if (!(share > 0 && share <= 1)) {
	console.error(`--trials: expected a share above 0 and up to 1, got ${values.trials}`);
	process.exit(2);
}
const results: Result[] = [];
for (const situation of allSituations()) {
	const result = runSituation(situation, SEED, Math.ceil(situation.trials * share));
	results.push(result);
	const percent = (part: number) => (100 * part).toFixed(1).padStart(5);
	console.error(
		`${percent(result.falsePass)} ${percent(result.falseFail)}  ${situation.procedure}: ${situation.data}${situation.rejected === undefined ? '' : ' (rejected)'}`,
	);
}
const text = renderTable(results, SEED);
if (share < 1) console.log(text);
else await writeFile(new URL('SIMULATION.md', import.meta.url), text);
