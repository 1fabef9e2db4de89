import type { Evidence } from './evidence.ts';
import { shortfallOf } from './shortfall.ts';

/** One decision of one session. */
export interface Decided {
	name: string;
	label: string;
	decided: string;
	speaker: string | null;
	session: number;
	/** By how much the best score beats the second, and by how much it beats that of the right label; score units. */
	lead: number;
	/** 0 where the decision is right. */
	lost: number;
}

/** All decisions on labelled clips that count, of all sessions. */
export function decisionsOf(evidence: Evidence): Decided[] {
	return evidence.clips('accuracy').flatMap((clips, session) => {
		const labels = evidence.sessions[session]?.hello?.labels ?? [];
		return clips.flatMap(({ listed, decision }) => {
			const decided = labels[decision.label];
			if (listed.label === null || decided === undefined) return [];
			const best = decision.scores[decision.label] ?? Number.NaN;
			const second = Math.max(...decision.scores.filter((_, index) => index !== decision.label));
			const right = decision.scores[labels.indexOf(listed.label)] ?? Number.NaN;
			const { name, label, speaker = null } = listed;
			return [{ name, label, decided, speaker, session, lead: best - second, lost: best - right }];
		});
	});
}

export function isWrong({ label, decided }: Decided): boolean {
	return label !== decided;
}

/**
 * How many decisions more would have had to be right, of those given; at least one where the cell is not met. Null where
 * the cell is no accuracy cell, or is met.
 */
export function missingDecisions(
	evidence: Evidence,
	decisions: readonly Decided[],
): { missing: number; certainty: number } | null {
	const shortfall = evidence.cell.metric === 'accuracy' ? shortfallOf(evidence.cell) : null;
	if (shortfall === null || decisions.length === 0) return null;
	const gap = ((shortfall.limit - shortfall.value) / 100) * decisions.length;
	return { missing: Math.max(1, Math.ceil(gap - 1e-9)), certainty: shortfall.certainty };
}
