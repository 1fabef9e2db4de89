import { figure } from '../../closure/close.ts';
import { plain } from '../../plain.ts';
import { decisionsOf, isWrong, missingDecisions } from '../decisions.ts';
import { median, type Rule } from '../evidence.ts';
import { finding, WEIGHT } from '../finding.ts';

/** Of the usual lead of a right decision. */
const NARROW = 0.15;

/** Errors that were lost clearly: the model, or what it is given, is wrong there, and no rounding. */
export const clearErrors: Rule = (evidence) => {
	const decisions = decisionsOf(evidence);
	const missing = missingDecisions(evidence, decisions);
	if (missing === null) return null;
	const wrong = decisions.filter(isWrong);
	const usual = median(decisions.filter((each) => !isWrong(each)).map(({ lead }) => lead));
	const clear = wrong.filter(({ lost }) => !(lost <= NARROW * usual));
	if (clear.length === 0) return null;
	const labels = new Set(clear.map(({ label }) => label)).size;
	return finding(
		'model-errors',
		missing.certainty * Math.min(1, clear.length / missing.missing),
		WEIGHT.descriptive,
		`${clear.length} of ${wrong.length} wrong clips, of ${labels} ${labels === 1 ? 'label' : 'labels'}, were lost clearly (by ${figure(median(clear.map(({ lost }) => lost)))} in the median; right ones lead by ${figure(usual)}): the model or its training, not rounding`,
	);
};

/**
 * Clips lost by a hair: the right label came second, so close that rounding decides. What quantisation (or a wrong output
 * scale) does to a sound model; a model that is wrong loses clearly.
 */
export const quantisationFlips: Rule = (evidence) => {
	const decisions = decisionsOf(evidence);
	const missing = missingDecisions(evidence, decisions);
	if (missing === null) return null;
	const wrong = decisions.filter(isWrong);
	const usual = median(decisions.filter((each) => !isWrong(each)).map(({ lead }) => lead));
	// Lost to the right label alone: it is the second best, and close.
	const narrow = wrong.filter(({ lost, lead }) => lost <= NARROW * usual && lost <= lead);
	if (narrow.length === 0) return null;
	const [closest] = [...narrow].sort((a, b) => a.lost - b.lost);
	return finding(
		'quantisation-flips',
		missing.certainty * Math.min(1, narrow.length / missing.missing),
		WEIGHT.suggestive,
		`${narrow.length} of ${wrong.length} wrong clips were lost by less than ${Math.round(100 * NARROW)} % of the usual lead (${figure(usual)}), ${plain(closest?.name ?? '')} by ${figure(closest?.lost ?? Number.NaN)}: small errors decide them, as quantisation makes`,
	);
};
