import { figure } from '../../closure/close.ts';
import { median, type Rule } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { powerPicture, savedMw } from '../power-picture.ts';
import { explainedShare, powerShortfall } from '../shortfall.ts';
import { HOLD_HOPS, SILENCE_DB } from '../silence.ts';

/** A silent hop that costs less than this share of a loud one is skipped, whatever its flag says. */
const AS_MUCH = 0.5;

/** Hops of lasting silence are computed in full: nothing gates them. Saved would be all their awake time. */
export const gatingDisabled: Rule = (evidence) => {
	const shortfall = powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds);
	const picture = shortfall === null ? null : powerPicture(evidence);
	if (shortfall === null || picture === null) return null;
	const hops = evidence.hops('power');
	const silent = hops.filter((hop) => hop.silent);
	const loud = hops.filter(({ levelDb, record }) => levelDb !== null && levelDb >= SILENCE_DB && !record.gated);
	const awake = (of: typeof hops) => of.map(({ record }) => record.awakeCycles);
	const loudCost = loud.length === 0 ? 0 : median(awake(loud));
	const computed = silent.filter(({ record }) => !record.gated && record.awakeCycles >= AS_MUCH * loudCost);
	if (computed.length === 0) return null;
	const saved = savedMw(
		picture,
		awake(computed).reduce((sum, ticks) => sum + ticks, 0),
	);
	const beside =
		loud.length === 0 ? '' : `, ${percent(median(awake(computed)) / loudCost)} of a loud one's awake time each`;
	return finding(
		'gating-disabled',
		explainedShare(shortfall, shortfall.value - saved),
		WEIGHT.observed,
		`${computed.length} of ${hops.length} hops lie in silence (below ${SILENCE_DB} dB for ${HOLD_HOPS} hops or more) and are computed in full${beside}; slept through, they would save ${figure(saved)} of ${figure(shortfall.value)} mW, the limit comes down to ${figure(shortfall.limit)} mW`,
	);
};
