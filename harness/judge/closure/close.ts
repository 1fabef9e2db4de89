/** A figure that does not follow from the figures it stands beside. */
export interface ClosureFault {
	/** Which closure is broken: `stages and total`, `realtime factor`, ... */
	closure: string;
	/** What is stated, and what follows from the other figures, both in `unit`. */
	stated: number;
	follows: number;
	/** Largest difference that would have been let pass, in `unit`. */
	tolerance: number;
	unit: string;
	/** The arithmetic, as a sentence. */
	text: string;
}

/** One closure worked out, whether it holds or not. */
export interface Closure extends ClosureFault {
	holds: boolean;
}

export interface ClosureInput {
	closure: string;
	stated: number;
	follows: number;
	tolerance: number;
	unit: string;
	/** How `follows` came about, as a formula: `150 + 80 + 450`. */
	formula: string;
	/** Appended to a broken closure: what may lie behind it. */
	hint?: string;
}

/** Works a closure out. Anything that is no finite number does not close. */
export function close({ closure, stated, follows, tolerance, unit, formula, hint }: ClosureInput): Closure {
	const off = Math.abs(stated - follows);
	const holds = Number.isFinite(off) && off <= tolerance;
	const withUnit = (value: number) =>
		unit === '' ? figure(value) : unit === 'x' ? `${figure(value)}x` : `${figure(value)} ${unit}`;
	const relative = follows === 0 ? '' : ` (${figure((100 * off) / Math.abs(follows))} %)`;
	const text = holds
		? `${formula} = ${withUnit(follows)}; ${withUnit(stated)} is stated`
		: `${formula} = ${withUnit(follows)}, but ${withUnit(stated)} is stated: off by ${withUnit(off)}${relative}, ${withUnit(tolerance)} allowed${hint === undefined ? '' : `; ${hint}`}`;
	return { closure, stated, follows, tolerance, unit, text, holds };
}

/** A number for people: four significant digits, whole numbers in full, no exponent below 1e15. */
export function figure(value: number): string {
	if (!Number.isFinite(value)) return String(value);
	return String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4)));
}

/**
 * Half a unit of the last digit a figure is written with: 7.9 may be anything from 7.85 to 7.95, 12 from 11.5 to 12.5.
 * Trailing zeros are lost in JSON, so 0.10 counts as 0.1.
 */
export function roundingOf(value: number): number {
	const [mantissa = '', exponent = '0'] = String(value).split('e');
	const decimals = mantissa.split('.')[1]?.length ?? 0;
	return 0.5 * 10 ** (Number(exponent) - decimals);
}
