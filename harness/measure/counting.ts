import { costBand } from '../capture/costed-clip.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { HelloMessage } from '../generated/wire.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { isBoardClock } from './clock-source.ts';

/** What one tick of the device's counter stands for. */
export interface Counting {
	unit: 'instructions' | 'cycles' | 'ns';
	ticksPerUnit: number;
}

/** What time is computed from: what the counter counts, or where the device declares a cycle model that one's cycles. */
export interface Costing {
	unit: Counting['unit'] | 'est_cycles';
	/** Of the records of a `costedClip`. */
	ticksPerUnit: number;
}

/** Real cycles for each one of what the time of an emulated board is computed from, between two ends. */
export interface ModelledCost {
	unit: 'est_cycles' | 'instructions';
	/** Name of the cycle model; null where instructions are all there is. */
	plugin: string | null;
	low: number;
	high: number;
}

/** How the units of `costingOf` become milliseconds: exactly, or between the ends of a declared band. */
export interface Timing {
	evidence: 'silicon' | 'modelled' | 'host';
	low: { msPerCost: number };
	high: { msPerCost: number };
	/** In words, for the record. */
	rule: string;
}

/**
 * What the counter counts. An emulator's clock counts instructions and nothing else: 2^shift ns of virtual time each, at
 * `counterHz`, so counterHz x 2^shift x 1e-9 ticks an instruction (netduinoplus2 at shift 3: 1.344).
 */
export function countingOf(hello: HelloMessage, facts: DeviceFacts): Counting | Absent {
	if (hello.counter === 'scripted')
		return notMeasured('the counter is scripted (a test of the rig): its counts are not time');
	if (facts.evidence === 'emulated') return emulatedCounting(hello, facts);
	if (facts.evidence === 'host') {
		if (hello.counter !== 'host')
			return rigError(`a host's counter is \`host\`, but the firmware reads \`${hello.counter}\``);
		if (hello.counterHz === 0) return rigError('the firmware says its counter runs at 0 Hz: ticks of it are no time');
		return { unit: 'ns', ticksPerUnit: hello.counterHz / 1e9 };
	}
	return siliconCounting(hello, facts);
}

function emulatedCounting(hello: HelloMessage, facts: DeviceFacts): Counting | Absent {
	const { emulator } = facts;
	if (emulator === undefined)
		return notMeasured(`${facts.id} declares no \`emulator\`: what its counter counts is unknown`);
	if (hello.counterHz !== emulator.counterHz) {
		return rigError(
			`the firmware's counter runs at ${hello.counterHz} Hz, but ${emulator.counterHz} Hz is declared for ${emulator.machine}`,
		);
	}
	return { unit: 'instructions', ticksPerUnit: emulator.counterHz * 2 ** emulator.icountShift * 1e-9 };
}

/**
 * What answers under the name of a real board, but is none: our firmware on an emulator (it finds no clock tree there), or
 * a PC program. Its numbers would carry the evidence of silicon. `null` for anything else.
 */
export function standInFault(hello: HelloMessage, facts: DeviceFacts): Absent | null {
	if (facts.evidence !== 'silicon') return null;
	const isBoard =
		isBoardClock(hello.clockSource) &&
		(hello.counter === 'dwt' || hello.counter === 'systick' || hello.counter === 'ccount');
	if (isBoard) return null;
	return rigError(
		`${facts.id} is a real board, but the firmware reports a ${hello.clockSource} clock and the counter \`${hello.counter}\`: this is no board. Is the port an emulator's?`,
	);
}

function siliconCounting(hello: HelloMessage, facts: DeviceFacts): Counting | Absent {
	const notABoard = standInFault(hello, facts);
	if (notABoard !== null) return notABoard;
	for (const [name, hz] of [
		['core clock', hello.clockHz],
		['counter', hello.counterHz],
	] as const) {
		if (Math.abs(hz / facts.clock.hz - 1) > facts.clock.toleranceFraction) {
			return rigError(
				`the firmware reports a ${name} of ${hz} Hz, but ${facts.clock.hz} Hz is declared (${hello.clockSource})`,
			);
		}
	}
	return { unit: 'cycles', ticksPerUnit: 1 };
}

/** The unit in which the records of a `costedClip` say what a hop cost. */
export function costingOf(hello: HelloMessage, facts: DeviceFacts): Costing | Absent {
	const counting = countingOf(hello, facts);
	if (isAbsent(counting) || facts.model?.cycles === undefined) return counting;
	return { unit: 'est_cycles', ticksPerUnit: 1 };
}

/**
 * From costs to milliseconds. On an emulator by the declared clock, from the cycles of the declared model, or else through
 * the declared cycles per instruction; a board for which nobody has sourced either has no latency, only its instruction
 * count.
 */
export function timingOf(hello: HelloMessage, facts: DeviceFacts): Timing | Absent {
	const counting = countingOf(hello, facts);
	if (isAbsent(counting)) return counting;
	if (counting.unit === 'ns') {
		return {
			evidence: 'host',
			low: { msPerCost: 1e-6 },
			high: { msPerCost: 1e-6 },
			rule: 'nanoseconds of the host, measured',
		};
	}
	const megahertz = facts.clock.hz / 1e6;
	const msPerCycle = 1000 / facts.clock.hz;
	if (counting.unit === 'cycles') {
		const rule = `cycles (${hello.counter}) at ${megahertz} MHz, measured`;
		return { evidence: 'silicon', low: { msPerCost: msPerCycle }, high: { msPerCost: msPerCycle }, rule };
	}
	const cost = modelledCost(facts);
	if (cost === null) {
		return notMeasured(
			`${facts.id} counts instructions and declares no sourced cycles per instruction: there is no time to judge`,
		);
	}
	const { plugin, low, high } = cost;
	return {
		evidence: 'modelled',
		low: { msPerCost: low * msPerCycle },
		high: { msPerCost: high * msPerCycle },
		rule:
			plugin === null
				? `instructions counted, ${low} to ${high} cycles each at ${megahertz} MHz (model)`
				: `cycles estimated for each instruction (${plugin}), ${low} to ${high} real ones each at ${megahertz} MHz (model)`,
	};
}

/**
 * What the verdict on an emulated board's time is taken by: the band of its cycle model, or else of its cycles per
 * instruction; null where it declares neither.
 */
export function modelledCost(facts: DeviceFacts): ModelledCost | null {
	const band = costBand(facts);
	if (band === undefined) return null;
	const plugin = facts.model?.cycles?.plugin ?? null;
	return { unit: plugin === null ? 'instructions' : 'est_cycles', plugin, low: band.low, high: band.high };
}
