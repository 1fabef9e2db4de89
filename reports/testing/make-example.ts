/** `npm run example`: runs the keyword scenario on the emulated board and puts record and renderings into reports/example/. */
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../harness/run.ts';
import { temporaryFolder } from '../../harness/testing/temporary-folder.ts';
import { reportPaths, writeReports } from '../render/write-reports.ts';

const EXAMPLE = fileURLToPath(new URL('../example', import.meta.url));
const SCENARIO = 'scenarios/liquid-audio/keywords.scenario.yaml';
const DEVICE = 'stm32f405-emulated';

const { folder, record } = await run({
	scenario: SCENARIO,
	devices: [DEVICE],
	note: 'the committed example',
	runsFolder: temporaryFolder('example'),
	command: ['ossicle', 'run', SCENARIO, '--device', DEVICE, '--note', 'the committed example'],
	progress: (text) => console.error(text),
});
await writeReports(folder, record);
mkdirSync(EXAMPLE, { recursive: true });
for (const file of [folder.record, ...Object.values(reportPaths(folder))])
	copyFileSync(file, path.join(EXAMPLE, path.basename(file)));
console.error(`written to ${path.relative('', EXAMPLE)}; exit code of the run: ${record.summary.exitCode}`);
