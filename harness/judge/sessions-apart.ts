import type { DecodedSession } from '../capture/session-data.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { type Absent, rigError } from '../measure/absent.ts';
import { plain } from './plain.ts';

/** What of a hello is new in each session. */
const PER_SESSION: ReadonlySet<string> = new Set(['q', 'nonce', 'boot']);

/**
 * Why sessions that are sound one by one are not several boots of one device with one image, or null. Without it five
 * sessions of one boot, one session captured five times, or two images would count as five boots of a board.
 *
 * @param sessions all of the device's, each of them sound
 */
export function sessionsApart(sessions: readonly DecodedSession[], facts: DeviceFacts): Absent | null {
	return anotherImage(sessions) ?? oneBoot(sessions, facts);
}

function anotherImage(sessions: readonly DecodedSession[]): Absent | null {
	const [first, ...others] = sessions.map(identityOf);
	if (first === undefined) return null;
	for (const [index, other] of others.entries()) {
		const name = [...new Set([...first.keys(), ...other.keys()])].find((key) => first.get(key) !== other.get(key));
		if (name === undefined) continue;
		return rigError(
			`session ${index + 2} of ${sessions.length} ran another ${plain(name)} than session 1: sessions are judged together only when all run the same image`,
		);
	}
	return null;
}

/** What was flashed and all that the device says of itself, but for what belongs to one session. */
function identityOf({ flash, hello }: DecodedSession): Map<string, string> {
	const said = Object.entries(hello ?? {}).filter(([key]) => !PER_SESSION.has(key));
	return new Map([
		['image', flash?.imageSha256 ?? ''],
		...said.map(([key, value]): [string, string] => [`\`${key}\``, JSON.stringify(value)]),
	]);
}

function oneBoot(sessions: readonly DecodedSession[], { evidence }: DeviceFacts): Absent | null {
	// The memory of an emulated board is blank at each start, and its boot id with it.
	if (evidence === 'emulated') return null;
	const boots = sessions.map(({ hello }) => (hello === null || hello.counter === 'scripted' ? null : hello.boot));
	for (const [index, boot] of boots.entries()) {
		const before = boots.indexOf(boot);
		if (boot === null || before === index) continue;
		return rigError(
			`sessions ${before + 1} and ${index + 1} of ${sessions.length} have one boot id, ${plain(boot)}: the board was not restarted in between, or one session was captured twice`,
		);
	}
	return null;
}
