/** Messages that were refused: counted by kind, told at a bearable rate. However many come, it holds 21 counters. */
import { foreignText } from './foreign-text.ts';
import { parseTopic } from './topics.ts';

const MAX_KINDS = 20;
const LOG_EVERY_MS = 1000;

interface Kind {
	/** `ask: it is not JSON in UTF-8`. */
	readonly what: string;
	count: number;
	/** Counted, but not yet told. */
	untold: number;
	toldAtMs: number;
}

export class Refusals {
	readonly #log: (text: string) => void;
	readonly #kinds = new Map<string, Kind>();
	#total = 0;

	constructor(log: (text: string) => void = () => {}) {
		this.#log = log;
	}

	/** Messages refused so far. */
	get total(): number {
		return this.#total;
	}

	/** Counts a message; tells it at once, or with the next of its kind when the last was told less than a second ago. */
	refuse(topic: string, why: string): void {
		this.#total++;
		const kind = this.#kindOf(topic, why);
		kind.count++;
		kind.untold++;
		const nowMs = performance.now();
		if (nowMs - kind.toldAtMs < LOG_EVERY_MS) return;
		const times = kind.untold > 1 ? ` (${kind.untold} of this kind since it was last told)` : '';
		this.#log(`refused a message on ${JSON.stringify(foreignText(topic, 200))}: ${foreignText(why)}${times}`);
		kind.untold = 0;
		kind.toldAtMs = nowMs;
	}

	/** One sentence for each kind, at most 21, for records. */
	summary(): string[] {
		return [...this.#kinds.values()].map(
			({ what, count }) => `${count} message${count === 1 ? '' : 's'} refused on ${what}`,
		);
	}

	/** A reason with other numbers in it is no other kind: else a sender could make as many kinds as it liked. */
	#kindOf(topic: string, why: string): Kind {
		const leaf = parseTopic(topic)?.leaf ?? 'a topic that is none of ours';
		const known = `${leaf}: ${foreignText(why, 200)}`;
		const key = known.replace(/\d+/g, 'N');
		const full = !this.#kinds.has(key) && this.#kinds.size >= MAX_KINDS;
		const [place, what] = full ? ['', 'other topics, or for other reasons'] : [key, known];
		const kind = this.#kinds.get(place) ?? { what, count: 0, untold: 0, toldAtMs: Number.NEGATIVE_INFINITY };
		this.#kinds.set(place, kind);
		return kind;
	}
}
