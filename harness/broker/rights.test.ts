/** The table of MQTT.md section 5, tried by clients that keep to nothing, on each broker which we start. */
import test, { type ExecutionContext } from 'ava';
import type { IClientOptions } from 'mqtt';
import { type Received, TestClient } from '../testing/mqtt-client.ts';
import type { Account } from './accounts.ts';
import { startAedes } from './aedes.ts';
import type { Broker } from './broker.ts';
import { startMosquitto } from './mosquitto.ts';

const ACCOUNTS = [
	{ name: 'board-1', password: 'pass:word 1 ü$', role: 'device', bench: 'lab', device: 'board-1' },
	{ name: 'board-2', password: 'two', role: 'device', bench: 'lab', device: 'board-2' },
	{ name: 'ci', password: 'three', role: 'controller' },
	{ name: 'wall', password: 'four', role: 'viewer' },
] as const satisfies readonly Account[];
type Name = (typeof ACCOUNTS)[number]['name'];

const topic = (leaf: string, device = 'board-1') => `ossicle/1/lab/${device}/${leaf}`;
const REPLY = 'answer/0123456789abcdef0123456789abcdef';
const LEAVES = ['info', REPLY, 'up', 'ask', 'down'];

/** Who may publish, and who may read, each leaf of board-1. */
const ALLOWED: Record<string, { publish: Name[]; read: Name[] }> = {
	info: { publish: ['board-1'], read: ['ci', 'wall', 'board-1'] },
	[REPLY]: { publish: ['board-1'], read: ['ci'] },
	up: { publish: ['board-1'], read: ['ci', 'wall'] },
	ask: { publish: ['ci'], read: ['board-1'] },
	down: { publish: ['ci'], read: ['board-1'] },
};

for (const [kind, start] of [
	['mosquitto', startMosquitto],
	['aedes', startAedes],
] as const) {
	const started = async (t: ExecutionContext) => {
		const broker = await start({ accounts: ACCOUNTS });
		t.teardown(() => broker.stop());
		return broker;
	};
	const as = (broker: Broker, name: Name, options: IClientOptions = {}) => {
		const { password } = ACCOUNTS.find((account) => account.name === name) as Account;
		return TestClient.connect(broker.url, { username: name, password, ...options });
	};

	test(`${kind}: each account publishes what the table gives it, and nothing else arrives`, async (t) => {
		const broker = await started(t);
		for (const leaf of LEAVES) {
			const { publish, read } = ALLOWED[leaf] as { publish: Name[]; read: Name[] };
			const [allowed] = publish as [Name];
			const reader = await as(broker, read[0] as Name);
			t.not(await reader.subscribe(topic(leaf)), 128);
			for (const { name } of ACCOUNTS) {
				if (name === allowed) continue;
				const intruder = await as(broker, name);
				await intruder.publish(topic(leaf), `from ${name}`);
			}
			const writer = await as(broker, allowed);
			await writer.publish(topic(leaf), `from ${allowed}`);
			t.deepEqual(await reader.message(topic(leaf)), { topic: topic(leaf), text: `from ${allowed}`, retained: false });
			t.deepEqual(reader.received.map(texts), [`from ${allowed}`], leaf);
		}
	});

	test(`${kind}: nobody reads what the table does not give it, by whatever filter`, async (t) => {
		const broker = await started(t);
		const readers = await Promise.all(ACCOUNTS.map(async ({ name }) => ({ name, client: await as(broker, name) })));
		for (const { client } of readers) {
			for (const leaf of LEAVES) await client.subscribe(topic(leaf));
			await client.subscribe(topic('ask', 'board-2'));
			for (const filter of ['#', 'ossicle/#', 'ossicle/1/+/+/#', '+/+/+/+/+', 'ossicle/1/lab/+/down', '$SYS/#'])
				await client.subscribe(filter);
			await client.subscribe(`$share/group/${topic('down')}`);
		}
		const writers = { device: await as(broker, 'board-1'), controller: await as(broker, 'ci') };
		for (const leaf of LEAVES) {
			const writer = ALLOWED[leaf]?.publish[0] === 'ci' ? writers.controller : writers.device;
			await writer.publish(topic(leaf), leaf);
		}
		// Something each of them may read, after all else.
		await writers.controller.publish(topic('ask', 'board-2'), 'last');
		await writers.device.publish(topic('up'), 'last');
		const last: Record<Name, string> = {
			'board-1': topic('down'),
			'board-2': topic('ask', 'board-2'),
			ci: topic('up'),
			wall: topic('up'),
		};
		for (const { name, client } of readers) {
			await client.message(last[name]);
			const own = LEAVES.filter((leaf) => ALLOWED[leaf]?.read.includes(name)).map((leaf) => topic(leaf));
			const expected = name === 'board-2' ? [topic('ask', 'board-2')] : own;
			t.deepEqual([...new Set(client.received.map((each) => each.topic))].sort(), expected.sort(), name);
		}
	});

	test(`${kind}: no retained info is left by an intruder, nor shown to one`, async (t) => {
		const broker = await started(t);
		const board = await as(broker, 'board-1');
		await board.publish(topic('info'), 'true', { retain: true });
		const intruder = await as(broker, 'board-2');
		await intruder.publish(topic('info'), 'forged', { retain: true });
		const viewer = await as(broker, 'wall');
		await viewer.subscribe('ossicle/1/+/+/info');
		t.deepEqual(await viewer.message(topic('info')), { topic: topic('info'), text: 'true', retained: true });
		const other = await as(broker, 'board-2');
		await other.subscribe(topic('info'));
		await other.subscribe(topic('ask', 'board-2'));
		const controller = await as(broker, 'ci');
		await controller.publish(topic('ask', 'board-2'), 'marker');
		await other.message(topic('ask', 'board-2'));
		t.deepEqual(other.received.map(texts), ['marker']);
	});

	test(`${kind}: a last will is a publish`, async (t) => {
		const broker = await started(t);
		const will = (device: string, payload: string) => ({
			will: { topic: topic('info', device), payload: Buffer.from(payload), qos: 1 as const, retain: true },
		});
		const viewer = await as(broker, 'wall');
		await viewer.subscribe('ossicle/1/+/+/info');
		for (const name of ['board-2', 'ci', 'wall'] as const) {
			// Mosquitto takes the connection and drops the will, aedes takes no such connection.
			const intruder = await as(broker, name, will('board-1', `forged by ${name}`)).catch(() => null);
			t.is(intruder === null, kind === 'aedes');
			intruder?.cut();
		}
		const board = await as(broker, 'board-1', will('board-1', 'offline'));
		board.cut();
		await viewer.message(topic('info'));
		t.deepEqual(viewer.received.map(texts), ['offline']);
	});

	test(`${kind}: nobody without a name, and no wrong password`, async (t) => {
		const broker = await started(t);
		const refused = async (username: string | undefined, password: string | undefined) => {
			const options = {
				...(username === undefined ? {} : { username }),
				...(password === undefined ? {} : { password }),
			};
			const error = await t.throwsAsync(TestClient.connect(broker.url, options));
			t.is((error as Error & { code?: number }).code, 5, error?.message);
		};
		await refused(undefined, undefined);
		await refused('ci', undefined);
		await refused('ci', 'two');
		await refused('ci', 'three ');
		await refused('CI', 'three');
		await refused('nobody', '');
		await refused('constructor', 'x');
		// Up to its colon is not the password either.
		await refused('board-1', 'pass');
	});
}

test('aedes: a filter that reaches beyond the table is refused', async (t) => {
	// Mosquitto grants any and then delivers nothing of it: its acl_file knows no rule for subscriptions.
	const broker = await startAedes({ accounts: ACCOUNTS });
	t.teardown(() => broker.stop());
	const viewer = await TestClient.connect(broker.url, { username: 'wall', password: 'four' });
	for (const filter of ['#', 'ossicle/1/#', topic('down'), topic('+'), '+/1/+/+/up', '$SYS/#'])
		t.is(await viewer.subscribe(filter), 128, filter);
	for (const filter of ['ossicle/1/+/+/up', topic('up'), 'ossicle/1/lab/+/info'])
		t.is(await viewer.subscribe(filter), 1);
});

test("aedes: no account takes another one's client id", async (t) => {
	const broker = await startAedes({ accounts: ACCOUNTS });
	t.teardown(() => broker.stop());
	const board = await TestClient.connect(broker.url, {
		username: 'board-1',
		password: ACCOUNTS[0].password,
		clientId: 'same',
	});
	await t.throwsAsync(TestClient.connect(broker.url, { username: 'wall', password: 'four', clientId: 'same' }));
	await board.subscribe(topic('ask'));
	const controller = await TestClient.connect(broker.url, { username: 'ci', password: 'three' });
	await controller.publish(topic('ask'), 'still there?');
	t.is((await board.message(topic('ask'))).text, 'still there?');
	await board.end();
	await t.notThrowsAsync(
		TestClient.connect(broker.url, { username: 'wall', password: 'four', clientId: 'same' }).then((each) => each.end()),
	);
});

const texts = ({ text }: Received) => text;
