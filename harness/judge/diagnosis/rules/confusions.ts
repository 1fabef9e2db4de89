import { plain } from '../../plain.ts';
import { type Decided, decisionsOf, isWrong, missingDecisions } from '../decisions.ts';
import type { Rule } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { upperTail } from '../hypergeometric.ts';

/** Chance, over all groups looked at, that errors gather so in one of them by themselves. */
const ALPHA = 0.05;
/** Share of all decisions that go to one label although it is the label of far fewer clips. */
const COLLAPSED = 0.5;

/** Most clips are decided as one label: the model is not listening, or its output is stuck. */
export const decisionsCollapse: Rule = (evidence) => {
	const decisions = decisionsOf(evidence);
	const missing = missingDecisions(evidence, decisions);
	if (missing === null) return null;
	const [favourite] = groups(decisions, ({ decided }) => decided);
	if (favourite === undefined) return null;
	const [label, members] = favourite;
	const own = decisions.filter((each) => each.label === label).length;
	if (members.length < COLLAPSED * decisions.length || members.length < 2 * own) return null;
	const wrong = members.filter(isWrong).length;
	return finding(
		'decisions-collapse',
		missing.certainty * Math.min(1, wrong / missing.missing),
		WEIGHT.inferred,
		`${members.length} of ${decisions.length} clips are decided "${plain(label)}", the label of ${own}: the model hardly depends on what it hears (state not updated, wrong weights, input missing or of the wrong scale)`,
	);
};

/** Wrong decisions gather in one label. */
export const labelConfusion: Rule = (evidence) => {
	const decisions = decisionsOf(evidence);
	const missing = missingDecisions(evidence, decisions);
	const gathered = missing === null ? null : gathering(decisions, ({ label }) => label);
	if (missing === null || gathered === null) return null;
	const { name, wrong, members, probability } = gathered;
	const [taken] = groups(members.filter(isWrong), ({ decided }) => decided);
	return finding(
		'label-confusion',
		missing.certainty * Math.min(1, wrong / missing.missing),
		WEIGHT.suggestive,
		`${wrong} of ${decisions.filter(isWrong).length} wrong clips are "${plain(name)}" (${wrong} of its ${members.length}), most often taken for "${plain(taken?.[0] ?? '')}" (${taken?.[1].length ?? 0}); by chance so many gather with p = ${probability.toPrecision(1)}`,
	);
};

/** Wrong decisions gather in one speaker's clips. */
export const speakerConfusion: Rule = (evidence) => {
	const decisions = decisionsOf(evidence).filter(({ speaker }) => speaker !== null);
	const missing = missingDecisions(evidence, decisions);
	const gathered = missing === null ? null : gathering(decisions, ({ speaker }) => speaker ?? '');
	if (missing === null || gathered === null) return null;
	const { name, wrong, members, probability } = gathered;
	const others = decisions.length - members.length;
	const elsewhere = decisions.filter(isWrong).length - wrong;
	return finding(
		'speaker-confusion',
		missing.certainty * Math.min(1, wrong / missing.missing),
		WEIGHT.suggestive,
		`speaker "${plain(name)}" is misheard in ${wrong} of ${members.length} clips (${percent(wrong / members.length)}), all others in ${elsewhere} of ${others}; p = ${probability.toPrecision(1)}: voices like it are missing in training, or its recordings differ`,
	);
};

/** The same clip is decided differently in different sessions: what a deterministic model on sound hardware never does. */
export const decisionsVary: Rule = (evidence) => {
	const decisions = decisionsOf(evidence);
	const missing = missingDecisions(evidence, decisions);
	if (missing === null || evidence.sessions.length < 2) return null;
	const flipping = groups(decisions, ({ name }) => name).filter(
		([, members]) => new Set(members.map(({ decided }) => decided)).size > 1,
	);
	const [first] = flipping;
	if (first === undefined) return null;
	const lost = flipping.flatMap(([, members]) => members).filter(isWrong).length;
	const words = [...new Set(first[1].map(({ decided }) => `"${plain(decided)}"`))].join(', ');
	return finding(
		'decisions-vary',
		missing.certainty * Math.min(1, lost / missing.missing),
		WEIGHT.observed,
		`${flipping.length} clips are decided differently from session to session, ${plain(first[0])} as ${words}: memory that is not initialised, a race, or hardware at its limits (supply, temperature)`,
	);
};

/** Largest group first. */
function groups(decisions: readonly Decided[], keyOf: (decided: Decided) => string): [string, Decided[]][] {
	const found = new Map<string, Decided[]>();
	for (const each of decisions) found.set(keyOf(each), [...(found.get(keyOf(each)) ?? []), each]);
	return [...found].sort((a, b) => b[1].length - a[1].length);
}

/** The group in which errors gather most, if that is no chance: Fisher's exact test, Bonferroni over the groups. */
function gathering(decisions: readonly Decided[], keyOf: (decided: Decided) => string) {
	const all = decisions.length;
	const marked = decisions.filter(isWrong).length;
	const found = groups(decisions, keyOf);
	if (found.length < 2) return null;
	const [most] = found
		.map(([name, members]) => {
			const wrong = members.filter(isWrong).length;
			return { name, members, wrong, probability: found.length * upperTail(wrong, members.length, marked, all) };
		})
		.sort((a, b) => a.probability - b.probability);
	return most !== undefined && most.wrong >= 2 && most.probability <= ALPHA ? most : null;
}
