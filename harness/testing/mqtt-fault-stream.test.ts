import test from 'ava';
import { generate, type Packet } from 'mqtt-packet';
import type { MqttFault } from './mqtt-fault.ts';
import { armed, MqttFaultStream, type MqttStep } from './mqtt-fault-stream.ts';
import { PacketSplitter, readPacket } from './mqtt-packets.ts';

const UP = 'ossicle/1/b/d/up';
const DOWN = 'ossicle/1/b/d/down';
const CONNECT = generate({ cmd: 'connect', clientId: 'controller-1', protocolVersion: 4, clean: true, keepalive: 10 });
const ON_UP = { client: /^controller/, way: 'to-client', leaf: 'up' } as const;

const publish = (topic: string, text: string, messageId?: number) =>
	generate({
		cmd: 'publish',
		topic,
		payload: text,
		qos: messageId === undefined ? 0 : 1,
		dup: false,
		retain: false,
		...(messageId === undefined ? {} : { messageId }),
	});
const puback = (messageId: number) => generate({ cmd: 'puback', messageId });

function shown(packet: Packet): string {
	if (packet.cmd === 'publish') return `${packet.topic.split('/').at(-1)}=${packet.payload}`;
	return packet.messageId === undefined ? packet.cmd : `${packet.cmd} ${packet.messageId}`;
}

/** The steps in words; what goes to the broker has `>` before it. */
const words = (steps: readonly MqttStep[]) =>
	steps
		.map((step) => {
			if ('happens' in step) return step.happens;
			const way = step.way === 'to-broker' ? '> ' : '';
			return way + ('pauseMs' in step ? `${step.lane} waits ${step.pauseMs}` : shown(readPacket(step.bytes)));
		})
		.join(', ');

function connected(...faults: MqttFault[]): MqttFaultStream {
	const stream = new MqttFaultStream(faults.map(armed));
	stream.push('to-broker', CONNECT);
	return stream;
}

/** Three publishes on `up`, ids 1 to 3, as the broker sends them. */
const three = (stream: MqttFaultStream) =>
	words(stream.push('to-client', Buffer.concat([1, 2, 3].map((id) => publish(UP, `${id}`, id)))));

test('without faults the same bytes come out, however they are cut', (t) => {
	const bytes = Buffer.concat([publish(UP, 'x'.repeat(300), 1), publish(DOWN, ''), puback(1), publish('other', 'y')]);
	for (const size of [1, 3, 128, bytes.length]) {
		const stream = connected();
		const out: Uint8Array[] = [];
		for (let at = 0; at < bytes.length; at += size)
			for (const step of stream.push('to-client', bytes.subarray(at, at + size)))
				if ('bytes' in step) out.push(step.bytes);
		t.deepEqual(Buffer.concat(out), bytes);
		t.is(out.length, 4);
	}
});

test('a stream that is no MQTT is refused', (t) => {
	t.throws(() => new PacketSplitter().push(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff])), { message: /no MQTT/ });
});

test('dropped at QoS 0: gone', (t) => {
	const stream = connected({ ...ON_UP, leaf: 'down', way: 'to-broker', at: 1, kind: 'drop', count: 2 });
	const sent = ['a', 'b', 'c', 'd'].map((text) => publish(DOWN, text));
	t.is(words(stream.push('to-broker', Buffer.concat(sent))), '> down=a, > down=d');
});

test('dropped at QoS 1: the sender is told it arrived', (t) => {
	t.is(three(connected({ ...ON_UP, at: 1, kind: 'drop' })), 'up=1, > puback 2, up=3');
});

test('duplicated at QoS 1: one acknowledgement of the two goes on', (t) => {
	const stream = connected({ ...ON_UP, at: 1, kind: 'duplicate' });
	t.is(three(stream), 'up=1, up=2, up=2, up=3');
	const acks = Buffer.concat([puback(1), puback(2), puback(2), puback(3), puback(2)]);
	t.is(words(stream.push('to-broker', acks)), '> puback 1, > puback 2, > puback 3, > puback 2');
});

test('swapped: it comes after the next one of its topic', (t) => {
	const stream = connected({ ...ON_UP, at: 0, kind: 'swap' });
	t.is(words(stream.push('to-client', publish(UP, 'a'))), '');
	t.is(words(stream.push('to-client', publish(DOWN, 'other'))), 'down=other');
	t.is(words(stream.push('to-client', publish(UP, 'b'))), 'up=b, up=a');
});

test('delayed: its topic waits, in a lane of its own from the start', (t) => {
	const stream = connected({ ...ON_UP, at: 1, kind: 'delay', ms: 70 });
	t.is(three(stream), 'up=1, up waits 70, up=2, up=3');
	const [other] = stream.push('to-client', publish(DOWN, 'x'));
	const [up] = stream.push('to-client', publish(UP, 'x'));
	t.deepEqual(
		[other, up].map((step) => step !== undefined && 'lane' in step && step.lane),
		['', 'up'],
	);
});

test('kicked: from this publish on nothing comes any more', (t) => {
	t.is(three(connected({ ...ON_UP, at: 1, kind: 'kick' })), 'up=1, kick');
});

test('only what the fault is meant for counts: client, way, topic, payload', (t) => {
	const drop = { ...ON_UP, at: 0, kind: 'drop' } as const;
	for (const other of [
		{ ...drop, client: /^bridge/ },
		{ ...drop, way: 'to-broker' },
		{ ...drop, leaf: 'down' },
		{ ...drop, like: () => false },
		{ ...drop, at: 3 },
	] satisfies MqttFault[])
		t.is(three(connected(other)), 'up=1, up=2, up=3');
	t.is(three(connected({ ...drop, like: (payload) => String(payload) === '2' })), 'up=1, > puback 2, up=3');
});

test('a fault happens once, and its count goes on after a new connection', (t) => {
	const drop = armed({ ...ON_UP, at: 4, kind: 'drop' });
	const answers = [1, 2, 3].map(() => {
		const stream = new MqttFaultStream([drop]);
		stream.push('to-broker', CONNECT);
		return three(stream);
	});
	t.deepEqual(answers, ['up=1, up=2, up=3', 'up=1, > puback 2, up=3', 'up=1, up=2, up=3']);
});
