import { accuracySituations } from './accuracy.ts';
import { buildSituations } from './builds.ts';
import { percentileSituations } from './percentiles.ts';
import { powerSituations } from './power.ts';
import { rateSituations } from './rates.ts';
import type { Situation } from './situation.ts';
import { speakerSituations } from './speakers.ts';
import { wordSituations } from './words.ts';

export const SEED = 20_261_121;

/** Every row of the table, in its order. */
export function allSituations(): Situation[] {
	return [
		...percentileSituations(),
		...powerSituations(),
		...accuracySituations(),
		...speakerSituations(),
		...rateSituations(),
		...buildSituations(),
		...wordSituations(),
	];
}
