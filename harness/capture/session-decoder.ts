/**
 * Decodes one session, event by event, from the raw bytes of both directions. The live session feeds it what it captures,
 * the replay feeds it what was captured: one decoder, one opinion. Never throws on bytes; nothing in here is a verdict.
 */
import { type ClockMessage, type HelloMessage, type TelemetryMessage, WIRE } from '../generated/wire.ts';
import { LineSplitter } from '../link/line-splitter.ts';
import { readTelemetryLine } from '../link/telemetry-line.ts';
import type {
	CaptureEvent,
	ClipEvent,
	CyclesEvent,
	FaultEvent,
	FlashEvent,
	NoticeEvent,
	SessionEvent,
} from './capture-line.ts';
import { ClipAttempt } from './clip-attempt.ts';
import { CycleLines } from './cycle-lines.ts';
import { configOf, type SentConfig } from './sent-clip.ts';
import { type Sent, SentFrames } from './sent-frames.ts';
import type { DecodedClip, DecodedSession } from './session-data.ts';

/** A device that floods the console must not fill our memory; the raw bytes stay in the capture. */
const MOST_CONSOLE_LINES = 100_000;
const MOST_CONSOLE_CHARACTERS = 16 * 2 ** 20;
const MOST_FAULTS = 200;
const MOST_NOTICES = 200;

/** What may be sent, and what may come, only while a clip is in progress. */
const CLIP_FRAMES: ReadonlySet<string> = new Set(['CLIP_BEGIN', 'AUDIO', 'SILENCE', 'CLIP_END', 'PLAY']);
const CLIP_LINES: ReadonlySet<string> = new Set([
	'clip-begin',
	'loaded',
	'inf',
	'scores',
	'features',
	'adc',
	'decision',
	'clip-end',
]);

export interface SessionListener {
	/** Each valid telemetry line after (and with) the hello; the live session acts on them. */
	message?(message: TelemetryMessage): void;
	fault?(fault: FaultEvent): void;
}

export class SessionDecoder {
	readonly session: DecodedSession;
	readonly #listener: SessionListener;
	readonly #lines = new LineSplitter();
	readonly #sent = new SentFrames();
	readonly #cycleLines = new CycleLines();
	readonly #seenFaults = new Set<string>();
	#attempt: ClipAttempt | null = null;
	/** The attempt was given up: what is still damaged belongs to it, until the next clip begins. */
	#attemptVoid = false;
	#config: SentConfig | null = null;
	/** Nonce of the last HELLO sent. */
	#nonce: string | null = null;
	/** The next telemetry sequence number; `null` until the hello of this wire session came. */
	#nextQ: number | null = null;
	#resetAsked = false;
	#consoleCharacters = 0;
	/** CLOCK frames sent and not answered yet, oldest first: the device answers in order. */
	#clocksAsked: { sentNs: bigint; askedMs: number }[] = [];
	#clockStart: { message: ClockMessage; timeNs: bigint; asked: { sentNs: bigint; askedMs: number } } | null = null;
	/** The counter at the last clock line. */
	#clockCycles = 0;

	constructor(event: SessionEvent, listener: SessionListener = {}) {
		this.#listener = listener;
		this.session = {
			event,
			flash: null,
			hello: null,
			clips: [],
			memory: null,
			health: null,
			clocks: [],
			messages: [],
			console: [],
			faults: [],
			ended: 'missing',
			bytesReceived: 0,
			bytesSent: 0,
		};
	}

	/** The attempt in progress or just over; `null` before the first clip. */
	get attempt(): ClipAttempt | null {
		return this.#attempt;
	}

	flash(event: FlashEvent): void {
		this.session.flash = event;
		this.#checkBuild();
	}

	push(timeNs: bigint, event: CaptureEvent): void {
		if (event.k === 'rx') this.received(timeNs, Buffer.from(event.b, 'base64'));
		else if (event.k === 'tx') this.sent(timeNs, Buffer.from(event.b, 'base64'));
		else if (event.k === 'clip') this.#beginClip(event);
		else if (event.k === 'clip-void') {
			this.#voidClip(event.clip, event.attempt, event.reason);
		} else if (event.k === 'analogue') {
			// Both attempts have the same number; the counts belong to the last one.
			const clip = this.session.clips.findLast((candidate) => candidate.event.clip === event.clip);
			if (clip === undefined)
				this.#fault('analogue', `analogue counts came for clip ${event.clip}, which was not sent`);
			else clip.analogue.push(event);
		} else if (event.k === 'cycles') this.#cycles(event);
		else if (event.k === 'fault') this.#addFault(event);
		else if (event.k === 'notice') this.#notice(event);
		else if (event.k === 'flash') this.flash(event);
		else if (event.k === 'session-end') this.end(event.reason);
	}

	received(timeNs: bigint, bytes: Uint8Array): void {
		this.session.bytesReceived += bytes.length;
		for (const { text, cut } of this.#lines.push(bytes)) {
			const line = readTelemetryLine(text, cut);
			if (line.kind === 'message') this.#message(timeNs, line.message, line.text);
			else if (line.kind === 'damaged') {
				// Before the hello: the tail of a line, noise of the plug, an older session.
				if (this.#nextQ !== null) this.#note('telemetry-damaged', `a telemetry line is damaged: ${line.why}`);
			} else this.#console(text);
		}
	}

	sent(timeNs: bigint, bytes: Uint8Array): void {
		this.session.bytesSent += bytes.length;
		for (const sent of this.#sent.push(bytes)) this.#sentFrame(timeNs, sent);
	}

	/** `missing`: the capture just stops. */
	end(reason: DecodedSession['ended']): void {
		this.#attempt?.abandon();
		this.session.ended = reason;
		if (this.session.hello === null) this.#fault('no-hello', 'the device never said who it is: no hello came');
	}

	#beginClip(event: ClipEvent): void {
		this.#attempt?.abandon();
		this.#attempt = new ClipAttempt(event, this.session.hello, this.#config);
		this.#attemptVoid = false;
		const twin = (other: DecodedClip) => other.event.clip === event.clip && other.event.attempt === event.attempt;
		if (this.session.clips.some(twin)) this.#attempt.problem('this clip number and attempt were used before');
		this.session.clips.push(this.#attempt.clip);
	}

	#voidClip(clip: number, attempt: number, reason: string): void {
		const current = this.#attempt;
		if (current === null || current.clip.event.clip !== clip || current.clip.event.attempt !== attempt) {
			this.#fault('clip-void', `clip ${clip} attempt ${attempt} was given up, but it was not in progress`);
			return;
		}
		current.problem(`given up by the harness: ${reason}`);
		this.#attemptVoid = true;
	}

	#cycles(event: CyclesEvent): void {
		const cycles = this.#cycleLines.take(event, this.session.hello?.stages.length ?? 0);
		const clip = this.session.clips.findLast(
			(candidate) => candidate.event.clip === event.clip && candidate.event.attempt === event.attempt,
		);
		if (clip === undefined)
			this.#fault('cycles', `cycle counts came for clip ${event.clip} attempt ${event.attempt}, which was not sent`);
		else if (clip.cycles !== undefined)
			this.#fault('cycles', `cycle counts came twice for clip ${event.clip} attempt ${event.attempt}`);
		else clip.cycles = cycles;
	}

	#sentFrame(timeNs: bigint, sent: Sent): void {
		if (sent.kind === 'wrong') {
			this.#note('sent-bytes', sent.why);
			return;
		}
		if (sent.kind === 'hello') {
			this.#nonce = sent.nonce;
			this.#nextQ = null;
			this.#config = null;
			this.#clocksAsked = [];
			this.#clockStart = null;
			this.#clockCycles = 0;
			// They were of another boot.
			this.session.clocks?.splice(0);
			this.session.messages.splice(0);
			this.session.paramsSent = [];
			this.session.memory = null;
			if (this.session.hello !== null && !this.#resetAsked) this.#reset('the harness had to say HELLO again');
			return;
		}
		if (sent.kind === 'first' && CLIP_FRAMES.has(sent.frame.name)) this.#checkInClip(sent.frame.name, 'was sent');
		this.#attempt?.sent(sent.frame, sent.kind === 'repeat');
		if (sent.kind === 'repeat') return;
		if (sent.frame.name === 'CONFIG') {
			this.#config = configOf(sent.frame);
		} else if (sent.frame.name === 'CLOCK') {
			this.#clocksAsked.push({ sentNs: timeNs, askedMs: sent.frame.fields.milliseconds as number });
		} else if (sent.frame.name === 'PARAM') {
			const name = Buffer.from(sent.frame.rest).toString('latin1');
			this.session.paramsSent?.push({ name, value: sent.frame.fields.value as number });
		} else if (sent.frame.name === 'RESET') {
			if (this.session.clips.length > 0) this.#reset('the harness reset the device after clips were sent');
			this.#resetAsked = true;
		}
	}

	#message(timeNs: bigint, message: TelemetryMessage, text: string): void {
		if (message.t === 'hello') this.#hello(message);
		if (message.t === 'boot' && this.#nextQ !== null) {
			this.#reset(`the device booted again (boot id ${message.boot})`);
			return;
		}
		if (this.#nextQ === null) return;
		this.#checkSequence(message);
		this.#checkBoot(message);
		this.session.messages.push(message);
		if (message.t === 'memory') this.session.memory = message;
		else if (message.t === 'health') this.#health(message);
		else if (message.t === 'clock') this.#clock(timeNs, message);
		else if (message.t === 'error') this.#deviceError(`the device reports ${message.code}: ${message.text}`);
		if (CLIP_LINES.has(message.t)) this.#checkInClip(message.t, 'came');
		this.#attempt?.message(message, text);
		this.#listener.message?.(message);
	}

	/** The first hello that answers our nonce begins; later ones (to repeated HELLOs) must say the same. */
	#hello(hello: HelloMessage): void {
		if (this.#nonce === null || hello.nonce !== this.#nonce) return;
		if (this.#nextQ !== null) {
			if (JSON.stringify({ ...this.session.hello, q: 0 }) !== JSON.stringify({ ...hello, q: 0 })) {
				this.#fault('hello-changed', 'the device described itself in two different ways in one session');
			}
			return;
		}
		this.session.hello = hello;
		this.#nextQ = hello.q;
		this.#resetAsked = false;
		if (hello.proto !== WIRE.PROTOCOL_VERSION) {
			this.#fault(
				'protocol-version',
				`the device speaks protocol ${hello.proto}, this harness ${WIRE.PROTOCOL_VERSION}`,
			);
		}
		if (new Set(hello.labels).size < hello.labels.length)
			this.#fault('hello-labels', 'the device names two of its labels alike: its decisions cannot be told apart');
		this.#checkBuild();
	}

	#checkBuild(): void {
		const { flash, hello } = this.session;
		if (flash === null || hello === null || flash.buildId === hello.build) return;
		this.#fault('build-mismatch', `the device runs build ${hello.build}, flashed was ${flash.buildId}`);
	}

	#checkSequence({ q, t }: TelemetryMessage): void {
		const due = this.#nextQ as number;
		this.#nextQ = (q + 1) >>> 0;
		if (q === due) return;
		const missing = (q - due) >>> 0;
		if (missing < 0x80000000)
			this.#note('telemetry-gap', `${missing} telemetry lines are missing before q ${q} (${t}): ${due} was due`);
		else
			this.#note(
				'telemetry-gap',
				`the telemetry sequence fell to ${q} (${t}), ${due} was due: a repeated line or a reset`,
			);
	}

	#checkBoot(message: TelemetryMessage): void {
		const expected = this.session.hello?.boot;
		if ((message.t === 'beat' || message.t === 'hello') && message.boot !== expected) {
			this.#reset(`the boot id changed from ${expected} to ${message.boot}`);
		}
	}

	/** The board is another boot from here on: nothing more of this session can be trusted until a new HELLO. */
	#reset(how: string): void {
		if (this.#resetAsked) {
			this.#nextQ = null;
			return;
		}
		this.#fault('reset', `the device was reset in the session: ${how}`);
		if (this.#attempt !== null && !this.#attempt.over) this.#attempt.problem(`the device was reset: ${how}`);
	}

	#health(health: Extract<TelemetryMessage, { t: 'health' }>): void {
		this.session.health = health;
		if (health.overruns > 0) this.#fault('overruns', `the device lost received bytes: ${health.overruns} overruns`);
	}

	#clock(timeNs: bigint, message: ClockMessage): void {
		const start = this.#clockStart;
		this.#clockStart = null;
		if (message.phase === 'start') {
			if (message.cycles < this.#clockCycles)
				this.#fault('clock', `the counter fell back from ${this.#clockCycles} to ${message.cycles}: it was set anew`);
			this.#clockCycles = message.cycles;
			const asked = this.#clocksAsked.shift();
			if (asked === undefined) this.#note('clock', 'a clock line `start` came which no CLOCK had asked for');
			else this.#clockStart = { message, timeNs, asked };
			return;
		}
		if (start === null) {
			this.#note('clock', 'a clock line `end` came without its `start`');
			return;
		}
		const cycles = message.cycles - start.message.cycles;
		if (cycles < 0 || message.hz !== start.message.hz) {
			this.#note('clock', 'the two clock lines contradict each other');
			return;
		}
		this.#clockCycles = message.cycles;
		this.session.clocks?.push({
			...start.asked,
			startNs: start.timeNs,
			endNs: timeNs,
			startCycles: start.message.cycles,
			cycles,
			hz: message.hz,
			clipsBefore: this.session.clips.length,
		});
	}

	#deviceError(text: string): void {
		this.#fault('device-error', text);
		if (this.#attempt !== null && !this.#attempt.over) this.#attempt.problem(text);
	}

	#console(text: string): void {
		this.#consoleCharacters += text.length;
		if (this.session.console.length < MOST_CONSOLE_LINES && this.#consoleCharacters <= MOST_CONSOLE_CHARACTERS)
			this.session.console.push(text);
		else
			this.#fault(
				'console-flood',
				`the device wrote more than ${MOST_CONSOLE_LINES} console lines or ${MOST_CONSOLE_CHARACTERS} characters; the rest is in the capture only`,
			);
	}

	/**
	 * Audio or results outside of a clip are a clip which nobody wrote down. After an attempt that does not count anyway,
	 * the rest of it may still be under way.
	 */
	#checkInClip(what: string, how: string): void {
		const attempt = this.#attempt;
		if (attempt === null || (attempt.over && attempt.clip.problems.length === 0))
			this.#fault('stray-clip', `${what} ${how} while no clip was in progress`);
	}

	/** Something is wrong with the bytes: the clip's problem while one is in progress, else the session's fault. */
	#note(code: string, text: string): void {
		const attempt = this.#attempt;
		if (attempt !== null && (!attempt.over || this.#attemptVoid)) attempt.problem(text);
		else this.#fault(code, text);
	}

	#notice(notice: NoticeEvent): void {
		this.session.notices ??= [];
		if (this.session.notices.length < MOST_NOTICES) this.session.notices.push(notice);
	}

	#fault(code: string, text: string): void {
		this.#addFault({ k: 'fault', code, text });
	}

	#addFault(fault: FaultEvent): void {
		const key = `${fault.code} ${fault.text}`;
		if (this.#seenFaults.has(key) || this.session.faults.length >= MOST_FAULTS) return;
		this.#seenFaults.add(key);
		this.session.faults.push(fault);
		this.#listener.fault?.(fault);
	}
}
