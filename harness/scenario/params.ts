import { OssicleError } from '../error.ts';
import type { ListedParam } from '../generated/clips.ts';
import { suggestion } from './nearest.ts';

/** Values as on the wire, by name. */
export type ParamValues = Readonly<Record<string, number>>;

const NAME = /^[a-z0-9.-]{1,32}$/;
const INTEGER = /^[+-]?\d{1,10}$/;
const MOST_PARAMS = 32;
const LEAST = -(2 ** 31);
const MOST = 2 ** 31 - 1;

/** Words that stand for values of a parameter; what stands first is what a value is shown as. */
const WORDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
	solver: { euler: 0, heun: 1, rk4: 2, 'adaptive-heun': 3 },
	timestep: { adaptive: 0 },
	gating: { off: 0, on: 1 },
	scaling: { off: 0, on: 1 },
};

const MILLISECONDS = /^(\d{1,4}(?:\.\d)?)\s*ms$/;
/** The wire has tenths of a millisecond. */
const TENTHS = 10;

/**
 * One parameter as people write it: a known word (`rk4`, `adaptive`, `on`), a time (`16 ms`), else a whole number.
 *
 * @param where the place to name in an error: `--param`, or file and line
 * @returns its value as on the wire
 * @throws OssicleError `param` (usage)
 */
export function parseParam(name: string, written: string | number, where: string): number {
	if (!NAME.test(name))
		throw refused(where, `\`${name}\` is no name of a parameter: expected 1 to 32 of a-z, 0-9, dot and hyphen.`, name);
	const text = String(written).trim();
	const words = Object.hasOwn(WORDS, name) ? (WORDS[name] ?? {}) : {};
	if (Object.hasOwn(words, text)) return words[text] as number;
	if (name === 'timestep') return timestepOf(text, where);
	const value = INTEGER.test(text) ? Number(text) : Number.NaN;
	if (value >= LEAST && value <= MOST) return value;
	const known = Object.keys(words);
	throw refused(
		where,
		known.length === 0
			? `${name} is \`${text}\`: expected a whole number of 32 bits.`
			: `${name} is \`${text}\`: ${suggestion(text, known)}`,
		name,
	);
}

/** `16` alone would be 16 tenths of a millisecond on the wire, which nobody means who writes it. */
function timestepOf(text: string, where: string): number {
	const [, milliseconds] = MILLISECONDS.exec(text) ?? [];
	const tenths = milliseconds === undefined ? 0 : Math.round(TENTHS * Number(milliseconds));
	if (tenths > 0) return tenths;
	throw refused(
		where,
		`timestep is \`${text}\`: expected \`adaptive\`, or milliseconds with their unit, as in \`16 ms\` or \`0.5ms\`.`,
		'timestep',
	);
}

/** `solver rk4`, `timestep 8 ms`, `gating off`, `spin.cell 1000`: a parameter for people. */
export function paramText({ name, value }: Pick<ListedParam, 'name' | 'value'>): string {
	const words = Object.hasOwn(WORDS, name) ? (WORDS[name] ?? {}) : {};
	const word = Object.keys(words).find((candidate) => words[candidate] === value);
	if (word !== undefined) return `${name} ${word}`;
	return name === 'timestep' ? `${name} ${value / TENTHS} ms` : `${name} ${value}`;
}

/**
 * `--param name=value`, any number of them.
 * @throws OssicleError `param` (usage) for one without `=`, and for one that is given twice
 */
export function parseParamOptions(given: readonly string[]): Record<string, number> {
	const values: Record<string, number> = {};
	for (const text of given) {
		const cut = text.indexOf('=');
		if (cut === -1) throw refused('--param', `\`${text}\` has no value: expected one such as solver=rk4.`, text);
		const name = text.slice(0, cut).trim();
		if (Object.hasOwn(values, name)) throw refused('--param', `${name} is given twice.`, name);
		values[name] = parseParam(name, text.slice(cut + 1), '--param');
	}
	return values;
}

/**
 * What each device is set to, frozen for a run: the scenario's own values, and over them those somebody asked for.
 * @throws OssicleError `param` (usage) for what is no 32-bit number, and for too many
 */
export function listedParams(scenario: ParamValues, overriding: ParamValues = {}): ListedParam[] {
	const names = [...new Set([...Object.keys(scenario), ...Object.keys(overriding)])];
	if (names.length > MOST_PARAMS)
		throw refused('--param', `${names.length} parameters are set; at most ${MOST_PARAMS} can be.`, '');
	return names.map((name) => {
		const own = scenario[name];
		const value = overriding[name] ?? own ?? Number.NaN;
		if (!NAME.test(name) || !Number.isInteger(value) || value < LEAST || value > MOST)
			throw refused('--param', `${name} = ${value} is no parameter: expected a whole number of 32 bits.`, name);
		return { name, value, overridden: Object.hasOwn(overriding, name) && value !== own };
	});
}

function refused(where: string, text: string, name: string): OssicleError {
	return new OssicleError('param', 'usage', `${where}: ${text}`, { name });
}
