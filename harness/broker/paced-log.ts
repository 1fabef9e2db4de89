const WINDOW_MS = 1000;

/**
 * Passes on at most so many lines a second, and says how many it left out with the next one that it passes on: clients decide
 * how much a broker has to say.
 */
export function pacedLog(
	print: (line: string) => void,
	perSecond: number,
	nowMs: () => number = () => performance.now(),
): (line: string) => void {
	let windowEndMs = Number.NEGATIVE_INFINITY;
	let printed = 0;
	let leftOut = 0;
	return (line) => {
		if (nowMs() >= windowEndMs) {
			windowEndMs = nowMs() + WINDOW_MS;
			printed = 0;
			if (leftOut > 0) print(`(${leftOut} lines left out)`);
			leftOut = 0;
		}
		if (printed < perSecond) {
			printed += 1;
			print(line);
		} else leftOut += 1;
	};
}
