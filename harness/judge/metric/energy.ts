import type { SpecCell } from '../../generated/spec.ts';
import type { PowerMeasurement } from '../../measure/power.ts';
import type { DeviceContext, Measured } from '../measured.ts';
import { boardMean, type SessionMean, sessionMean } from './mean.ts';

/** Energy from the start of an inference to the start of the next, mJ: one value a session, or one of the board. */
export function energy(
	cell: SpecCell,
	scope: SpecCell['scope'],
	sessions: readonly PowerMeasurement[],
	context: DeviceContext,
): Measured[] {
	const means = sessions.map(meanEnergy);
	const limitMj = cell.limit.value;
	const judged =
		scope === 'session'
			? means.map((mean) => sessionMean(mean, limitMj, 'mJ', context))
			: [boardMean(means, limitMj, 'mJ')];
	return judged.map((each, index) => ({ ...each, composition: compositionOf(sessions[index] as PowerMeasurement) }));
}

function meanEnergy({ energyMj, ...measured }: PowerMeasurement): SessionMean {
	return { ...measured, ...energyMj };
}

function compositionOf({ highMw, energyMj }: PowerMeasurement): string {
	const milliseconds = (1000 * energyMj.high) / highMw;
	return `${Number(highMw.toPrecision(4))} mW for the ${Number(milliseconds.toPrecision(4))} ms from one inference to the next, idle included`;
}
