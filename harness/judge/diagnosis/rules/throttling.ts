import { clockChecks, clockNote } from '../../../measure/clock-check.ts';
import { figure } from '../../closure/close.ts';
import { median, type Rule, stageTicks } from '../evidence.ts';
import { finding, WEIGHT } from '../finding.ts';

/** Cycles a hop within this from first to last clip are the same work. */
const SAME_WORK = 0.02;
const LEAST_FALL = 0.01;

/**
 * The clock is slower after the clips than before them, while a hop takes as many cycles as ever: the silicon throttles.
 * Beside the clock check's own finding, which sees the rate only.
 */
export const throttling: Rule = (evidence) => {
	const [session] = evidence.sessions;
	if (session === undefined || evidence.facts.evidence !== 'silicon') return null;
	if (clockNote(session, evidence.facts) !== null) return null;
	const checks = clockChecks(session, evidence.facts);
	const [before, after] = [checks[0], checks.at(-1)];
	if (before === undefined || after === undefined || before === after) return null;
	// Brackets that overlap prove nothing.
	if (!(after.highHz < before.lowHz * (1 - LEAST_FALL))) return null;
	const hops = session.clips
		.filter(({ problems }) => problems.length === 0)
		.map(({ inferences }) => inferences.map(stageTicks));
	const third = Math.ceil(hops.length / 3);
	const early = median(hops.slice(0, third).flat());
	const late = median(hops.slice(-third).flat());
	if (!(Math.abs(late / early - 1) <= SAME_WORK)) return null;
	return finding(
		'thermal-throttling',
		1,
		WEIGHT.inferred,
		`a hop takes ${figure(late)} cycles at the end as at the beginning (${figure(early)}), but the clock fell from ${figure(before.estimateHz / 1e6)} to ${figure(after.estimateHz / 1e6)} MHz: the chip throttles (heat, supply) or was set to a lower clock`,
	);
};
