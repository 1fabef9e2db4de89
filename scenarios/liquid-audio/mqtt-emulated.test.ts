/** The whole main scenario on the emulated STM32F405 behind a bridge: each figure is that of a run without a broker. */
import test from 'ava';
import { run } from '../../harness/run.ts';
import { startBridgeProcess } from '../../harness/testing/mqtt-bench.ts';
import { brokerFor } from '../../harness/testing/mqtt-clients.ts';
import { assertSameResults } from '../../harness/testing/same-results.ts';
import { temporaryFolder } from '../../harness/testing/temporary-folder.ts';

const SCENARIO = 'scenarios/liquid-audio/keywords.scenario.yaml';
const DEVICE = 'stm32f405-emulated';

test('stm32f405-emulated behind a bridge: the decisions, scores and figures of the run without a broker', async (t) => {
	t.timeout(1_200_000);
	const broker = await brokerFor(t, 'mosquitto');
	const link = `${broker.url}/bench`;
	await startBridgeProcess(t, link, { device: DEVICE });
	const of = { scenario: SCENARIO, devices: [DEVICE], command: ['test'] };
	// Both play in real time for most of it: side by side they take no longer than one of them.
	const [over, without] = await Promise.all([
		run({ ...of, runsFolder: temporaryFolder('mqtt-runs'), attach: { link } }),
		run({ ...of, runsFolder: temporaryFolder('serial-runs') }),
	]);
	const [session] = over.record.sessions;
	t.regex(session?.link ?? '', /^mqtt .* bench\/stm32f405-emulated \(.*QEMU/);
	t.deepEqual(session?.notices, []);
	t.deepEqual(session?.faults, []);
	assertSameResults(t, over.record, without.record, { counts: true });
	const verdicts = over.record.cells
		.filter(({ device }) => device !== null)
		.map(({ metric, verdict }) => `${metric} ${verdict}`);
	t.deepEqual(verdicts, [
		'latency pass',
		'power fail',
		'memory pass',
		'accuracy pass',
		'battery-life fail',
		'parity pass',
		'parity pass',
	]);
});
