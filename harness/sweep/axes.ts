/** Axes of a sweep as they are written on the command line. Pure. */
import { OssicleError } from '../error.ts';
import { SOLVERS, type Solver } from '../model/lnn-layout.ts';
import { suggestion } from '../scenario/nearest.ts';

const LEAST_TIMESTEP_MS = 1;
const MOST_TIMESTEP_MS = 50;
const HERTZ: Readonly<Record<string, number>> = { mhz: 1e6, khz: 1e3, hz: 1 };

/** `euler,rk4`; `adaptive-heun` is `adaptive_heun`. @throws OssicleError `option` (usage) */
export function parseSolvers(words: readonly string[]): Solver[] {
	return unique(
		words.map((word) => {
			const name = word.trim().toLowerCase().replaceAll('-', '_');
			const known = SOLVERS.find((solver) => solver === name);
			if (known !== undefined) return known;
			throw optionFault('--solver', `a solver (${SOLVERS.join(', ')})`, word, suggestion(name, SOLVERS));
		}),
	);
}

/** `adaptive` (null), `16ms`, `0.5 ms` is refused: the firmware takes 1 to 50 ms in tenths. @returns ms */
export function parseTimesteps(words: readonly string[]): (number | null)[] {
	return unique(
		words.map((word) => {
			if (word.trim().toLowerCase() === 'adaptive') return null;
			const [, digits] = /^\s*(\d{1,3}(?:\.\d)?)\s*ms\s*$/i.exec(word) ?? [];
			const ms = Number(digits);
			if (digits !== undefined && ms >= LEAST_TIMESTEP_MS && ms <= MOST_TIMESTEP_MS) return ms;
			const expected = `\`adaptive\`, or ${LEAST_TIMESTEP_MS}ms to ${MOST_TIMESTEP_MS}ms in tenths, such as 16ms`;
			throw optionFault('--timestep', expected, word);
		}),
	);
}

/** `168MHz`, or `168` for the same. @returns Hz */
export function parseClocks(words: readonly string[]): number[] {
	return unique(
		words.map((word) => {
			const [, digits, unit = 'MHz'] = /^\s*(\d{1,10}(?:\.\d{1,6})?)\s*([kM]?Hz)?\s*$/i.exec(word) ?? [];
			const hz = Math.round(Number(digits) * (HERTZ[unit.toLowerCase()] ?? Number.NaN));
			if (digits !== undefined && hz > 0) return hz;
			throw optionFault('--clock', 'a clock such as 168MHz', word);
		}),
	);
}

/** Twice the same is a slip of the hand, not twice the work. */
function unique<T>(values: readonly T[]): T[] {
	return [...new Set(values)];
}

function optionFault(option: string, expected: string, got: string, hint = ''): OssicleError {
	const end = hint === '' ? '.' : `; ${hint}`;
	return new OssicleError('option', 'usage', `${option}: expected ${expected}, got \`${got}\`${end}`, { option, got });
}
