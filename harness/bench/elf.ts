/**
 * What the harness must know of a firmware image before and after flashing, read from the ELF file itself.
 *
 * An image is untrusted input: each offset and size is checked against the file before it is followed.
 * Sources: System V ABI, gABI 4.1 chapters 4 and 5 (headers, sections, segments); GNU build id: `ld --build-id`.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { OssicleError } from '../error.ts';

/** Largest image read into memory. A microcontroller's ELF with debug information is a few MB. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

const PT_LOAD = 1;
const PT_NOTE = 4;
const SHT_NOTE = 7;
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
const NT_GNU_BUILD_ID = 3;

/** e_machine values a person is likely to pick up by mistake. */
const MACHINES: Readonly<Record<number, string>> = {
	3: 'x86 (32-bit)',
	8: 'MIPS',
	40: 'Arm (32-bit)',
	62: 'x86-64',
	83: 'AVR',
	94: 'Xtensa',
	183: 'AArch64',
	243: 'RISC-V',
};

export interface ElfSegment {
	/** Where the bytes are stored (LMA): what a flash tool writes. */
	loadAddress: number;
	/** Where they are used (VMA). */
	virtualAddress: number;
	/** Where in the file the bytes begin. */
	fileOffset: number;
	fileBytes: number;
	memoryBytes: number;
}

export interface ElfImage {
	path: string;
	/** Of the whole file, lower-case hex. */
	sha256: string;
	bits: 32 | 64;
	/** e_machine, and its name for people. */
	machine: number;
	machineName: string;
	entry: number;
	/** PT_LOAD segments with at least one byte in memory. */
	segments: ElfSegment[];
	/** GNU build id, lower-case hex. */
	buildId: string;
	/** Bytes of writable memory reserved at link time (.data, .bss, ...), without the rig's clip store, stack and heap. */
	staticBytes: number;
	/** Bytes of `.rig*` sections: memory which exists only for the rig. */
	rigBytes: number;
	/** Bytes which get stored in flash (or loaded from the file). */
	flashBytes: number;
}

/** @throws OssicleError (usage) `image-unreadable`, `image-not-elf`, `image-damaged`, `image-not-linked`, `image-no-build-id` */
export async function readElf(path: string): Promise<ElfImage> {
	let bytes: Buffer;
	try {
		const { size } = await stat(path);
		if (size > MAX_IMAGE_BYTES) {
			throw refusal('image-not-elf', path, `a firmware image of at most ${MAX_IMAGE_BYTES} bytes`, `${size} bytes`);
		}
		bytes = await readFile(path);
	} catch (cause) {
		if (cause instanceof OssicleError) throw cause;
		const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new OssicleError(
			'image-unreadable',
			'usage',
			`${path}: the firmware image cannot be read (${why}). ${howToGet(path)}`,
			{ path },
			cause,
		);
	}
	return parseElf(bytes, path);
}

/** An image of ours lies in the folder of its board. */
function howToGet(path: string): string {
	const board = /\bfirmware\/build\/([a-z0-9-]+)\/[^/]+$/.exec(path)?.[1];
	if (board === undefined) return 'Is the path right? It was given with --image.';
	return `Build it with \`make -C firmware BOARD=${board}\`, or name another with --image.`;
}

/** @throws OssicleError as `readElf`, which see. */
export function parseElf(bytes: Buffer, path: string): ElfImage {
	if (bytes.length < 16 || bytes.readUInt32BE(0) !== 0x7f454c46) {
		const start =
			bytes.length === 0 ? 'an empty file' : `a file that begins with ${bytes.subarray(0, 4).toString('hex')}`;
		throw refusal('image-not-elf', path, 'an ELF file (7f454c46 first; not .bin, .hex or .uf2)', start);
	}
	const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : null;
	if (bits === null || bytes[5] !== 1) {
		throw refusal('image-not-elf', path, 'a 32-bit or 64-bit little-endian ELF', `class ${bytes[4]}, data ${bytes[5]}`);
	}
	const file = new ElfReader(bytes, path, bits);
	const type = file.u16(16, 'e_type');
	if (type !== 2 && type !== 3) {
		throw refusal(
			'image-not-linked',
			path,
			'a linked program (ELF type 2 or 3)',
			`type ${type}${type === 1 ? ', an object file' : ''}`,
		);
	}
	const machine = file.u16(18, 'e_machine');
	const wide = bits === 64;
	const segments = readSegments(file, wide);
	const sections = readSections(file, wide);
	const notes = [
		...sections.filter((section) => section.type === SHT_NOTE),
		...segments.filter((each) => each.type === PT_NOTE),
	];
	const buildId = notes.map((note) => gnuBuildId(file, note.offset, note.size)).find((id) => id !== null);
	if (buildId === undefined || buildId === null) {
		throw refusal(
			'image-no-build-id',
			path,
			'a GNU build id, by which the rebooted firmware proves what it runs',
			'no .note.gnu.build-id; link with -Wl,--build-id',
		);
	}
	const load = segments.filter((segment) => segment.type === PT_LOAD && segment.memoryBytes > 0);
	const sum = (pick: (name: string) => boolean) =>
		sections
			.filter((each) => (each.flags & SHF_ALLOC) !== 0 && (each.flags & SHF_WRITE) !== 0 && pick(each.name))
			.reduce((total, each) => total + each.size, 0);
	return {
		path,
		sha256: createHash('sha256').update(bytes).digest('hex'),
		bits,
		machine,
		machineName: MACHINES[machine] ?? `machine ${machine}`,
		entry: file.word(24, 'e_entry'),
		segments: load.map(({ loadAddress, virtualAddress, offset, size, memoryBytes }) => ({
			loadAddress,
			virtualAddress,
			fileOffset: offset,
			fileBytes: size,
			memoryBytes,
		})),
		buildId,
		staticBytes: sum((name) => !isRig(name) && !isReserve(name)),
		rigBytes: sum(isRig),
		flashBytes: load.reduce((total, each) => total + each.size, 0),
	};
}

export const isRig = (name: string) => /^\.rig(\.|$)/.test(name);
/** Room kept free for stack and heap is told by the device itself, apart from static memory. */
export const isReserve = (name: string) => /^\.?_?(stack|heap|user_heap_stack)/.test(name);

interface RawSegment extends Omit<ElfSegment, 'fileBytes' | 'fileOffset'> {
	type: number;
	offset: number;
	size: number;
}

function readSegments(file: ElfReader, wide: boolean): RawSegment[] {
	const { offset, entryBytes, count } = file.table(wide ? 32 : 28, wide ? 54 : 42, wide ? 56 : 32, 'program header');
	return Array.from({ length: count }, (_, index) => {
		const at = offset + index * entryBytes;
		const what = `program header ${index}`;
		const segment = {
			type: file.u32(at, what),
			offset: file.word(at + (wide ? 8 : 4), what),
			virtualAddress: file.word(at + (wide ? 16 : 8), what),
			loadAddress: file.word(at + (wide ? 24 : 12), what),
			size: file.word(at + (wide ? 32 : 16), what),
			memoryBytes: file.word(at + (wide ? 40 : 20), what),
		};
		if (segment.type === PT_LOAD || segment.type === PT_NOTE) file.slice(segment.offset, segment.size, what);
		if (segment.type === PT_LOAD && segment.memoryBytes < segment.size) {
			throw file.damaged(`${what} has ${segment.size} bytes in the file but ${segment.memoryBytes} in memory`);
		}
		return segment;
	});
}

/** A row of the section header table. */
export interface ElfSection {
	name: string;
	type: number;
	flags: number;
	offset: number;
	size: number;
	/** Another section this one refers to: of a symbol table, its names. */
	link: number;
}

export function readSections(file: ElfReader, wide: boolean): ElfSection[] {
	const { offset, entryBytes, count } = file.table(wide ? 40 : 32, wide ? 58 : 46, wide ? 64 : 40, 'section header');
	if (count === 0) throw file.damaged('no section headers (stripped?): memory use and build id stand there');
	const raw = Array.from({ length: count }, (_, index) => {
		const at = offset + index * entryBytes;
		const what = `section header ${index}`;
		return {
			nameOffset: file.u32(at, what),
			type: file.u32(at + 4, what),
			flags: file.word(at + 8, what),
			offset: file.word(at + (wide ? 24 : 16), what),
			size: file.word(at + (wide ? 32 : 20), what),
			link: file.u32(at + (wide ? 40 : 24), what),
		};
	});
	const names = raw[file.u16(wide ? 62 : 50, 'e_shstrndx')];
	if (names === undefined) throw file.damaged('the section name table does not exist');
	const text = file.slice(names.offset, names.size, 'section name table');
	return raw.map(({ nameOffset, ...section }) => {
		if (section.type === SHT_NOTE) file.slice(section.offset, section.size, 'note section');
		const end = text.indexOf(0, nameOffset);
		if (nameOffset > text.length || end < 0) throw file.damaged(`a section's name lies outside the name table`);
		return { ...section, name: text.toString('latin1', nameOffset, Math.min(end, nameOffset + 64)) };
	});
}

/** Notes are name size, descriptor size, type, then both padded to 4 bytes (gABI 4.1, "Note Section"). */
function gnuBuildId(file: ElfReader, start: number, size: number): string | null {
	const notes = file.slice(start, size, 'notes');
	for (let at = 0; at + 12 <= notes.length; ) {
		const nameBytes = notes.readUInt32LE(at);
		const idBytes = notes.readUInt32LE(at + 4);
		const type = notes.readUInt32LE(at + 8);
		const idAt = at + 12 + ((nameBytes + 3) & ~3);
		if (nameBytes > notes.length || idBytes > notes.length || idAt + idBytes > notes.length) return null;
		if (type === NT_GNU_BUILD_ID && notes.toString('latin1', at + 12, at + 16) === 'GNU\0') {
			// hello.build is 8 to 64 hex digits (wire.schema.json).
			return idBytes >= 4 && idBytes <= 32 ? notes.toString('hex', idAt, idAt + idBytes) : null;
		}
		at = idAt + ((idBytes + 3) & ~3);
	}
	return null;
}

/** Reads little-endian numbers of an ELF class, never outside the file. */
export class ElfReader {
	private readonly bytes: Buffer;
	private readonly path: string;
	private readonly bits: 32 | 64;

	constructor(bytes: Buffer, path: string, bits: 32 | 64) {
		this.bytes = bytes;
		this.path = path;
		this.bits = bits;
	}

	damaged(got: string): OssicleError {
		return refusal('image-damaged', this.path, 'a whole, well-formed ELF file', got);
	}

	slice(offset: number, size: number, what: string): Buffer {
		if (offset + size > this.bytes.length) {
			throw this.damaged(`${what} needs bytes ${offset} to ${offset + size}, the file has ${this.bytes.length}`);
		}
		return this.bytes.subarray(offset, offset + size);
	}

	u16(offset: number, what: string): number {
		return this.slice(offset, 2, what).readUInt16LE();
	}

	u32(offset: number, what: string): number {
		return this.slice(offset, 4, what).readUInt32LE();
	}

	/** An address, offset or size: 4 or 8 bytes by class. */
	word(offset: number, what: string): number {
		if (this.bits === 32) return this.u32(offset, what);
		const value = this.slice(offset, 8, what).readBigUInt64LE();
		if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.damaged(`${what} holds 0x${value.toString(16)}`);
		return Number(value);
	}

	/** Position and size of a header table; entries of another size than the class's are refused. */
	table(offsetAt: number, sizesAt: number, expectedBytes: number, what: string) {
		const offset = this.word(offsetAt, what);
		const entryBytes = this.u16(sizesAt, what);
		const count = this.u16(sizesAt + 2, what);
		if (count > 0 && entryBytes !== expectedBytes) {
			throw this.damaged(`${what} entries of ${entryBytes} bytes instead of ${expectedBytes}`);
		}
		this.slice(offset, count * entryBytes, `${what} table`);
		return { offset, entryBytes, count };
	}
}

function refusal(code: string, path: string, expected: string, got: string): OssicleError {
	return new OssicleError(code, 'usage', `${path}: expected ${expected}, got ${got}.`, { path, expected, got });
}
