/** The main scenario over a broker comes to the same decisions and cells as on the board's own line. */
import test from 'ava';
import { MqttProgram } from '../../firmware/boards/posix-mqtt/testing/mqtt-program.ts';
import type { RunRecord } from '../../harness/generated/record.ts';
import { run } from '../../harness/run.ts';
import { startBridgeProcess } from '../../harness/testing/mqtt-bench.ts';
import { BROKER_KINDS, brokerFor } from '../../harness/testing/mqtt-clients.ts';
import type { Teardown } from '../../harness/testing/posix-bench.ts';
import { assertSameResults } from '../../harness/testing/same-results.ts';
import { temporaryFolder } from '../../harness/testing/temporary-folder.ts';

const SCENARIO = 'scenarios/liquid-audio/keywords.scenario.yaml';

async function recordOf(device: string, link?: string): Promise<RunRecord> {
	const attach = link === undefined ? {} : { attach: { link } };
	const runsFolder = temporaryFolder('mqtt-runs');
	return (await run({ scenario: SCENARIO, devices: [device], runsFolder, command: ['test'], ...attach })).record;
}

/** Puts a device on the broker. */
const PUT: Record<'posix' | 'posix-mqtt', (t: Teardown, broker: string) => Promise<unknown>> = {
	posix: (t, broker) => startBridgeProcess(t, `${broker}/bench`),
	'posix-mqtt': async (t, broker) => {
		const program = await MqttProgram.start(t, broker, { bench: 'bench', device: 'posix-mqtt', variant: 'posix-mqtt' });
		await program.online();
	},
};

let onItsPty: Promise<RunRecord> | null = null;
const reference = () => {
	onItsPty ??= recordOf('posix');
	return onItsPty;
};

for (const device of ['posix', 'posix-mqtt'] as const)
	for (const kind of BROKER_KINDS)
		test.serial(`${device} over ${kind}: the decisions, scores and cells of posix on its pty`, async (t) => {
			t.timeout(300_000);
			const broker = await brokerFor(t, kind);
			await PUT[device](t, broker.url);
			const record = await recordOf(device, `${broker.url}/bench`);
			const [session] = record.sessions;
			t.regex(session?.link ?? '', new RegExp(`^mqtt ${broker.url} bench/${device} `));
			t.deepEqual(session?.notices, []);
			assertSameResults(t, record, await reference(), { counts: false });
		});
