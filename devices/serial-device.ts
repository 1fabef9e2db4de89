import { access, constants, realpath } from 'node:fs/promises';
import type { ElfImage } from '../harness/bench/elf.ts';
import { acquireLease } from '../harness/bench/lease.ts';
import { OssicleError } from '../harness/error.ts';
import type { DeviceFacts } from '../harness/generated/device.ts';
import { cannotOpenPort, SerialLink } from '../harness/link/serial-link.ts';
import { type AttachedDevice, flashOutcome } from './attached-device.ts';
import { flashByGdb, resetByGdb } from './flash/gdb.ts';
import type { GdbTarget } from './flash/gdb-script.ts';

interface SerialOptions {
	port?: string;
	signal?: AbortSignal;
	waitMs?: number;
	onWait?: (holder: string) => void;
}

/** Resetting a board on the way out must not hold up the person who pressed Ctrl-C for long. */
const SAFE_TIMEOUT_MS = 10_000;

/** A real board: a serial port, and a gdb server that somebody started (OpenOCD, J-Link, pyOCD, Black Magic). */
export async function attachSerial(
	facts: DeviceFacts,
	image: ElfImage,
	options: SerialOptions,
): Promise<AttachedDevice> {
	const port = portOf(facts, options.port);
	const target = gdbTargetOf(facts);
	// Two ids may lead to one board: whoever holds its port or its probe holds the board.
	const keys = [facts.id, `serial:${await realpath(port).catch(() => port)}`, `gdb:${target.address}`];
	const { signal } = options;
	// Before anything is written: a board that is flashed but cannot be heard is left with an image nobody asked to keep.
	await access(port, constants.R_OK | constants.W_OK).catch((cause: unknown) => {
		throw cannotOpenPort(port, (cause as NodeJS.ErrnoException).code ?? 'other', cause);
	});
	const lease = await acquireLease(keys, options);
	const links: SerialLink[] = [];
	return {
		facts,
		image,
		async createLink() {
			const link = new SerialLink(port, facts.link.baud);
			links.push(link);
			return link;
		},
		flash: async () => flashOutcome(image, await flashByGdb(image, target, { signal })),
		async makeSafe() {
			try {
				await resetByGdb(target, { connectTimeoutMs: SAFE_TIMEOUT_MS, timeoutMs: SAFE_TIMEOUT_MS });
				return null;
			} catch (error) {
				return `${facts.id} was not reset: ${error instanceof Error ? error.message : String(error)}`;
			}
		},
		async close() {
			for (const link of links.splice(0)) await link.close();
			await lease.release();
		},
	};
}

/** @throws OssicleError `port-unknown` (usage): which port a board is on is never guessed */
export function portOf(facts: DeviceFacts, named: string | undefined): string {
	const port = named ?? facts.link.path;
	if (port !== undefined) return port;
	throw new OssicleError(
		'port-unknown',
		'usage',
		`${facts.id}: expected the serial port the board is on, got none. ` +
			'Give --port /dev/serial/by-id/..., or write `link.path` into its device.yaml; `ossicle devices` lists the ports there are.',
		{ device: facts.id },
	);
}

function gdbTargetOf(facts: DeviceFacts): GdbTarget {
	const { tool, target, resetCommand = 'monitor reset' } = facts.flash;
	if (tool === 'gdb' && target !== undefined) return { address: target, resetCommand };
	throw new OssicleError(
		'flash-target',
		'usage',
		`${facts.id}: expected \`flash: { tool: gdb, target: host:port }\` in its device.yaml, got tool ${tool}${tool === 'gdb' ? ' without target' : ''}.`,
		{ device: facts.id },
	);
}
