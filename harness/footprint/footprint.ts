import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ElfImage } from '../bench/elf.ts';
import { readElfSymbols } from '../bench/elf-symbols.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Footprint, StackBound } from '../generated/record.ts';
import { parseCallGraph } from './call-graph.ts';
import { CORES } from './call-table.ts';
import { stackBound } from './stack-bound.ts';

/** A build writes its call graphs first and its image last; clocks of file systems are this coarse. */
const CLOCK_MS = 2000;
const MOST_GRAPH_BYTES = 64 * 2 ** 20;
/** The embedded model lies between these (apps/liquid-audio/model.S). */
const MODEL = ['model_lnn', 'model_lnn_end'] as const;

/**
 * What an image takes, by its ELF file, and how deep its stack can go, by the call graphs the compiler left beside it.
 * @throws OssicleError (usage) for a damaged symbol table
 */
export async function footprintOf(
	image: ElfImage,
	facts: Pick<DeviceFacts, 'firmware' | 'evidence'>,
): Promise<Footprint> {
	const { functions, addresses, bssBytes } = await readElfSymbols(image.path, image.bits);
	const [from, to] = MODEL.map((name) => addresses.get(name));
	const dataBytes = Math.max(0, image.staticBytes - bssBytes);
	return {
		textBytes: Math.max(0, image.flashBytes - dataBytes),
		dataBytes,
		bssBytes,
		rigBytes: image.rigBytes,
		flashBytes: image.flashBytes,
		modelBytes: from === undefined || to === undefined || to < from ? null : to - from,
		stack: boundOf(image, facts, functions),
	};
}

function boundOf(
	image: ElfImage,
	{ firmware, evidence }: Pick<DeviceFacts, 'firmware' | 'evidence'>,
	functions: ReadonlySet<string>,
): StackBound {
	const unbounded = (why: string): StackBound => ({ bytes: null, unbounded: why, path: [], interruptBytes: 0 });
	const architecture = firmware.architecture ?? 'arm';
	if (evidence === 'host' || architecture === 'host')
		return unbounded('a PC program: its C library and its system are in no call graph');
	const folder = path.dirname(image.path);
	const files = callGraphsBelow(folder);
	if (files.length === 0)
		return unbounded('no call graph (*.ci) lies beside the image: build with -fcallgraph-info=su');
	const linked = statSync(image.path).mtimeMs + CLOCK_MS;
	const newer = files.find((file) => statSync(file).mtimeMs > linked);
	if (newer !== undefined)
		return unbounded(`${path.relative(folder, newer)} is newer than the image: it is another build's`);
	const texts = files.map((file) => readFileSync(file, 'latin1'));
	if (texts.reduce((sum, text) => sum + text.length, 0) > MOST_GRAPH_BYTES)
		return unbounded(`the call graphs beside the image are larger than ${MOST_GRAPH_BYTES} bytes`);
	const graph = parseCallGraph(texts);
	return stackBound({ graph, image: functions, core: CORES[architecture], sourceLine: sourceLines(linked) });
}

function callGraphsBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith('.ci'))
		.map((entry) => path.join(entry.parentPath, entry.name))
		.sort();
}

/**
 * Reads each source once. One that was changed since the image was made has other lines than the call graph speaks of.
 * @param linkedMs when that was
 */
function sourceLines(linkedMs: number): (file: string, line: number) => string | null {
	const known = new Map<string, string[]>();
	return (file, line) => {
		let lines = known.get(file);
		if (lines === undefined) {
			const isAsBuilt = existsSync(file) && statSync(file).mtimeMs <= linkedMs;
			lines = isAsBuilt ? readFileSync(file, 'utf8').split('\n') : [];
			known.set(file, lines);
		}
		return lines[line - 1] ?? null;
	};
}
