import { figure } from '../../closure/close.ts';
import { type Rule, stageTicks } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { powerPicture, savedMw } from '../power-picture.ts';
import { explainedShare, powerShortfall } from '../shortfall.ts';

/** Less awake time outside of the stages is what waking up costs. */
const OVERHEAD = 0.1;

/** Awake without computing: the core waits in a loop, or interrupts keep it up. */
export const awakeIdle: Rule = (evidence) => {
	const shortfall = powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds);
	const picture = shortfall === null ? null : powerPicture(evidence);
	const hops = evidence.hops('power');
	if (shortfall === null || picture === null || hops.length === 0) return null;
	const awake = hops.reduce((sum, { record }) => sum + record.awakeCycles, 0);
	const idle = awake - hops.reduce((sum, { record }) => sum + stageTicks(record), 0);
	if (!(idle > OVERHEAD * awake)) return null;
	const irq = hops.reduce((sum, { record }) => sum + record.irqCycles, 0);
	const saved = savedMw(picture, idle);
	const never = picture.sleepMw === null ? 'it never sleeps' : `it sleeps ${percent(1 - picture.awake)} of the time`;
	const interrupts = irq > 0 ? `, ${percent(irq / awake)} of it interrupts` : '';
	return finding(
		'awake-idle',
		explainedShare(shortfall, shortfall.value - saved),
		WEIGHT.observed,
		`${percent(idle / awake)} of its awake time is in no stage${interrupts}, and ${never}: waiting asleep would save ${figure(saved)} of ${figure(shortfall.value)} mW`,
	);
};

/** Where the power goes when nothing else stands out: how long it may be awake at all. */
export const awakeTooLong: Rule = (evidence) => {
	const shortfall = powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds);
	const picture = shortfall === null ? null : powerPicture(evidence);
	if (shortfall === null || picture === null || picture.runMw === null) return null;
	const { floorMw, runMw, awake } = picture;
	const allowed = (shortfall.limit - floorMw) / (runMw - floorMw);
	if (!(allowed > 0 && allowed < awake)) return null;
	return finding(
		'awake-too-long',
		explainedShare(shortfall, shortfall.limit),
		WEIGHT.descriptive,
		`awake ${percent(awake)} of the time at ${figure(runMw)} mW, else ${figure(floorMw)} mW asleep; ${figure(shortfall.limit)} mW allows ${percent(allowed)}: it must compute ${figure(awake / allowed)} times less, or as much faster at the same current`,
	);
};
