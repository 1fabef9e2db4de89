/** The call graphs that gcc writes beside its object files with -fcallgraph-info=su, put together. Pure. */

/** A function as a compiler saw it. */
export interface GraphFunction {
	/** As in the source. */
	name: string;
	/** Where it is defined. */
	file: string;
	/** Of its own frame, bytes. */
	frameBytes: number;
	/** Its frame grows at run time: variable-length arrays, alloca. */
	isDynamic: boolean;
	/** Keys of the functions it calls. */
	calls: ReadonlySet<string>;
	/** Places, `file:line:column`, at which it calls through a pointer. */
	indirect: readonly string[];
}

export interface CallGraph {
	/** By key: the name, of a static function with its file before it. */
	functions: ReadonlyMap<string, GraphFunction>;
}

const INDIRECT = '__indirect_call';
const NODE = /^node: \{ title: "([^"]*)" label: "([^"]*)"(.*)\}$/;
const EDGE = /^edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"(?: label: "([^"]*)")? \}$/;
const FRAME = /^(\d+) bytes \(([a-z, ]+)\)$/;

/**
 * @param texts of the `.ci` files of one build (VCG, as gcc 10 and later write it)
 * @returns where a function occurs twice, the larger frame and all of its calls
 */
export function parseCallGraph(texts: readonly string[]): CallGraph {
	const functions = new Map<string, GraphFunction & { calls: Set<string>; indirect: string[] }>();
	for (const lines of texts.map((text) => text.split('\n'))) {
		for (const line of lines) {
			const [, key = '', label = '', rest = ''] = NODE.exec(line) ?? [];
			if (key === '' || rest.includes('ellipse')) continue;
			const [name = '', place = '', frame = ''] = label.split('\\n');
			const [, bytes = 'NaN', how = ''] = FRAME.exec(frame) ?? [];
			const known = functions.get(key);
			functions.set(key, {
				name: name.replace(/\.(?:isra|constprop|part|cold)(?:\..*)?$/, ''),
				file: place.replace(/:\d+:\d+$/, ''),
				frameBytes: Math.max(Number(bytes), known?.frameBytes ?? 0),
				isDynamic: (how.includes('dynamic') && !how.includes('bounded')) || known?.isDynamic === true,
				calls: known?.calls ?? new Set(),
				indirect: known?.indirect ?? [],
			});
		}
		for (const line of lines) {
			const [, from = '', to = '', place = ''] = EDGE.exec(line) ?? [];
			const caller = functions.get(from);
			if (caller === undefined) continue;
			if (to === INDIRECT) caller.indirect.push(place);
			else caller.calls.add(to);
		}
	}
	return { functions };
}
