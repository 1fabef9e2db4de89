import type { ColumnName } from './columns.ts';

/** A column of names, each kept once: `names[index[row]]`. */
export interface Labels {
	index: Uint32Array;
	names: string[];
}

/** A file of samples, column by column; all columns have `rows` entries, in the order of the file. */
export interface Samples {
	/** File as it was called, or `stdin`. */
	source: string;
	rows: number;
	/** Line each row begins on, from 1. */
	lines: Uint32Array;
	numbers: ReadonlyMap<ColumnName, Float64Array>;
	flags: ReadonlyMap<ColumnName, Uint8Array>;
	labels: ReadonlyMap<ColumnName, Labels>;
	texts: ReadonlyMap<ColumnName, string[]>;
}

/** Rows of each label, in order of first appearance; one set of all rows where the column is not there. */
export function rowsBy(samples: Samples, column: ColumnName): { name: string | null; rows: Uint32Array }[] {
	const labels = samples.labels.get(column);
	if (labels === undefined) return [{ name: null, rows: Uint32Array.from({ length: samples.rows }, (_, row) => row) }];
	const sizes = new Uint32Array(labels.names.length);
	for (const label of labels.index) sizes[label] = (sizes[label] ?? 0) + 1;
	const sets = labels.names.map((name, label) => ({ name, rows: new Uint32Array(sizes[label] ?? 0) }));
	const filled = new Uint32Array(labels.names.length);
	labels.index.forEach((label, row) => {
		const at = filled[label] ?? 0;
		const set = sets[label];
		if (set !== undefined) set.rows[at] = row;
		filled[label] = at + 1;
	});
	return sets;
}

/** The numbers of some rows, in their order. */
export function pick(values: Float64Array, rows: Uint32Array): Float64Array {
	return Float64Array.from(rows, (row) => values[row] as number);
}

/** How many different names a column has; 0 where it is not there. */
export function distinct(samples: Samples, column: ColumnName): number {
	return samples.labels.get(column)?.names.length ?? 0;
}
