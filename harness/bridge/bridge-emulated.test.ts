/** The bridge before an emulated board: slow to attach, with a cycle model, and a process that can die. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { attach } from '../../devices/driver.ts';
import { helloAfter } from '../bench/hello.ts';
import { startMosquitto } from '../broker/mosquitto.ts';
import { isOssicleError } from '../error.ts';
import { Asker } from '../link/mqtt/asker.ts';
import { connectBroker } from '../link/mqtt/broker-connection.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { decodeChunk } from '../link/mqtt/chunk.ts';
import { topicsOf } from '../link/mqtt/topics.ts';
import { run } from '../run.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { descendants } from '../testing/command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startBridge } from './bridge.ts';
import { bridgeLine } from './bridge-lines.ts';

const { facts } = deviceOf(loadDevices(fileURLToPath(new URL('../../devices', import.meta.url))), 'stm32f405-emulated');
const SCENARIO = fileURLToPath(new URL('../../scenarios/liquid-audio/keywords.scenario.yaml', import.meta.url));

test('flash, greeting and clips through a bridge; cycles come before the bytes of their work; QEMU killed is a lost link', async (t) => {
	const broker = await startMosquitto();
	t.teardown(() => broker.stop());
	const lines: string[] = [];
	const url = parseBrokerUrl(broker.url);
	const bridge = await startBridge({ facts, url, bench: 'lab', say: (event) => lines.push(bridgeLine(event)) });
	t.teardown(() => bridge.stop());
	const link = `${broker.url}/lab`;

	// Everything that goes up, as a viewer sees it.
	const viewer = await connectBroker(url, { role: 'viewer' });
	t.teardown(() => viewer.close());
	const topics = topicsOf('lab', facts.id);
	let marks = 0;
	let hops = 0;
	let early = 0;
	viewer.onMessage((topic, payload) => {
		const chunk = topic === topics.up ? decodeChunk(payload) : 'elsewhere';
		if (typeof chunk === 'string') return;
		const text = Buffer.from(chunk.payload).toString('latin1');
		if (chunk.kind === 'CYCLES') marks += text.split('\n').length - 1;
		if (chunk.kind !== 'BYTES' || !text.includes('"t":"inf"')) return;
		hops++;
		if (marks === 0) early++;
	});
	await viewer.subscribe([topics.up], 1);

	// Attaching starts QEMU; whoever asks meanwhile is answered.
	const asker = new Asker(viewer, topics, randomBytes(16).toString('hex'));
	const attaching = attach(facts, { link });
	let answers = 0;
	let attached = false;
	void attaching.then(() => {
		attached = true;
	});
	while (!attached) {
		const { described } = await asker.ask({ op: 'describe' }, { timeoutMs: 10_000 });
		t.like(described, { evidence: 'emulated', board: 'stm32f405', cycles: true });
		answers++;
	}
	t.true(answers > 0);
	const device = await attaching;
	t.teardown(() => device.close());
	const wire = await device.createLink();
	const hello = await helloAfter(wire, async () => {
		const flash = await device.flash();
		t.regex(flash.tool, /gdb/);
	});
	t.is(hello.build, device.image.buildId);
	const closed = new Promise<Error | null>((resolve) => wire.onClose(resolve));
	const [qemu] = descendants(process.pid, 'netduinoplus2');
	process.kill(qemu as number, 'SIGKILL');
	const reason = await closed;
	t.true(isOssicleError(reason) && reason.code === 'link-lost', String(reason));
	t.regex(reason?.message ?? '', /was ended by SIGKILL/);
	await device.close();

	const outcome = await run({
		scenario: SCENARIO,
		devices: [facts.id],
		clips: 'yes-01',
		runsFolder: temporaryFolder('bridge-run'),
		command: ['test'],
		attach: { link },
	});
	const [session] = outcome.record.sessions;
	t.like(session, { ended: 'complete', faults: [], notices: [] });
	t.regex(session?.link ?? '', /^mqtt .* lab\/stm32f405-emulated \(QEMU netduinoplus2/);
	t.true(hops > 0 && marks > 0, `${hops} hops, ${marks} lines of the cycle model`);
	t.is(early, 0);
	while (lines.filter((line) => /^(released|taken back)/.test(line)).length < 2) await sleep(20);
	t.deepEqual(descendants(process.pid, 'netduinoplus2'), []);
});
