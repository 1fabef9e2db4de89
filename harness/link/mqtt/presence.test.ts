import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { OssicleError } from '../../error.ts';
import type { MqttInfo } from '../../generated/mqtt-info.ts';
import { BROKER_KINDS, brokerFor, connectionTo } from '../../testing/mqtt-clients.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { encodeInfo } from './message.ts';
import { listPresent } from './presence.ts';
import { topicsOf } from './topics.ts';

/** Between two infos on a busy machine. */
const WAIT_MS = 1000;

const infoOf = (bench: string, device: string, extra: Partial<MqttInfo> = {}): MqttInfo => ({
	v: 1,
	state: 'online',
	bench,
	device,
	via: 'bridge',
	incarnation: '0123456789abcdef',
	...extra,
});

const put = (connection: BrokerConnection, info: MqttInfo, retain = true) =>
	connection.publish(topicsOf(info.bench, info.device).info, encodeInfo(info), { qos: 1, retain });

for (const kind of BROKER_KINDS)
	test(`${kind}: who is there, online and offline, the newest of each, by bench and device`, async (t) => {
		const broker = await brokerFor(t, kind);
		const device = await connectionTo(t, broker);
		const gone = infoOf('b', 'posix', { state: 'offline', reason: 'connection lost' });
		await put(device, infoOf('b', 'stm32f405', { state: 'offline' }));
		await put(device, infoOf('b', 'stm32f405', { holder: 'ci', board: 'stm32f405', evidence: 'silicon' }));
		await put(device, gone);
		await put(device, infoOf('a', 'posix'));
		for (let count = 0; count < 60; count++) await put(device, infoOf('many', `d${count}`));
		const connection = await connectionTo(t, broker);
		const all = await listPresent(connection, {}, WAIT_MS);
		t.is(all.length, 63);
		t.deepEqual(all.slice(0, 3), [
			infoOf('a', 'posix'),
			gone,
			infoOf('b', 'stm32f405', { holder: 'ci', board: 'stm32f405', evidence: 'silicon' }),
		]);
		const named = async (filter: Parameters<typeof listPresent>[1], waitMs = WAIT_MS) =>
			(await listPresent(connection, filter, waitMs)).map(({ bench, device }) => `${bench}/${device}`);
		t.deepEqual(await named({ bench: 'b' }), ['b/posix', 'b/stm32f405']);
		t.deepEqual(await named({ device: 'posix' }), ['a/posix', 'b/posix']);
		t.deepEqual(await named({ bench: 'b', device: 'posix' }), ['b/posix'], 'also one that is offline');
		t.deepEqual(await named({ bench: 'b', device: 'esp32s3' }), []);
		t.deepEqual(await named({ bench: 'b', device: 'stm32f405' }, 10 ** 8), ['b/stm32f405'], 'at once');
		t.is(connection.refusals.total, 0);
	});

test('an info that is none, or that speaks for another device, is refused; one that was taken away is none', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const device = await connectionTo(t, broker);
	const raw = (topic: string, text: string | Buffer) =>
		device.publish(topic, Buffer.from(text as string), { qos: 1, retain: true });
	await raw('ossicle/1/b/forged/info', encodeInfo(infoOf('b', 'posix')));
	await raw('ossicle/1/b/deep/info', '['.repeat(4000));
	await raw('ossicle/1/b/long/info', 'x'.repeat(10_000));
	await raw('ossicle/1/b/binary/info', Buffer.alloc(100, 0xff));
	await put(device, infoOf('b', 'away'));
	await raw('ossicle/1/b/away/info', '');
	await put(device, infoOf('b', 'good', { name: 'a\u001b[2Jb', reason: 'c\nd' }));
	const connection = await connectionTo(t, broker);
	t.deepEqual(await listPresent(connection, {}, WAIT_MS), [infoOf('b', 'good', { name: 'a [2Jb', reason: 'c d' })]);
	t.is(connection.refusals.total, 4);
});

test('a device that comes while we look is found; infos of before are forgotten with each look', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const device = await connectionTo(t, broker);
	const connection = await connectionTo(t, broker);
	const looking = listPresent(connection, { bench: 'b', device: 'late' }, 60_000);
	await put(device, infoOf('b', 'late', { state: 'offline' }), false);
	await put(device, infoOf('b', 'late'), false);
	t.deepEqual(await looking, [infoOf('b', 'late')]);
	t.deepEqual(await listPresent(connection, {}, 300), []);
});

test('whoever invents devices cannot fill our memory with them', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const device = await connectionTo(t, broker);
	const connection = await connectionTo(t, broker);
	await connection.subscribe(['ossicle/1/+/+/info'], 1);
	const looking = listPresent(connection, {}, 60_000);
	for (let count = 0; count < 1200; count++) await put(device, infoOf('b', `d${count}`), false);
	while (connection.refusals.total < 200) await sleep(5);
	await connection.close();
	await t.throwsAsync(looking, { instanceOf: OssicleError });
	t.deepEqual(connection.refusals.summary(), ['200 messages refused on info: there are more than 1000 devices']);
});

test('a lost connection ends the look with its reason', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const connection = await connectionTo(t, broker);
	const looking = listPresent(connection, {}, 60_000);
	broker.kill();
	t.is((await t.throwsAsync(looking, { instanceOf: OssicleError }))?.code, 'mqtt-lost');
	await t.throwsAsync(listPresent(connection, {}, 60_000), { instanceOf: OssicleError });
});

test('names that are none', async (t) => {
	const connection = await connectionTo(t, await brokerFor(t, 'aedes'));
	const error = await t.throwsAsync(listPresent(connection, { device: '+' }, 10), { instanceOf: OssicleError });
	t.is(error?.code, 'mqtt-name');
});
