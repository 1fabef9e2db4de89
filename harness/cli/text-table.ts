/** Rows of texts in columns as wide as their widest; the first column to the left, numbers to the right. */
export function textTable(rows: readonly (readonly string[])[], leftColumns = 1): string[] {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) =>
		row
			.map((text, column) => {
				const width = widths[column] ?? 0;
				return column < leftColumns ? text.padEnd(width) : text.padStart(width);
			})
			.join('  ')
			.trimEnd(),
	);
}
