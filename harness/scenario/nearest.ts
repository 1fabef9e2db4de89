/**
 * The known word a mistyped one was probably meant to be, or null when none is close.
 *
 * Distance: Levenshtein, upper and lower case alike; a candidate counts when at most a third of its letters (but at
 * least two) differ.
 */
export function nearestWord(word: string, known: readonly string[]): string | null {
	let best: string | null = null;
	let bestDistance = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
		if (distance < bestDistance && distance <= Math.max(2, Math.floor(candidate.length / 3))) {
			best = candidate;
			bestDistance = distance;
		}
	}
	return best;
}

/** ` (did you mean "Latency"?)` with the nearest word, else the list of what is known. */
export function suggestion(word: string, known: readonly string[]): string {
	const nearest = nearestWord(word, known);
	if (nearest !== null) return `did you mean "${nearest}"?`;
	return `known: ${known.join(', ')}`;
}

function editDistance(a: string, b: string): number {
	let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
			current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
		}
		previous = current;
	}
	return previous[b.length] ?? 0;
}
