import type { Direction, Fault, FaultKind } from './fault.ts';
import type { Random } from './random.ts';

/** How much a session without faults sends each way: where faults can be put. */
export interface Traffic {
	down: { bytes: number; units: number };
	up: { bytes: number; units: number };
}

export const FAULT_KINDS: readonly FaultKind[] = [
	'drop',
	'flip',
	'duplicate',
	'garbage',
	'delay',
	'throttle',
	'split',
	'disconnect',
	'reset',
];

/** A seeded fault of this kind, anywhere in the session, either direction. */
export function drawFault(random: Random, kind: FaultKind, traffic: Traffic): Fault {
	const direction = random.pick<Direction>(['down', 'up']);
	const { bytes, units } = traffic[direction];
	const at = { byte: random.between(0, bytes - 1) };
	if (kind === 'drop' || kind === 'duplicate') {
		if (random.between(0, 1) === 0) return { kind, direction, at: { unit: random.between(0, units - 1) } };
		return { kind, direction, at, count: random.pick([1, 1, 2, 7, 60, 300]) };
	}
	if (kind === 'flip') return { kind, direction, at, bit: random.between(0, 7) };
	if (kind === 'garbage') return { kind, direction, at, bytes: random.bytes(random.pick([1, 3, 20, 200])) };
	if (kind === 'delay') return { kind, direction, at, ms: random.between(1, 120) };
	if (kind === 'throttle') return { kind, direction, baud: random.pick([921600, 2_000_000, 3_000_000]) };
	if (kind === 'split') return { kind, direction };
	return { kind, direction, at };
}

/** One fault of the kind given, and often one or two others with it. */
export function drawPlan(random: Random, kind: FaultKind, traffic: Traffic): Fault[] {
	const others = random.pick([0, 0, 1, 2]);
	const harmless: FaultKind[] = ['drop', 'flip', 'duplicate', 'garbage', 'delay'];
	const plan = [drawFault(random, kind, traffic)];
	for (let i = 0; i < others; i++) plan.push(drawFault(random, random.pick(harmless), traffic));
	return plan;
}

/** For people and for the table: `flip down byte 1234 bit 3`. */
export function describeFault(fault: Fault): string {
	const where = 'at' in fault ? ` ${Object.entries(fault.at).flat().join(' ')}` : '';
	const detail =
		fault.kind === 'flip'
			? ` bit ${fault.bit}`
			: fault.kind === 'throttle'
				? ` ${fault.baud} baud`
				: fault.kind === 'delay'
					? ` ${fault.ms} ms`
					: fault.kind === 'garbage'
						? ` ${fault.bytes.length} bytes`
						: 'count' in fault
							? ` x ${fault.count}`
							: '';
	return `${fault.kind} ${fault.direction}${where}${detail}`;
}
