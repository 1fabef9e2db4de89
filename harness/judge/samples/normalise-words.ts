import { createHash } from 'node:crypto';
import { optionFault } from './sample-fault.ts';

/** One step: every match of `pattern` becomes `to`; `lower-case` and `NFKC` are what Unicode calls them. */
type Step = 'lower-case' | 'NFKC' | { pattern: string; to: string };

/**
 * How text becomes words before errors are counted. A word error rate means something only beside its normaliser: the same
 * transcripts give another rate under another one. Any change of the steps needs a new version.
 */
const NORMALISERS: Readonly<Record<string, { version: number; steps: readonly Step[] }>> = {
	none: { version: 1, steps: [] },
	basic: {
		version: 1,
		steps: [
			'NFKC',
			'lower-case',
			{ pattern: '[\u2018\u2019\u02bc]', to: "'" },
			// An apostrophe inside a word is part of it (don't); all other punctuation parts words.
			{ pattern: "(?<![\\p{L}\\p{N}])'|'(?![\\p{L}\\p{N}])|(?!')[\\p{P}\\p{S}]", to: ' ' },
		],
	},
};

export interface Normaliser {
	name: string;
	version: number;
	/** SHA-256 of name, version and steps: two rates may be compared when it is the same. */
	sha256: string;
	/** Words of a text: normalised, then parted at white space. */
	words(text: string): string[];
}

/** @throws OssicleError `option` for a name we do not know */
export function normaliserOf(name: string): Normaliser {
	const found = Object.hasOwn(NORMALISERS, name) ? NORMALISERS[name] : undefined;
	if (found === undefined) {
		throw optionFault('--normalise', `no normaliser "${name}"; known: ${Object.keys(NORMALISERS).join(', ')}`);
	}
	const { version, steps } = found;
	const run = steps.map(asFunction);
	return {
		name,
		version,
		sha256: createHash('sha256').update(JSON.stringify({ name, version, steps })).digest('hex'),
		words: (text) => {
			const normalised = run.reduce((before, step) => step(before), text).trim();
			return normalised === '' ? [] : normalised.split(/\s+/u);
		},
	};
}

function asFunction(step: Step): (text: string) => string {
	if (step === 'lower-case') return (text) => text.toLowerCase();
	if (step === 'NFKC') return (text) => text.normalize('NFKC');
	const pattern = new RegExp(step.pattern, 'gu');
	return (text) => text.replace(pattern, step.to);
}
