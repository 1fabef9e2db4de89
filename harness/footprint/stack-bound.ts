import type { StackBound } from '../generated/record.ts';
import type { CallGraph, GraphFunction } from './call-graph.ts';
import { type CoreTable, LIBRARY, OPTIONAL, targetsOf } from './call-table.ts';

export interface BoundInput {
	graph: CallGraph;
	/** Names of the functions that are in the image. */
	image: ReadonlySet<string>;
	core: CoreTable;
	/** A line of a source file, 1-based; null where it cannot be read as it was when the image was made. */
	sourceLine: (file: string, line: number) => string | null;
}

/** `device->port->write(`, `state.port->spin(`, `loop(`: the object that holds the pointer, if any, and the pointer. */
const CALL = /^(?:[\w.>-]*?(\w+)(?:->|\.))?(\w+)\s*\(/;

/** Why there is no bound, in words for people. */
class Unbounded extends Error {}

interface Depth {
	bytes: number;
	/** Keys from here down. */
	path: string[];
}

/**
 * How deep the stack can go at most: the deepest chain of calls from the entry, and the deepest interrupt on top of it.
 *
 * Every call is followed, whatever would make it impossible at run time. Anything that cannot be followed (recursion, a
 * frame that grows, a pointer nobody declared, a function without a call graph, a function of the image which nothing seems
 * to call) leaves the stack unbounded.
 */
export function stackBound(input: BoundInput): StackBound {
	try {
		const walk = new Walk(input);
		const entry = walk.deepest(walk.entries());
		const handlers = walk.handlers();
		const interrupt = walk.deepest(handlers);
		const interruptBytes = handlers.length === 0 ? 0 : interrupt.bytes + input.core.interruptFrameBytes;
		walk.checkAllReached();
		return {
			bytes: entry.bytes + interruptBytes,
			unbounded: null,
			path: [...walk.shown(entry), ...(handlers.length === 0 ? [] : ['(interrupt)', ...walk.shown(interrupt)])],
			interruptBytes,
		};
	} catch (cause) {
		if (!(cause instanceof Unbounded)) throw cause;
		return { bytes: null, unbounded: cause.message, path: [], interruptBytes: 0 };
	}
}

class Walk {
	readonly #input: BoundInput;
	readonly #byName = new Map<string, string[]>();
	readonly #depths = new Map<string, Depth>();
	readonly #open: string[] = [];
	readonly #reached = new Set<string>();

	constructor(input: BoundInput) {
		this.#input = input;
		for (const [key, { name }] of input.graph.functions)
			this.#byName.set(name, [...(this.#byName.get(name) ?? []), key]);
	}

	/** Where execution begins. */
	entries(): string[] {
		const { core, image } = this.#input;
		const keys = core.entries.filter((name) => image.has(name)).flatMap((name) => this.#byName.get(name) ?? []);
		if (keys.length === 0) throw new Unbounded(`the entry (${core.entries.join(' or ')}) is not in the call graph`);
		return keys;
	}

	handlers(): string[] {
		const { graph, image, core } = this.#input;
		return [...graph.functions].flatMap(([key, { name }]) =>
			image.has(name) && core.interrupts.test(name) && !core.faults.test(name) && !core.entries.includes(name)
				? [key]
				: [],
		);
	}

	deepest(keys: readonly string[]): Depth {
		return keys.map((key) => this.#depthOf(key)).reduce(deeper, { bytes: 0, path: [] });
	}

	shown({ path }: Depth): string[] {
		return path.map((key) => {
			const known = this.#input.graph.functions.get(key);
			return known === undefined ? `${key} ${this.#input.core.routines[key]}` : `${known.name} ${known.frameBytes}`;
		});
	}

	/** A function in the image that nothing was seen to call is called in a way nobody declared. */
	checkAllReached(): void {
		const { image, core } = this.#input;
		const lost = [...image].filter(
			(name) =>
				!this.#reached.has(name) &&
				!core.faults.test(name) &&
				!core.assembler.has(name) &&
				!Object.hasOwn(core.routines, name) &&
				!this.#onlyFromFaults(name),
		);
		if (lost.length === 0) return;
		const more = lost.length > 3 ? ` and ${lost.length - 3} more` : '';
		throw new Unbounded(
			`${lost.slice(0, 3).join(', ')}${more}: in the image, but nothing is known to call it; declare its pointer in harness/footprint/call-table.ts`,
		);
	}

	#onlyFromFaults(name: string): boolean {
		const seen = new Set<string>();
		const visit = (key: string): void => {
			if (seen.has(key)) return;
			seen.add(key);
			for (const called of this.#input.graph.functions.get(key)?.calls ?? []) visit(called);
		};
		for (const [key, { name: own }] of this.#input.graph.functions) if (this.#input.core.faults.test(own)) visit(key);
		return (this.#byName.get(name) ?? []).some((key) => seen.has(key));
	}

	#depthOf(key: string): Depth {
		const known = this.#depths.get(key);
		if (known !== undefined) return known;
		const { graph, core } = this.#input;
		const own = graph.functions.get(key);
		if (own === undefined) {
			const bytes = Object.hasOwn(core.routines, key) ? core.routines[key] : undefined;
			if (bytes === undefined) throw new Unbounded(`${key} has no call graph, and what it takes is not declared`);
			return { bytes, path: [key] };
		}
		if (this.#open.includes(key)) {
			const loop = [...this.#open.slice(this.#open.indexOf(key)), key].map(
				(each) => graph.functions.get(each)?.name ?? each,
			);
			throw new Unbounded(`recursion: ${loop.join(' > ')}`);
		}
		if (own.isDynamic || !Number.isFinite(own.frameBytes))
			throw new Unbounded(`the frame of ${own.name} (${own.file}) has no fixed size`);
		this.#reached.add(own.name);
		this.#open.push(key);
		const called = [...own.calls, ...own.indirect.flatMap((place) => this.#targets(place, own))];
		const below = this.deepest(called);
		this.#open.pop();
		const depth = { bytes: own.frameBytes + below.bytes, path: [key, ...below.path] };
		this.#depths.set(key, depth);
		return depth;
	}

	/** Whom a call through a pointer may reach, by the pointer's name in the source. */
	#targets(place: string, caller: GraphFunction): string[] {
		const [, file = '', line = '0', column = '1'] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
		const text = this.#input.sourceLine(file, Number(line));
		const shown = `${file.split('/').slice(-1)[0]}:${line}`;
		if (text === null)
			throw new Unbounded(
				`${caller.name} calls through a pointer at ${shown}, and its source is gone or was changed since: build again`,
			);
		const [, object = '', pointer = ''] = CALL.exec(text.slice(Number(column) - 1)) ?? [];
		const keys = targetsOf(object, pointer)
			.flatMap((name) => this.#byName.get(name) ?? [])
			.filter((key) => {
				const target = this.#input.graph.functions.get(key);
				return target !== undefined && this.#input.image.has(target.name) && !LIBRARY.test(target.file);
			});
		if (keys.length > 0 || OPTIONAL.has(pointer)) return keys;
		throw new Unbounded(
			`${caller.name} calls \`${object === '' ? pointer : `${object}->${pointer}`}\` through a pointer at ${shown}, and nobody is declared to be called by it`,
		);
	}
}

function deeper(a: Depth, b: Depth): Depth {
	return b.bytes > a.bytes || a.path.length === 0 ? b : a;
}
