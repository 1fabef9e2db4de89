/** What a bridge says of its board, in `info` and in answers. All of it from facts and image: nothing is found out anew. */
import type { ElfImage } from '../bench/elf.ts';
import { factsDigest } from '../bench/facts-digest.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { MqttDescribed } from '../generated/mqtt-answer.ts';
import type { MqttInfo } from '../generated/mqtt-info.ts';
import { foreignText } from '../link/mqtt/foreign-text.ts';

const LONGEST_NAME = 120;
const LONGEST_BOARD = 64;
const LONGEST_LINK = 200;
const LONGEST_HOLDER = 80;
const LONGEST_REASON = 200;

export interface Place {
	bench: string;
	incarnation: string;
	facts: DeviceFacts;
}

export function onlineInfo({ bench, incarnation, facts }: Place, holder: string | null): MqttInfo {
	return {
		v: 1,
		state: 'online',
		bench,
		device: facts.id,
		via: 'bridge',
		incarnation,
		name: foreignText(facts.name, LONGEST_NAME),
		board: facts.firmware.board.slice(0, LONGEST_BOARD),
		evidence: facts.evidence,
		...(holder === null ? {} : { holder: shownHolder(holder) }),
	};
}

export function offlineInfo(place: Place, reason: string): MqttInfo {
	return { ...onlineInfo(place, null), state: 'offline', reason: foreignText(reason, LONGEST_REASON) };
}

/** @param port as named when the bridge was started */
export function described(
	facts: DeviceFacts,
	image: ElfImage,
	{ port, holder, refused }: { port: string | undefined; holder: string | null; refused: number },
): MqttDescribed {
	return {
		board: facts.firmware.board.slice(0, LONGEST_BOARD),
		evidence: facts.evidence,
		imageSha256: image.sha256,
		buildId: image.buildId,
		factsSha256: factsDigest(facts),
		link: linkText(facts, port),
		cycles: facts.model?.cycles !== undefined,
		...(holder === null ? {} : { holder: shownHolder(holder) }),
		refused,
	};
}

/** Controllers choose their names. */
export function shownHolder(holder: string): string {
	return foreignText(holder, LONGEST_HOLDER) || 'somebody without a name';
}

/** What stands behind it on the bridge's machine; the pty of a process changes with each link. */
function linkText({ link, emulator }: DeviceFacts, port: string | undefined): string {
	const what = {
		serial: `serial ${port ?? link.path} ${link.baud} baud`,
		'qemu-pty': `QEMU ${emulator?.machine}, ${link.baud} baud`,
		'posix-pty': 'posix process',
		mqtt: 'mqtt',
	}[link.kind];
	return foreignText(what, LONGEST_LINK);
}
