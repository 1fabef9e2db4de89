/** One connection of a bridge to a broker, from `online` to `offline`: what comes in is judged, carried out and answered. */
import { randomBytes } from 'node:crypto';
import { factsDigest } from '../bench/facts-digest.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { MqttAnswer, MqttDone } from '../generated/mqtt-answer.ts';
import type { MqttAsk } from '../generated/mqtt-ask.ts';
import { type BrokerConnection, type ConnectOptions, connectBroker } from '../link/mqtt/broker-connection.ts';
import type { BrokerUrl } from '../link/mqtt/broker-url.ts';
import { decodeChunk } from '../link/mqtt/chunk.ts';
import { decodeAsk, encodeAnswer, encodeInfo } from '../link/mqtt/message.ts';
import { type DeviceTopics, topicsOf } from '../link/mqtt/topics.ts';
import type { Say } from './bridge-event.ts';
import type { ImageAtHand } from './image-at-hand.ts';
import { Presence } from './presence.ts';
import { refusalOf, refused } from './refusal.ts';
import { type Decision, lateness, RequestDesk } from './request-desk.ts';
import type { Seat } from './seat.ts';
import { described, offlineInfo, type Place, shownHolder } from './what-is-there.ts';

export interface BridgeSessionOptions {
	url: BrokerUrl;
	bench: string;
	facts: DeviceFacts;
	/** As named when the bridge was started. */
	port?: string | undefined;
	image: ImageAtHand;
	seat: Seat;
	connect?: Omit<ConnectOptions, 'role' | 'will' | 'log'>;
	say: Say;
}

/** Answers which the broker has not acknowledged: more are not made. */
const MAX_ANSWERS = 64;

const PARTING: Decision = {
	do: 'answer',
	refusal: refusalOf(refused('mqtt-offline', 'the bridge is being stopped.')),
};

/** What an answer holds besides what all answers hold. */
type Outcome = Pick<MqttDone, 'described' | 'flash'>;

export class BridgeSession {
	readonly incarnation: string;
	/** Resolves with why the connection ended; `null` after `leave`. */
	readonly ended: Promise<Error | null>;
	readonly #options: BridgeSessionOptions;
	readonly #connection: BrokerConnection;
	readonly #topics: DeviceTopics;
	readonly #presence: Presence;
	readonly #desk: RequestDesk;
	readonly #factsSha256: string;
	#answers = 0;
	#leaving = false;

	private constructor(options: BridgeSessionOptions, connection: BrokerConnection, place: Place) {
		this.#options = options;
		this.#connection = connection;
		this.incarnation = place.incarnation;
		this.#topics = topicsOf(place.bench, place.facts.id);
		this.#presence = new Presence(connection, this.#topics.info, place, options.say);
		this.#desk = new RequestDesk(place.incarnation);
		this.#factsSha256 = factsDigest(place.facts);
		this.ended = new Promise((resolve) => connection.onClose(resolve));
		connection.onMessage((topic, payload, retained) => this.#received(topic, payload, retained));
	}

	/** Connects, listens, and says that the device is online. @throws OssicleError (rig) of the connection */
	static async open(options: BridgeSessionOptions): Promise<BridgeSession> {
		const { url, bench, facts, connect = {}, say } = options;
		const place: Place = { bench, facts, incarnation: randomBytes(8).toString('hex') };
		const topics = topicsOf(bench, facts.id);
		const connection = await connectBroker(url, {
			...connect,
			role: 'bridge',
			will: { topic: topics.info, payload: encodeInfo(offlineInfo(place, 'connection lost')), retain: true },
			log: (text) => say({ event: 'refused', text }),
		});
		const session = new BridgeSession(options, connection, place);
		try {
			await connection.subscribe([topics.ask], 1);
			await connection.subscribe([topics.down], 0);
			options.seat.changed = () => session.#presence.holder(options.seat.current?.holder ?? null);
			await session.#presence.begin();
		} catch (error) {
			options.seat.changed = () => {};
			await connection.close();
			throw error;
		}
		return session;
	}

	/** Says `offline`: nothing is begun any more. Never throws. */
	async leave(reason: string): Promise<void> {
		this.#leaving = true;
		this.#options.seat.changed = () => {};
		await this.#presence.leave(reason);
	}

	/** Parts from the broker, which then does not publish the will. */
	async close(): Promise<void> {
		await this.#connection.close();
	}

	#received(topic: string, payload: Buffer, retained: boolean): void {
		const refuse = (why: string) => this.#connection.refusals.refuse(topic, why);
		if (topic === this.#topics.info) this.#presence.received(payload, refuse);
		else if (retained) refuse('it is retained: what is meant for a device is meant for now');
		else if (topic === this.#topics.ask) this.#receivedAsk(payload, refuse);
		else if (topic === this.#topics.down) this.#receivedChunk(payload, refuse);
		else refuse('nobody here listens to that');
	}

	#receivedChunk(payload: Buffer, refuse: (why: string) => void): void {
		const chunk = decodeChunk(payload);
		if (typeof chunk === 'string') refuse(chunk);
		else if (chunk.kind === 'CYCLES') refuse('it is a CYCLES chunk, which no controller sends');
		else if (!this.#options.seat.receive(chunk)) refuse('it is of a channel that is not open');
	}

	#receivedAsk(payload: Buffer, refuse: (why: string) => void): void {
		const ask = decodeAsk(payload);
		if (typeof ask === 'string') refuse(ask);
		// Not so for the holder of the lease: strangers must not be able to shout it down.
		else if (this.#answers >= MAX_ANSWERS && !this.#isHolders(ask))
			refuse('the broker does not take the answers as fast as requests come');
		else this.#decide(ask, refuse);
	}

	#isHolders(ask: MqttAsk): boolean {
		return 'lease' in ask && ask.lease === this.#options.seat.current?.lease;
	}

	#decide(ask: MqttAsk, refuse: (why: string) => void): void {
		const decision =
			this.#leaving && ask.op !== 'release' ? PARTING : this.#desk.decide(ask, deviceMs(), this.#options.seat);
		if (decision.do === 'refuse') refuse(decision.why);
		else if (decision.do === 'repeat') this.#send(ask, decision.answer);
		else if (decision.do === 'answer') this.#answer(ask, { ok: false, ...decision.refusal });
		else if (decision.do === 'carry-out') void this.#carryOut(ask);
	}

	async #carryOut(ask: MqttAsk): Promise<void> {
		try {
			this.#answer(ask, { ok: true, ...(await this.#done(ask)) });
		} catch (error) {
			const refusal = refusalOf(error);
			this.#answer(ask, { ok: false, ...refusal });
			this.#options.say({ event: 'failed', op: ask.op, reason: refusal.text });
		}
	}

	async #done(ask: MqttAsk): Promise<Outcome> {
		const { seat, say } = this.#options;
		const inTime = () => {
			const late = 'expiresDeviceMs' in ask ? lateness(ask.expiresDeviceMs, deviceMs()) : null;
			if (late !== null) throw late;
		};
		switch (ask.op) {
			case 'describe':
				return { described: await this.#described('recent') };
			case 'acquire':
				return this.#acquired(ask, inTime);
			case 'flash': {
				const flash = await seat.do(ask.lease, (board) => {
					inTime();
					return board.flash();
				});
				say({ event: 'flashed', tool: flash.tool, build: flash.buildId });
				return { flash };
			}
			case 'start': {
				const send = (chunk: Buffer) => this.#connection.publish(this.#topics.up, chunk, { qos: 1 });
				await seat.do(ask.lease, (board) => {
					inTime();
					return board.start(ask.channel, send);
				});
				say({ event: 'streaming', channel: ask.channel });
				return {};
			}
			case 'stop':
				await seat.do(ask.lease, (board) => {
					inTime();
					return board.stop(ask.channel);
				});
				return {};
			case 'safe':
				await seat.do(ask.lease, (board) => {
					inTime();
					return board.safe();
				});
				return {};
			case 'release':
				await seat.release(ask.lease);
				return {};
		}
	}

	async #acquired(ask: Extract<MqttAsk, { op: 'acquire' }>, inTime: () => void): Promise<Outcome> {
		const { seat, image } = this.#options;
		const wanted = (sha256: string) => {
			if (sha256 !== ask.imageSha256) throw imageDiffers(sha256, ask.imageSha256);
		};
		const device = await seat.acquire(ask.lease, shownHolder(ask.holder), async () => {
			inTime();
			if (ask.factsSha256 !== this.#factsSha256) throw factsDiffer(this.#options.facts.id);
			wanted((await image.now()).sha256);
		});
		try {
			// It may have been built anew since it was looked at.
			wanted(device.image.sha256);
			return { described: await this.#described('recent') };
		} catch (error) {
			await seat.release(ask.lease);
			throw error;
		}
	}

	async #described(age: 'recent' | 'now'): Promise<NonNullable<Outcome['described']>> {
		const { facts, port, image, seat } = this.#options;
		return described(facts, await image[age](), {
			port,
			holder: seat.current?.holder ?? null,
			refused: this.#connection.refusals.total,
		});
	}

	#answer(ask: MqttAsk, body: { ok: true } & Outcome): void;
	#answer(ask: MqttAsk, body: { ok: false } & ReturnType<typeof refusalOf>): void;
	#answer(ask: MqttAsk, body: object): void {
		const answer = { v: 1, id: ask.id, incarnation: this.incarnation, deviceMs: deviceMs(), ...body } as MqttAnswer;
		this.#desk.settle(ask.id, answer);
		this.#send(ask, answer);
	}

	#send({ replyTo }: MqttAsk, answer: MqttAnswer): void {
		this.#answers++;
		const sent = () => {
			this.#answers--;
		};
		// A connection that does not take it is lost, and tells so itself.
		this.#connection.publish(this.#topics.answer(replyTo), encodeAnswer(answer), { qos: 1 }).then(sent, sent);
	}
}

/** The device's clock: of this process, so that it goes on when the connection is made anew. */
function deviceMs(): number {
	return Math.floor(performance.now());
}

function imageDiffers(ours: string, asked: string): ReturnType<typeof refused> {
	return refused(
		'image-differs',
		`the bridge flashes another image than the controller means: ${ours.slice(0, 12)}... and not ${asked.slice(0, 12)}... (SHA-256). Build both from the same sources, or name the same file with --image at both.`,
	);
}

function factsDiffer(device: string): ReturnType<typeof refused> {
	return refused(
		'facts-differ',
		`the bridge and the controller have different facts about ${device} (device.yaml and what it extends, link, flash and name aside): verdicts would be about another device. Bring both to the same version and start the bridge again.`,
	);
}
