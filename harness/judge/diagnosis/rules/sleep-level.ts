import { figure } from '../../closure/close.ts';
import type { Rule } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { declaredSleepMw, powerPicture } from '../power-picture.ts';
import { explainedShare, powerShortfall } from '../shortfall.ts';

/** Above the data sheet's typical figure, this is more than parts differ by. */
const CLEARLY_ABOVE = 1.3;

/** Asleep, the board alone draws more than the limit: no change to what it computes can meet it. */
export const sleepFloor: Rule = (evidence) => {
	const shortfall = powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds);
	const picture = shortfall === null ? null : powerPicture(evidence);
	if (shortfall === null || picture === null || picture.sleepMw === null) return null;
	const { sleepMw } = picture;
	// Where the data sheet promises less than the limit, something is awake that need not be: that is no floor.
	const floorMw = Math.min(sleepMw, declaredSleepMw(evidence.facts) ?? sleepMw);
	if (!(floorMw > shortfall.limit)) return null;
	const volts = evidence.facts.power?.supplyVolts ?? 0;
	const needed = volts > 0 ? ` (${figure(shortfall.limit / volts)} mA at ${figure(volts)} V)` : '';
	return finding(
		'sleep-floor',
		// What stays over the limit when it never computes.
		explainedShare(shortfall, shortfall.value - (floorMw - shortfall.limit)),
		WEIGHT.observed,
		`asleep it draws ${figure(sleepMw)} mW, and the limit comes down to ${figure(shortfall.limit)} mW${needed}: sleeping all the time would still miss it, so no code that computes less can meet it; only a deeper sleep mode, a lower clock or other hardware can`,
	);
};

/** Asleep, the board draws more than its data sheet says of the core: something else is awake. */
export const peripheralsAwake: Rule = (evidence) => {
	const shortfall = powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds);
	const declared = declaredSleepMw(evidence.facts);
	const picture = shortfall === null || declared === null ? null : powerPicture(evidence);
	if (shortfall === null || declared === null || picture === null || picture.sleepMw === null) return null;
	const { sleepMw, awake } = picture;
	if (!(sleepMw > CLEARLY_ABOVE * declared)) return null;
	const saved = (1 - awake) * (sleepMw - declared);
	return finding(
		'peripherals-awake',
		explainedShare(shortfall, shortfall.value - saved),
		WEIGHT.inferred,
		`asleep it draws ${figure(sleepMw)} mW, ${percent(sleepMw / declared - 1)} more than the ${figure(declared)} mW declared for it: clocks of unused peripherals, floating pins, a regulator or a debugger awake? That is ${figure(saved)} of ${figure(shortfall.value)} mW`,
	);
};
