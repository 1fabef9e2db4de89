import test from 'ava';
import { campaignReport, runCampaign } from './campaign.ts';
import { clipLaw } from './campaign-law.ts';

test('a small campaign with every kind of fault: no false pass, no lost record', async (t) => {
	const result = await runCampaign({ runs: 27, seed: 20 });
	t.deepEqual(result.falsePasses, []);
	t.deepEqual(result.lostRecords, []);
	const counted = Object.values(result.table)
		.flatMap((row) => Object.values(row))
		.reduce((sum, count) => sum + count, 0);
	t.is(counted, 27);
	// Otherwise the faults missed the sessions and the campaign proved nothing.
	t.true(result.table.disconnect['rig error'] > 0 && result.table.reset['rig error'] > 0);
	t.regex(
		campaignReport(result),
		/27 runs, false passes 0, lost records 0, .*\nCommand: node --import tsx harness\/testing\/campaign\.ts --runs 27 --seed 20/,
	);
});

test('the law catches what it is there for', async (t) => {
	const breaches: string[] = [];
	const spoil = await runCampaign({
		runs: 1,
		seed: 3,
		check: async (run, reference) => {
			const good = await clipLaw(reference, reference);
			breaches.push(...good.falsePasses, ...good.lostRecords);
			// A clip that counts with another decision; a line nobody heard; a clip nobody recorded.
			const changed = structuredClone(reference);
			const [clip] = changed.decoded.sessions[0]?.clips ?? [];
			if (clip?.decision) clip.decision = { ...clip.decision, label: clip.decision.label + 1 };
			t.is((await clipLaw(changed, reference)).falsePasses.length, 1);
			const deaf = structuredClone(reference);
			deaf.decoded.sessions[0]?.messages.splice(10, 1);
			t.is((await clipLaw(deaf, reference)).falsePasses.length, 1);
			const forgetful = structuredClone(reference);
			forgetful.decoded.sessions[0]?.clips.pop();
			t.is((await clipLaw(forgetful, reference)).lostRecords.length, 1);
			return clipLaw(run, reference);
		},
	});
	t.deepEqual(breaches, []);
	t.is(spoil.runs, 1);
});
