/** Refusals shared by the statistics: which argument, what it must be, what it was. All throw RangeError. */

/** An integer count, at least `least`. */
export function checkCount(name: string, value: number, least = 0, most = Number.MAX_SAFE_INTEGER): void {
	if (Number.isSafeInteger(value) && value >= least && value <= most) return;
	const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
	throw new RangeError(`${name}: expected a whole number of at least ${least}${upTo}, got ${value}`);
}

/** A probability strictly between 0 and 1: a level, a quantile, an error rate. */
export function checkOpenShare(name: string, value: number): void {
	if (value > 0 && value < 1) return;
	throw new RangeError(`${name}: expected a number between 0 and 1, both excluded, got ${value}`);
}

/** A probability from 0 to 1. */
export function checkShare(name: string, value: number): void {
	if (value >= 0 && value <= 1) return;
	throw new RangeError(`${name}: expected a number from 0 to 1, got ${value}`);
}

export function checkFinite(name: string, value: number): void {
	if (Number.isFinite(value)) return;
	throw new RangeError(`${name}: expected a finite number, got ${value}`);
}

/** A number above 0; Infinity only where `infinite` says so. */
export function checkPositive(name: string, value: number, infinite = false): void {
	if (value > 0 && (infinite || Number.isFinite(value))) return;
	throw new RangeError(`${name}: expected a number above 0, got ${value}`);
}

/** A standard deviation or uncertainty: finite, 0 or more. */
export function checkSpread(name: string, value: number): void {
	if (value >= 0 && Number.isFinite(value)) return;
	throw new RangeError(`${name}: expected a finite number of 0 or more, got ${value}`);
}

/** At least `least` values, each of them finite. */
export function checkValues(name: string, values: ArrayLike<number>, least = 1): void {
	if (values.length < least) throw new RangeError(`${name}: expected at least ${least} values, got ${values.length}`);
	for (let index = 0; index < values.length; index++) {
		if (!Number.isFinite(values[index]))
			throw new RangeError(`${name}[${index}]: expected a finite number, got ${values[index]}`);
	}
}

/** At least one value, each finite, in ascending order. */
export function checkSorted(name: string, values: ArrayLike<number>): void {
	checkValues(name, values);
	for (let index = 1; index < values.length; index++) {
		if ((values[index] as number) < (values[index - 1] as number))
			throw new RangeError(
				`${name}: expected ascending values, got ${values[index - 1]} before ${values[index]} at index ${index}`,
			);
	}
}
