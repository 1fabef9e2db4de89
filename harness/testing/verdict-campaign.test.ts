import test from 'ava';
import { tinyScenario } from './tiny-scenario.ts';
import { runVerdictCampaign } from './verdict-campaign.ts';

test('whole runs with every kind of fault: no false pass, no lost record', async (t) => {
	t.timeout(600_000);
	const result = await runVerdictCampaign(tinyScenario(t, { clips: ['yes-01'] }), { runs: 18, seed: 5 });
	t.deepEqual(result.falsePasses, []);
	t.deepEqual(result.lostRecords, []);
	// Otherwise the faults missed the runs, and nothing was shown.
	t.true(result.table.disconnect['rig error'] > 0);
	t.true(result.table.reset['rig error'] > 0);
	t.true(result.table.split.green > 0);
});
