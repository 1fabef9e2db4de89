/**
 * Flashing without gdb: the image's bytes straight through the gdb remote serial protocol, for an emulator of an architecture
 * which the installed gdb does not know (gdb-multiarch has no Xtensa). It writes memory and knows nothing of flash chips, so
 * it is for emulators, whose memory can simply be written.
 *
 * As with gdb, a good end proves only that the bytes are there: whether the device runs them is proven by the build id which
 * the rebooted firmware reports.
 */
import type { ElfImage } from '../../harness/bench/elf.ts';
import { OssicleError } from '../../harness/error.ts';
import { flashError } from './failure.ts';
import { readUnchanged } from './image-bytes.ts';
import { RspClient, RspFault, STOPPED, shown } from './rsp-client.ts';

export interface RspTarget {
	/** Absolute path of the gdb server's unix socket. */
	address: string;
	/** `monitor ...`: what restarts the device. */
	resetCommand: string;
}

export interface RspOptions {
	/** For each question to the server. */
	answerTimeoutMs?: number;
	signal?: AbortSignal | undefined;
}

export const RSP_TOOL = 'rsp, gdb remote serial protocol';

/** What any server takes, where it does not say (a packet of gdb's own least buffer), and the most that is used. */
const LEAST_PACKET_CHARACTERS = 400;
const MOST_PACKET_CHARACTERS = 16_384;
/** `M`, an address, a comma, a length, a colon: at most 8 hex digits each. */
const HEAD_CHARACTERS = 24;

/** One piece of memory to write. */
interface Piece {
	address: number;
	bytes: Buffer;
}

/**
 * Writes the image, reads it back, restarts the device and lets it run.
 * @returns which tool did it
 * @throws OssicleError `flash-<failure>` (rig), `flash-target` or `image-changed` (usage)
 */
export async function flashByRsp(image: ElfImage, target: RspTarget, options: RspOptions = {}): Promise<string> {
	const resetCommand = monitorCommand(target.resetCommand);
	const file = await readUnchanged(image);
	const pieces = image.segments
		.filter((segment) => segment.fileBytes > 0)
		.map(({ loadAddress, fileOffset, fileBytes }) => ({
			address: loadAddress,
			bytes: file.subarray(fileOffset, fileOffset + fileBytes),
		}));
	if (pieces.length === 0)
		throw flashError('tool-said-ok-unverified', RSP_TOOL, target.address, 'the image holds nothing to write.', '');
	const { answerTimeoutMs = 20_000, signal } = options;
	let client: RspClient | null = null;
	try {
		client = await RspClient.connect(target.address, { answerTimeoutMs, signal });
		const packetCharacters = await greet(client);
		for (const piece of pieces) await write(client, piece, packetCharacters);
		for (const piece of pieces) await verify(client, piece, packetCharacters);
		await restart(client, resetCommand);
	} catch (error) {
		if (error instanceof RspFault) throw flashError(error.failure, RSP_TOOL, target.address, error.message, '');
		throw error;
	} finally {
		client?.close();
	}
	return RSP_TOOL;
}

/** How long a packet may be, once the target is known to stand still. */
async function greet(client: RspClient): Promise<number> {
	const supported = await client.ask('qSupported');
	const stopped = await client.ask('?');
	if (!STOPPED.test(stopped))
		throw new RspFault('target-unreachable', `expected a stopped target (S or T), got ${shown(stopped)}.`);
	const size = /(?:^|;)PacketSize=([0-9a-fA-F]{1,8})(?:;|$)/.exec(supported)?.[1];
	const characters = size === undefined ? LEAST_PACKET_CHARACTERS : Number.parseInt(size, 16);
	if (characters < 2 * HEAD_CHARACTERS)
		throw new RspFault('answer-malformed', `expected packets of 48 characters or more, got PacketSize=${size}.`);
	return Math.min(characters, MOST_PACKET_CHARACTERS);
}

async function write(client: RspClient, piece: Piece, packetCharacters: number): Promise<void> {
	for (const { address, bytes } of cut(piece, packetCharacters)) {
		const answer = await client.ask(`M${hex(address)},${hex(bytes.length)}:${bytes.toString('hex')}`);
		if (answer !== 'OK')
			throw new RspFault(
				'program-failed',
				`writing ${bytes.length} bytes at 0x${hex(address)}: expected OK, got ${shown(answer)}.`,
			);
	}
}

async function verify(client: RspClient, piece: Piece, packetCharacters: number): Promise<void> {
	for (const { address, bytes } of cut(piece, packetCharacters)) {
		const answer = await client.ask(`m${hex(address)},${hex(bytes.length)}`);
		if (!/^([0-9a-fA-F]{2})+$/.test(answer) || answer.length !== 2 * bytes.length)
			throw new RspFault(
				'verify-failed',
				`reading ${bytes.length} bytes at 0x${hex(address)}: expected ${2 * bytes.length} hex digits, got ${shown(answer)}.`,
			);
		const read = Buffer.from(answer, 'hex');
		const first = bytes.findIndex((byte, index) => byte !== read[index]);
		if (first >= 0)
			throw new RspFault(
				'verify-failed',
				`at 0x${hex(address + first)}: expected byte 0x${bytes.toString('hex', first, first + 1)}, read back 0x${read.toString('hex', first, first + 1)}.`,
			);
	}
}

async function restart(client: RspClient, resetCommand: string): Promise<void> {
	const printed = await client.monitor(resetCommand);
	// QEMU answers OK to a command it does not know, too, and says so in print only.
	if (printed !== '')
		throw new RspFault('target-unreachable', `\`monitor ${resetCommand}\`: expected no words, got ${shown(printed)}.`);
	const detached = await client.ask('D');
	if (detached !== 'OK') throw new RspFault('target-unreachable', `detaching: expected OK, got ${shown(detached)}.`);
}

function* cut({ address, bytes }: Piece, packetCharacters: number): Generator<Piece> {
	const most = Math.floor((packetCharacters - HEAD_CHARACTERS) / 2);
	for (let at = 0; at < bytes.length; at += most) yield { address: address + at, bytes: bytes.subarray(at, at + most) };
}

const hex = (value: number) => value.toString(16);

function monitorCommand(resetCommand: string): string {
	const command = /^monitor ([A-Za-z0-9_ -]{1,60})$/.exec(resetCommand)?.[1];
	if (command !== undefined) return command;
	throw new OssicleError(
		'flash-target',
		'usage',
		`\`flash.resetCommand\`: expected \`monitor ...\` in letters, digits, blanks, - and _, got ${JSON.stringify(resetCommand)}.`,
		{ got: resetCommand },
	);
}
