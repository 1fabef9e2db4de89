import { figure } from '../../closure/close.ts';
import { median, type Rule } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { powerPicture, savedMw } from '../power-picture.ts';
import { explainedShare, powerShortfall } from '../shortfall.ts';

/** Timestep of liquid-audio-nets for a complexity of 0, tenths of a millisecond: what silence is worth there. */
const LONGEST_STEP = 500;
/** Loudest and quietest hop must be so far apart, dB, before a timestep ought to have moved. */
const LEAST_RANGE_DB = 20;
const CELL = /cell|solver|ode|recurrent|rnn|liquid/i;

/**
 * The solver's timestep is the same in every hop although the audio goes from silence to speech: nothing adapts it. What it
 * could save is reckoned over the silent hops, where the cell could run every 50 ms.
 */
export const timestepConstant: Rule = (evidence) => {
	const shortfall = powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds);
	const picture = shortfall === null ? null : powerPicture(evidence);
	const hops = evidence.hops('power');
	if (shortfall === null || picture === null || hops.length === 0) return null;
	const steps = new Set(hops.map(({ record }) => record.timestep));
	const [step = 0] = steps;
	const levels = hops.flatMap(({ levelDb }) => (levelDb === null ? [] : [levelDb])).sort((a, b) => a - b);
	const [quietest = 0, loudest = 0] = [levels[0], levels.at(-1)];
	if (steps.size !== 1 || step === 0 || step >= LONGEST_STEP || loudest - quietest < LEAST_RANGE_DB) return null;
	const cell = evidence.stages.findIndex((name) => CELL.test(name));
	if (cell < 0) return null;
	const silent = hops.filter((hop) => hop.silent && !hop.record.gated);
	const ticks = silent.reduce((sum, { record }) => sum + (record.stageCycles[cell] ?? 0), 0);
	const saved = savedMw(picture, ticks * (1 - step / LONGEST_STEP));
	return finding(
		'timestep-not-adapting',
		explainedShare(shortfall, shortfall.value - saved),
		WEIGHT.inferred,
		`the timestep is ${figure(step / 10)} ms in all ${hops.length} hops, though their level goes from ${Math.round(quietest)} to ${Math.round(loudest)} dB (median ${Math.round(median(levels))}); at 50 ms in the ${silent.length} silent ones the cell would save ${figure(saved)} of ${figure(shortfall.value)} mW (${percent(saved / shortfall.value)})`,
	);
};
