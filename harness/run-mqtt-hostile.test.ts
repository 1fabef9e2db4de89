/** Strangers on a broker without accounts publish all they can think of while a run goes on: it must pass all the same. */
import test, { type ExecutionContext } from 'ava';
import mqtt, { type MqttClient } from 'mqtt';
import type { BrokerKind } from './broker/broker.ts';
import type { RunRecord } from './generated/record.ts';
import type { ByteLink } from './link/byte-link.ts';
import { parseTopic, topicsOf } from './link/mqtt/topics.ts';
import { run } from './run.ts';
import {
	FOREIGN_ANSWERS,
	FOREIGN_ASKS,
	FOREIGN_CHUNKS,
	FOREIGN_INFOS,
	type HostileMessage,
	MALFORMED,
} from './testing/hostile-messages.ts';
import { type DeviceProcess, startPosixMqtt, startScriptedBridge, until } from './testing/mqtt-bench.ts';
import { brokerFor } from './testing/mqtt-clients.ts';
import { tinyScenario } from './testing/tiny-scenario.ts';

/** What is refused must be refused by the ends themselves: the broker lets everything through. */
const UNLIMITED = { limits: { messageBytes: null, packetBytes: null } };
/** Writes to the board before the strangers begin, so that they do it in the middle of a clip. */
const WRITES_BEFORE = 12;

interface Stand {
	kind: BrokerKind;
	device: 'posix' | 'posix-mqtt';
	start: (t: ExecutionContext, link: string) => Promise<DeviceProcess>;
	/** Topics on which it listens itself. */
	hears: readonly ('ask' | 'down' | 'info')[];
}
/** A bridge looks after what is said in its name. */
const BRIDGE = { device: 'posix', start: startScriptedBridge, hears: ['ask', 'down', 'info'] } as const;
const FIRMWARE = { device: 'posix-mqtt', start: startPosixMqtt, hears: ['ask', 'down'] } as const;
const STANDS: readonly Stand[] = [
	{ kind: 'mosquitto', ...BRIDGE },
	{ kind: 'aedes', ...BRIDGE },
	{ kind: 'mosquitto', ...FIRMWARE },
	{ kind: 'aedes', ...FIRMWARE },
];

/** A link that stands still from one of its writes on until the strangers are done. */
function interrupted(link: ByteLink, interlude: () => Promise<void>): ByteLink {
	let writes = 0;
	let gate: Promise<void> = Promise.resolve();
	return {
		description: link.description,
		open: () => link.open(),
		onData: (receive) => link.onData(receive),
		onClose: (closed) => link.onClose(closed),
		close: () => link.close(),
		write: (bytes) => {
			writes += 1;
			if (writes === WRITES_BEFORE) gate = interlude();
			return gate.then(() => link.write(bytes));
		},
	};
}

class Stranger {
	readonly #client: MqttClient;
	readonly #device: string;
	/** Where the controller listens for answers: it says so in each request. */
	#answerTopic: string | null = null;
	/** Topics of answers that came to `answer/fff...`, the strangers' own. */
	readonly answers: string[] = [];

	private constructor(client: MqttClient, device: string) {
		this.#client = client;
		this.#device = device;
	}

	static async join(t: ExecutionContext, url: string, device: string): Promise<Stranger> {
		const client = await mqtt.connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
		t.teardown(() => client.end(true));
		const stranger = new Stranger(client, device);
		client.on('message', (topic, payload) => stranger.#overhear(topic, payload));
		await client.subscribeAsync('ossicle/1/#', { qos: 1 });
		return stranger;
	}

	/** Where answers are expected by the run that is going on. */
	get answerTopic(): string {
		if (this.#answerTopic === null) throw new Error('no answer was overheard');
		return this.#answerTopic;
	}

	async publish(topic: string, messages: readonly HostileMessage[], retain = false): Promise<number> {
		for (const qos of [0, 1] as const)
			for (const { payload } of messages) await this.#client.publishAsync(topic, payload, { qos, retain });
		return 2 * messages.length;
	}

	#overhear(topic: string, payload: Buffer): void {
		const place = parseTopic(topic);
		if (place?.leaf !== 'answer' || place.device !== this.#device) return;
		if (place.replyTo === 'f'.repeat(32)) this.answers.push(payload.toString());
		else this.#answerTopic = topic;
	}
}

/** Numbers at the beginnings of the notices, which are sentences like `12 messages refused on up: ...`. */
const counted = (record: RunRecord, where: RegExp) =>
	(record.sessions[0]?.notices ?? [])
		.filter((notice) => where.test(notice))
		.reduce((sum, notice) => sum + Number.parseInt(notice, 10), 0);

const verdicts = ({ cells }: RunRecord) =>
	cells.flatMap(({ device, metric, verdict }) => (device === null ? [] : [`${metric} ${verdict}`]));
/** By a scripted counter, which tells no time. */
const GREEN = ['latency not-measured', 'memory pass', 'accuracy pass'];

for (const { kind, device, start, hears } of STANDS)
	test.serial(
		`${device} over ${kind}: hostile messages on every topic are refused, counted and logged, and end nothing`,
		async (t) => {
			t.timeout(180_000);
			const broker = await brokerFor(t, kind, UNLIMITED);
			const link = `${broker.url}/bench`;
			const process = await start(t, link);
			const stranger = await Stranger.join(t, broker.url, device);
			const topics = topicsOf('bench', device);
			const sent = { up: 0, info: 0, answer: 0, ask: 0, down: 0 };
			const interlude = async () => {
				sent.up += await stranger.publish(topics.up, [...MALFORMED, ...FOREIGN_CHUNKS]);
				// Nothing at all is how a retained info is taken away: no offence.
				sent.info += await stranger.publish(topics.info, [...MALFORMED.slice(1), ...FOREIGN_INFOS]);
				sent.answer += await stranger.publish(stranger.answerTopic, [...MALFORMED, ...FOREIGN_ANSWERS]);
				sent.ask += await stranger.publish(topics.ask, MALFORMED);
				sent.down += await stranger.publish(topics.down, [...MALFORMED, ...FOREIGN_CHUNKS]);
				await stranger.publish(topics.ask, FOREIGN_ASKS);
				await until('each stranger is answered', () => stranger.answers.length === 2 * FOREIGN_ASKS.length);
			};
			const tiny = tinyScenario(t);
			const { record } = await run({
				scenario: tiny.folder,
				runsFolder: tiny.runs,
				devices: [device],
				command: ['test'],
				attach: { link },
				wrapLink: (inner) => interrupted(inner, interlude),
			});
			t.deepEqual(verdicts(record), GREEN, JSON.stringify(record.sessions[0]?.faults));
			t.deepEqual(record.sessions[0]?.faults, []);
			// Each of them, at both ends, is in the record.
			t.is(counted(record, /refused on up: /), sent.up);
			t.is(counted(record, /refused on info: /), sent.info);
			t.is(counted(record, /refused on answer: /), sent.answer);
			t.is(
				counted(record, new RegExp(`refused by ${device} on bench`)),
				hears.reduce((sum, leaf) => sum + sent[leaf], 0),
			);
			for (const leaf of hears) t.regex(process.output(), new RegExp(`refused (a|1) message on \\S*${leaf}`));
			for (const text of [process.output(), ...(record.sessions[0]?.notices ?? [])])
				t.false(/\p{Cc}/u.test(text.replaceAll('\n', '')));
			// Whoever asks in due form is answered; without lease and incarnation, only told what is there.
			const done = stranger.answers.filter((answer) => answer.includes('"ok":true'));
			t.is(done.length, 2);
			for (const answer of done) t.regex(answer, /"described"/);
		},
	);

test.serial('what strangers left on a broker, retained, is refused by whoever comes to listen', async (t) => {
	t.timeout(180_000);
	const broker = await brokerFor(t, 'mosquitto', UNLIMITED);
	const link = `${broker.url}/bench`;
	const stranger = await Stranger.join(t, broker.url, 'posix');
	const topics = topicsOf('bench', 'posix');
	// One each: a broker keeps the last.
	const left = (index: number) => MALFORMED.slice(index, index + 1);
	await stranger.publish(topics.ask, FOREIGN_ASKS.slice(-1), true);
	await stranger.publish(topics.down, FOREIGN_CHUNKS.slice(0, 1), true);
	const bridge = await startScriptedBridge(t, link);
	await stranger.publish(topics.up, FOREIGN_CHUNKS.slice(0, 1), true);
	await stranger.publish(topics.info, left(1), true);
	await stranger.publish(topicsOf('bench', 'other').info, left(8), true);
	const tiny = tinyScenario(t);
	const options = { scenario: tiny.folder, runsFolder: tiny.runs, devices: ['posix'], command: ['test'] };
	const { record } = await run({ ...options, attach: { link } });
	t.deepEqual(verdicts(record), GREEN, JSON.stringify(record.sessions[0]?.faults));
	t.is(counted(record, /refused on info: it is not JSON/), 1);
	t.is(counted(record, /refused on up: it is retained/), 1);
	for (const leaf of ['ask', 'down'])
		t.regex(bridge.output(), new RegExp(`refused a message on \\S*${leaf}": it is retained`));
});
