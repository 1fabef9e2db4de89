import type { DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { clipsFor, PROBE_SEGMENT } from './counted-clips.ts';

export interface MemoryMeasurement {
	evidence: DeviceFacts['evidence'];
	staticBytes: number;
	stackHighBytes: number;
	heapBytes: number;
	/** RAM that exists for the rig alone (clip store); said, not counted. */
	rigBytes: number;
	/** How deep the stack can go by the call graph of the image; null where no bound is proven. */
	stackBoundBytes: number | null;
}

/**
 * RAM of one session as the device reports it after its last clip: static, deepest stack, heap. What the device says of
 * itself must agree with the image that was flashed.
 */
export function measureMemory(session: DecodedSession, facts: DeviceFacts, list: ClipList): MemoryMeasurement | Absent {
	const { memory, flash } = session;
	// The stack is as deep as what ran: less work than asked for shows less of it.
	const all = clipsFor(null, session, list);
	if (isAbsent(all)) return all;
	if (memory === null) return notMeasured('the device did not report its memory');
	// The probe comes afterwards on purpose: its features must not deepen the stack that is judged.
	const judged = new Set(session.clips.flatMap(({ event }) => (event.segment === PROBE_SEGMENT ? [] : [event.clip])));
	const lastAnswer = session.messages.findLastIndex((message) => message.t === 'memory');
	const lastClip = session.messages.findLastIndex((message) => message.t === 'clip-end' && judged.has(message.clip));
	if (lastAnswer < lastClip) {
		return notMeasured('the device reported its memory before its last clip, not after');
	}
	if (flash === null) return rigError('no image is known to have been flashed');
	if (facts.evidence !== 'host' && (flash.staticBytes === null || flash.rigBytes === null))
		return rigError("the sizes of the flashed image are unknown, so the device's own cannot be checked");
	for (const [name, image, device] of [
		['static', flash.staticBytes, memory.static],
		['rig', flash.rigBytes, memory.rig],
	] as const) {
		if (image !== null && image !== device) {
			return rigError(`the device reports ${device} ${name} bytes, but the image flashed has ${image}`);
		}
	}
	if (memory.stackHigh === 0) return notMeasured('the stack is not painted: its deepest use reads 0 bytes');
	if (memory.stackHigh >= memory.stack) {
		return notMeasured(`all ${memory.stack} bytes of the stack were used: how deep it really went cannot be seen`);
	}
	const bound = flash.footprint?.stack.bytes ?? null;
	if (bound !== null && memory.stackHigh > bound)
		return rigError(
			`the stack went ${memory.stackHigh} bytes deep, but by the call graph of its image ${bound} are the most: the mark is wrong, or the graph is not of this image`,
		);
	return {
		evidence: facts.evidence,
		stackBoundBytes: bound,
		staticBytes: memory.static,
		stackHighBytes: memory.stackHigh,
		heapBytes: memory.heap,
		rigBytes: memory.rig,
	};
}
