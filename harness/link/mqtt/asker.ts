/** A controller's requests to one device, and their answers (firmware/wire/MQTT.md section 4). */
import { randomBytes } from 'node:crypto';
import { OssicleError } from '../../error.ts';
import type { MqttAnswer, MqttDone, MqttRefused } from '../../generated/mqtt-answer.ts';
import type { AcquireAsk, ChannelAsk, DescribeAsk, LeaseAsk, MqttAsk, ReleaseAsk } from '../../generated/mqtt-ask.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { foreignCode, foreignText } from './foreign-text.ts';
import { decodeAnswer, encodeAsk } from './message.ts';
import type { DeviceTopics } from './topics.ts';

/** What the asker fills in by itself. */
type Filled = 'v' | 'id' | 'replyTo' | 'incarnation' | 'expiresDeviceMs';

/** A request: its `op`, and what that op needs. */
export type AskRequest =
	| Omit<DescribeAsk, Filled>
	| Omit<AcquireAsk, Filled>
	| Omit<LeaseAsk, Filled>
	| Omit<ChannelAsk, Filled>
	| Omit<ReleaseAsk, Filled>;

export interface AskerOptions {
	/** How long after being sent a request may still be begun, ms on the device's clock. */
	ttlMs?: number;
}

const TTL_MS = 30_000;
const LONGEST_TEXT = 2000;

interface Waiting {
	/** Whom the request is for; `null`: whoever is there. */
	readonly incarnation: string | null;
	answered(answer: MqttAnswer): void;
	failed(reason: Error): void;
}

/** A moment of the device's clock, and when we learnt of it by ours. */
interface DeviceClock {
	readonly incarnation: string;
	readonly deviceMs: number;
	readonly learntMs: number;
}

export class Asker {
	readonly #connection: BrokerConnection;
	readonly #topics: DeviceTopics;
	readonly #replyTo: string;
	readonly #answerTopic: string;
	readonly #ttlMs: number;
	readonly #waiting = new Map<string, Waiting>();
	#subscribed: Promise<void> | null = null;
	#clock: DeviceClock | null = null;
	/** The last `describe`, and which incarnations answered it: of one device it is one. */
	#described: { id: string; by: Set<string> } | null = null;

	/** @param replyTo 32 hex digits, drawn for this connection */
	constructor(
		connection: BrokerConnection,
		topics: DeviceTopics,
		replyTo: string,
		{ ttlMs = TTL_MS }: AskerOptions = {},
	) {
		this.#connection = connection;
		this.#topics = topics;
		this.#replyTo = replyTo;
		this.#answerTopic = topics.answer(replyTo);
		this.#ttlMs = ttlMs;
		connection.onMessage((topic, payload, retained) => {
			if (topic === this.#answerTopic) this.#received(payload, retained);
		});
		connection.onClose((reason) => {
			for (const waiting of [...this.#waiting.values()]) waiting.failed(reason ?? closedMeanwhile());
		});
	}

	/** Of the device as the last `describe` found it; `null` before. Requests are for that one. */
	get incarnation(): string | null {
		return this.#clock?.incarnation ?? null;
	}

	/**
	 * Sends a request and waits for its answer. All but `describe` and `release` need a `describe` before.
	 * @throws OssicleError (rig): the device's refusal (its code and text); `mqtt-no-answer`, `mqtt-two-devices`; that of a
	 *   lost connection
	 */
	async ask(request: AskRequest, { timeoutMs }: { timeoutMs: number }): Promise<MqttDone> {
		this.#subscribed ??= this.#connection.subscribe([this.#answerTopic], 1);
		await this.#subscribed;
		const ask = this.#filled(request);
		if (ask.op === 'describe') this.#described = { id: ask.id, by: new Set() };
		else if (ask.op !== 'release') this.#assertOneDevice();
		const answer = await this.#answerTo(ask, timeoutMs);
		if (!answer.ok) throw this.#refusal(answer);
		if (ask.op === 'describe') this.#learn(answer);
		return cleaned(answer);
	}

	#filled(request: AskRequest): MqttAsk {
		const common = { v: 1, id: randomBytes(16).toString('hex'), replyTo: this.#replyTo } as const;
		if (request.op === 'describe' || request.op === 'release') return { ...common, ...request };
		if (this.#clock === null) throw new TypeError(`${request.op} before any describe: nobody knows whom to ask`);
		const { incarnation, deviceMs, learntMs } = this.#clock;
		// The answer took time to come, so that by the device's own clock it is later than this, and never earlier.
		const nowDeviceMs = deviceMs + Math.floor(performance.now() - learntMs);
		const expiresDeviceMs = Math.min(nowDeviceMs + this.#ttlMs, Number.MAX_SAFE_INTEGER);
		return { ...common, ...request, incarnation, expiresDeviceMs };
	}

	#answerTo(ask: MqttAsk, timeoutMs: number): Promise<MqttAnswer> {
		return new Promise((resolve, reject) => {
			const settle = (act: () => void) => {
				this.#waiting.delete(ask.id);
				clearTimeout(timer);
				act();
			};
			const failed = (reason: Error) => settle(() => reject(reason));
			const timer = setTimeout(() => failed(this.#noAnswer(ask.op, timeoutMs)), timeoutMs);
			const incarnation = 'incarnation' in ask ? ask.incarnation : null;
			this.#waiting.set(ask.id, { incarnation, answered: (answer) => settle(() => resolve(answer)), failed });
			this.#connection.publish(this.#topics.ask, encodeAsk(ask), { qos: 1 }).catch(failed);
		});
	}

	#received(payload: Buffer, retained: boolean): void {
		const answer = retained ? 'it is retained, which an answer never is' : decodeAnswer(payload);
		const taken = typeof answer === 'string' ? answer : this.#take(answer);
		if (taken !== null) this.#connection.refusals.refuse(this.#answerTopic, taken);
	}

	/** `null`, or why the answer is refused. */
	#take(answer: MqttAnswer): string | null {
		if (answer.id === this.#described?.id) this.#described.by.add(answer.incarnation);
		const waiting = this.#waiting.get(answer.id);
		if (waiting === undefined) return 'it answers no request that waits';
		if (answer.ok && waiting.incarnation !== null && waiting.incarnation !== answer.incarnation)
			return 'another incarnation than the one asked says that it did it';
		waiting.answered(answer);
		return null;
	}

	/** A fault of the bench, also where it calls it one of usage: nothing that was typed here was wrong. */
	#refusal({ code, text, incarnation }: MqttRefused): OssicleError {
		// "stale" of one that answers beside the one asked says nothing of that one.
		if (incarnation !== this.incarnation) this.#assertOneDevice();
		return new OssicleError(foreignCode(code, 'mqtt-refused'), 'rig', foreignText(text, LONGEST_TEXT));
	}

	/** @throws OssicleError (rig) `mqtt-two-devices` */
	#assertOneDevice(): void {
		const others = this.#described?.by.size ?? 0;
		if (others < 2) return;
		const text = `${others} devices answer on ${this.#topics.ask}, so that nobody can tell whose results come. What to do: end all bridges but one, or give them benches of their own.`;
		throw new OssicleError('mqtt-two-devices', 'rig', text);
	}

	#learn({ incarnation, deviceMs }: MqttDone): void {
		this.#clock = { incarnation, deviceMs, learntMs: performance.now() };
	}

	#noAnswer(op: string, timeoutMs: number): OssicleError {
		const text = `no answer to ${op} on ${this.#topics.ask} within ${timeoutMs / 1000} s. What to do: look whether the device is online (\`ossicle devices --broker\`) and whether the accounts of controller and device have their rights (firmware/wire/MQTT.md section 5): a broker may drop without a word what an account may not send.`;
		return new OssicleError('mqtt-no-answer', 'rig', text, { op, timeoutMs });
	}
}

function closedMeanwhile(): OssicleError {
	return new OssicleError('mqtt-lost', 'rig', 'the connection to the broker was closed while an answer was waited for');
}

/** What a device says of itself will stand in records and on terminals. */
function cleaned(answer: MqttDone): MqttDone {
	const { described, flash } = answer;
	return {
		...answer,
		...(described && {
			described: {
				...described,
				board: foreignText(described.board),
				link: foreignText(described.link),
				...(described.holder !== undefined && { holder: foreignText(described.holder) }),
			},
		}),
		...(flash && { flash: { ...flash, tool: foreignText(flash.tool) } }),
	};
}
