/**
 * What becomes of a request before anything is done: has it come already, is it meant for us, is it too late, does it hold
 * the lease? Only decides (firmware/wire/MQTT.md section 4). However many requests come, it keeps 64.
 */
import type { MqttAnswer } from '../generated/mqtt-answer.ts';
import type { MqttAsk } from '../generated/mqtt-ask.ts';
import { type Refusal, refusalOf, refused } from './refusal.ts';

const KEPT_REQUESTS = 64;

/** Who has the board, as far as it decides about a request. */
export interface Tenure {
	/** Has the board, or is the next to have it. */
	readonly current: { readonly lease: string; readonly holder: string } | null;
	/** Why a lease that was current lately is no longer; `null` for any other. */
	endedBecause(lease: string): string | null;
}

export type Decision =
	| { do: 'carry-out' }
	/** It came already: the same answer again. */
	| { do: 'repeat'; answer: MqttAnswer }
	/** It came already, and its answer is still to come. */
	| { do: 'wait' }
	| { do: 'answer'; refusal: Refusal }
	/** It is not answered either: only counted. */
	| { do: 'refuse'; why: string };

interface Kept {
	readonly op: string;
	readonly replyTo: string;
	answer: MqttAnswer | null;
}

export class RequestDesk {
	readonly #incarnation: string;
	/** By id, oldest first. */
	readonly #kept = new Map<string, Kept>();

	constructor(incarnation: string) {
		this.#incarnation = incarnation;
	}

	/** @param deviceMs now, on the device's clock */
	decide(ask: MqttAsk, deviceMs: number, tenure: Tenure): Decision {
		// It changes nothing, so it is done again rather than kept: no number of them pushes another's answer out.
		if (ask.op === 'describe') return { do: 'carry-out' };
		const kept = this.#kept.get(ask.id);
		if (kept !== undefined) return again(kept, ask);
		if (!this.#keep(ask)) return { do: 'refuse', why: `${KEPT_REQUESTS} requests wait for their answers already` };
		const refusal = this.#refusal(ask, deviceMs, tenure);
		return refusal === null ? { do: 'carry-out' } : { do: 'answer', refusal };
	}

	/** Keeps the answer to a request, for when it comes again. */
	settle(id: string, answer: MqttAnswer): void {
		const kept = this.#kept.get(id);
		if (kept !== undefined) kept.answer = answer;
	}

	/** `false`: all that are kept still wait for their answers. */
	#keep(ask: MqttAsk): boolean {
		if (this.#kept.size >= KEPT_REQUESTS) {
			const answered = [...this.#kept].find(([, { answer }]) => answer !== null);
			if (answered === undefined) return false;
			this.#kept.delete(answered[0]);
		}
		this.#kept.set(ask.id, { op: ask.op, replyTo: ask.replyTo, answer: null });
		return true;
	}

	#refusal(ask: Exclude<MqttAsk, { op: 'describe' }>, deviceMs: number, tenure: Tenure): Refusal | null {
		const { current } = tenure;
		if (ask.op === 'release') {
			// One that has ended already is given back: that is all a release wants.
			if (current?.lease === ask.lease || tenure.endedBecause(ask.lease) !== null) return null;
			return refusalOf(noLease(null));
		}
		if (ask.incarnation !== this.#incarnation)
			return refusalOf(
				refused(
					'stale',
					`the request is for incarnation ${ask.incarnation}, but this is ${this.#incarnation}: the device has connected anew since. Begin again.`,
				),
			);
		const late = lateness(ask.expiresDeviceMs, deviceMs);
		if (late !== null) return refusalOf(late);
		if (ask.op === 'acquire') return current === null ? null : refusalOf(held(current.holder));
		return current?.lease === ask.lease ? null : refusalOf(noLease(tenure.endedBecause(ask.lease)));
	}
}

/** Why a request is not begun any more: `null` while it may be. */
export function lateness(expiresDeviceMs: number, deviceMs: number): ReturnType<typeof refused> | null {
	if (deviceMs <= expiresDeviceMs) return null;
	return refused(
		'expired',
		`the request came ${deviceMs - expiresDeviceMs} ms after its expiry by the device's clock, and was not begun. Is the broker this slow?`,
	);
}

/** @param because why the lease has ended; `null` when it never was one */
export function noLease(because: string | null): ReturnType<typeof refused> {
	return refused(
		'no-lease',
		because === null
			? 'no such lease: acquire the device first.'
			: `the lease has ended: ${because}. Acquire the device again.`,
	);
}

function held(holder: string): ReturnType<typeof refused> {
	return refused('held', `it is held by ${holder}. Wait for that run or end it, then try again.`);
}

function again(kept: Kept, ask: MqttAsk): Decision {
	if (kept.op !== ask.op || kept.replyTo !== ask.replyTo)
		return { do: 'refuse', why: 'its id is that of another request' };
	return kept.answer === null ? { do: 'wait' } : { do: 'repeat', answer: kept.answer };
}
