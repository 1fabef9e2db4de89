import { readFile } from 'node:fs/promises';
import { ElfReader, type ElfSection, isReserve, isRig, readSections, SHF_ALLOC, SHF_WRITE } from './elf.ts';

const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const STT_FUNC = 2;

export interface ElfSymbols {
	/** Names of the functions in the image as its source has them, after the linker dropped what nobody uses. */
	functions: ReadonlySet<string>;
	/** Address of each named place, where its name occurs once. */
	addresses: ReadonlyMap<string, number>;
	/** Variables that are zero at start, without the rig's store, stack and heap. */
	bssBytes: number;
}

/**
 * The symbol table of an image that `readElf` has accepted.
 * @throws OssicleError `image-damaged` (usage)
 */
export async function readElfSymbols(path: string, bits: 32 | 64): Promise<ElfSymbols> {
	return parseElfSymbols(await readFile(path), path, bits);
}

/** gcc names what it made of a function after it: `pump.isra.0`, on Xtensa `pump$constprop$0`. */
function asWritten(name: string): string {
	return name.replace(/[.$](?:isra|constprop|part|cold|lto_priv)(?:[.$].*)?$/, '');
}

/** System V ABI, gABI 4.1, "Symbol Table". @throws OssicleError `image-damaged` (usage) */
export function parseElfSymbols(bytes: Buffer, path: string, bits: 32 | 64): ElfSymbols {
	const file = new ElfReader(bytes, path, bits);
	const sections = readSections(file, bits === 64);
	const functions = new Set<string>();
	const addresses = new Map<string, number>();
	for (const table of sections.filter(({ type }) => type === SHT_SYMTAB)) {
		const names = sections[table.link];
		if (names === undefined) throw file.damaged('a symbol table without names');
		for (const { name, type, value } of symbolsOf(file, bits === 64, table, names)) {
			if (name === '') continue;
			if (type === STT_FUNC) functions.add(asWritten(name));
			addresses.set(name, value);
		}
	}
	const bss = sections.filter(
		({ name, type, flags }) =>
			type === SHT_NOBITS && (flags & SHF_ALLOC) !== 0 && (flags & SHF_WRITE) !== 0 && !isRig(name) && !isReserve(name),
	);
	return { functions, addresses, bssBytes: bss.reduce((sum, { size }) => sum + size, 0) };
}

function symbolsOf(file: ElfReader, wide: boolean, table: ElfSection, names: ElfSection) {
	const entryBytes = wide ? 24 : 16;
	file.slice(table.offset, table.size, 'symbol table');
	const text = file.slice(names.offset, names.size, 'symbol names');
	return Array.from({ length: Math.floor(table.size / entryBytes) }, (_, index) => {
		const at = table.offset + index * entryBytes;
		const what = `symbol ${index}`;
		const nameAt = file.u32(at, what);
		const end = text.indexOf(0, nameAt);
		const info = file.slice(at + (wide ? 4 : 12), 1, what)[0] ?? 0;
		return {
			name: nameAt < text.length && end >= 0 ? text.toString('latin1', nameAt, Math.min(end, nameAt + 256)) : '',
			type: info & 15,
			value: file.word(at + (wide ? 8 : 4), what),
		};
	});
}
