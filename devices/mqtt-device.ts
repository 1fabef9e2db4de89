import type { ElfImage } from '../harness/bench/elf.ts';
import { factsDigest } from '../harness/bench/facts-digest.ts';
import { OssicleError } from '../harness/error.ts';
import type { DeviceFacts } from '../harness/generated/device.ts';
import { parseBrokerUrl } from '../harness/link/mqtt/broker-url.ts';
import { credentialsFrom } from '../harness/link/mqtt/credentials.ts';
import { MqttLink } from '../harness/link/mqtt/mqtt-link.ts';
import { type AttachedDevice, flashOutcome, type Notice } from './attached-device.ts';
import { checkAgreement, checkFlashed } from './mqtt-agreement.ts';
import { MqttLease } from './mqtt-lease.ts';

/** gdb gives up after 180 s; the bench's own error is the better one to hear. */
const FLASH_MS = 200_000;
/** A bench gives its debug probe 10 s. */
const SAFE_MS = 15_000;
const DESCRIBE_AGAIN_MS = 2000;
const CLOSE_LINK_MS = 5000;
/** Of one clip, as for the file of a plugin on this machine. */
const MOST_CYCLE_CHARACTERS = 16 * 2 ** 20;

interface MqttOptions {
	/** `mqtt://host:port[/bench]`. */
	link: string;
	signal?: AbortSignal;
	waitMs?: number;
	onWait?: (holder: string) => void;
	onNotice?: (text: string) => void;
}

/**
 * A device that somebody else has put on a broker: `ossicle bridge`, or the firmware itself. Its bench flashes the image which
 * it has, and which must be this machine's.
 *
 * @throws OssicleError (usage) `mqtt-url`, `mqtt-credentials`, `mqtt-bench`; (rig) `mqtt-...`, `device-differs`, `facts-differ`,
 *   `image-differs`, `lease-held`, and what the bench refuses with
 */
export async function attachMqtt(facts: DeviceFacts, image: ElfImage, options: MqttOptions): Promise<AttachedDevice> {
	const { signal, waitMs, onWait, onNotice } = options;
	const lease = await MqttLease.acquire({
		url: parseBrokerUrl(options.link),
		credentials: credentialsFrom(process.env),
		device: facts.id,
		imageSha256: image.sha256,
		factsSha256: factsDigest(facts),
		check: (described, where) => checkAgreement(described, facts, image, where),
		...(signal === undefined ? {} : { signal }),
		...(waitMs === undefined ? {} : { waitMs }),
		...(onWait === undefined ? {} : { onWait }),
		...(onNotice === undefined ? {} : { log: onNotice }),
	});
	const { connection, topics, asker, incarnation, described, bench, where } = lease;
	const refusedBefore = described.refused ?? 0;
	const cycles = facts.model?.cycles === undefined ? null : new CycleBuffer();
	const links: MqttLink[] = [];
	return {
		facts,
		image,
		async createLink() {
			const own = { lease: lease.lease, incarnation, described, bench, device: facts.id };
			const link = new MqttLink({ connection, topics, asker, ...own });
			if (cycles !== null) link.onCycles((lines) => cycles.add(lines));
			lease.linked = true;
			links.push(link);
			return link;
		},
		async flash() {
			const { flash } = await lease.ask({ op: 'flash', lease: lease.lease }, FLASH_MS);
			if (flash === undefined)
				throw new OssicleError('mqtt-answer', 'rig', `${where} says that it flashed, but not what.`);
			checkFlashed(flash, facts, image, where);
			// Sizes are those of the file here: they were read by whoever judges them.
			return flashOutcome(image, flash.tool);
		},
		...(cycles === null ? {} : { takeCycles: () => cycles.take() }),
		async notices() {
			const refused = connection.refusals.summary();
			const there = await lease.ask({ op: 'describe' }, DESCRIBE_AGAIN_MS, true).catch(() => null);
			const more = (there?.described?.refused ?? refusedBefore) - refusedBefore;
			if (more > 0) refused.push(`${more} message${more === 1 ? '' : 's'} refused by ${where}`);
			return refused.map((text): Notice => ({ code: 'mqtt-refused', text }));
		},
		async makeSafe() {
			try {
				await lease.ask({ op: 'safe', lease: lease.lease }, SAFE_MS, true);
				return null;
			} catch (error) {
				const why = error instanceof Error ? error.message : String(error);
				return `${where} could not be told to stop: ${why.replace(/\.$/, '')}. Its bench does so by itself when it misses us.`;
			}
		},
		async close() {
			for (const link of links.splice(0)) await within(CLOSE_LINK_MS, link.close());
			await lease.release();
		},
	};
}

/** Lines of the cycle model that came and were not taken yet. */
class CycleBuffer {
	#lines: string[] = [];
	#length = 0;

	add(lines: string): void {
		this.#length += lines.length;
		if (this.#length <= MOST_CYCLE_CHARACTERS) this.#lines.push(lines);
		else this.#lines = [];
	}

	/** @throws OssicleError `cycle-log` (rig) */
	take(): string {
		const length = this.#length;
		const lines = this.#lines.join('');
		this.#lines = [];
		this.#length = 0;
		if (length <= MOST_CYCLE_CHARACTERS) return lines;
		throw new OssicleError(
			'cycle-log',
			'rig',
			`The cycle model's counts grew by more than ${MOST_CYCLE_CHARACTERS} characters in one clip: the firmware marks without end.`,
		);
	}
}

/** Waits for work that is a courtesy, and never long. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, milliseconds);
	});
	await Promise.race([work.catch(() => {}), late]);
	clearTimeout(timer);
}
