import { spelt } from '../spelt.ts';
import type { ColumnName } from './columns.ts';
import { distinct, type Samples } from './sample-table.ts';

const COLUMNS: readonly ColumnName[] = ['session', 'group', 'speaker'];

/**
 * Columns whose equal names hold rows together. A single session is what every file without the column is; a single
 * speaker is a fact about the rows that no other speaker follows from.
 */
export function clusterColumns(samples: Samples): ColumnName[] {
	return COLUMNS.filter((column) => distinct(samples, column) > (column === 'session' ? 1 : 0));
}

/**
 * Sets of rows with nothing in common: two rows are in one set when they share a name in any of the columns, directly or
 * through other rows; names differ as people would say they do (`Anna` is `ANNA`). A speaker heard in every session ties all sessions together.
 */
export function clustersOf(samples: Samples, columns: readonly ColumnName[]): { name: string; rows: Uint32Array }[] {
	const sets = new DisjointSets(samples.rows);
	for (const column of columns) {
		const labels = samples.labels.get(column);
		const spellings = labels?.names.map(spelt) ?? [];
		const firstRow = new Map<string, number>();
		labels?.index.forEach((label, row) => {
			const name = spellings[label] ?? '';
			const first = firstRow.get(name);
			if (first === undefined) firstRow.set(name, row);
			else sets.join(first, row);
		});
	}
	const members = new Map<number, number[]>();
	for (let row = 0; row < samples.rows; row++) {
		const root = sets.rootOf(row);
		const rows = members.get(root);
		if (rows === undefined) members.set(root, [row]);
		else rows.push(row);
	}
	return [...members.values()].map((rows) => ({
		name: columns.map((column) => nameAt(samples, column, rows[0] as number)).join(' / '),
		rows: Uint32Array.from(rows),
	}));
}

function nameAt(samples: Samples, column: ColumnName, row: number): string {
	const labels = samples.labels.get(column);
	return labels?.names[labels.index[row] as number] ?? '';
}

/** Union-find with path halving. */
class DisjointSets {
	readonly #parent: Uint32Array;

	constructor(size: number) {
		this.#parent = Uint32Array.from({ length: size }, (_, index) => index);
	}

	rootOf(index: number): number {
		let at = index;
		for (;;) {
			const parent = this.#parent[at] as number;
			if (parent === at) return at;
			this.#parent[at] = this.#parent[parent] as number;
			at = parent;
		}
	}

	join(a: number, b: number): void {
		const [rootA, rootB] = [this.rootOf(a), this.rootOf(b)];
		if (rootA !== rootB) this.#parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
	}
}
