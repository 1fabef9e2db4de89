import type { Cell, RunRecord } from '../generated/record.ts';
import { BOARD_SESSIONS } from '../judge/scope.ts';
import { oneLine } from './plain-lines.ts';

/**
 * What a run amounts to, in a sentence. Never claims more than was judged: limits met, of which sessions, on what
 * evidence.
 */
export function closingSentence(record: RunRecord): string {
	const asked = record.cells.filter((cell) => cell.verdict !== 'not-requested');
	const met = asked.filter((cell) => cell.verdict === 'pass' || cell.verdict === 'marginal').length;
	const { status, statusReason } = record.manifest;
	if (status === 'interrupted')
		return `The run was interrupted${statusReason ? ` (${oneLine(statusReason)})` : ''}: nothing was decided. What was captured is in the run folder.`;
	const rigErrors = asked.filter((cell) => cell.verdict === 'rig-error');
	if (status === 'rig-error' || rigErrors.length > 0) {
		const why = statusReason ?? rigErrors[0]?.reason ?? 'see above';
		return `The rig failed, not the device: ${oneLine(why).replace(/[.?!]+$/, '')}. ${rigErrors.length} of ${asked.length} limits could not be judged.`;
	}
	const silicon = asked.filter((cell) => cell.evidence === 'silicon').length;
	const pcOnly =
		asked.some((cell) => cell.evidence === 'host') && asked.every((cell) => (cell.evidence ?? 'host') === 'host');
	const kind = pcOnly
		? 'on this PC, which is evidence for PCs only'
		: silicon === 0
			? 'nothing here is silicon'
			: `${silicon} of ${asked.length} on silicon`;
	if (record.manifest.subset !== null)
		return `Ossicle works. Only clips "${oneLine(record.manifest.subset)}" were asked for, and a part decides none of the ${asked.length} limits.`;
	const others = record.manifest.inputsChanged.filter((path) => path !== 'spec.md').map(oneLine);
	if (others.length > 0)
		return `Nothing was decided: the run did not use ${others.join(', ')} as ${others.length === 1 ? 'it stands' : 'they stand'}.`;
	const devices = new Set(asked.map(({ device }) => device)).size;
	const who = devices === 1 ? 'The device under test meets' : `The ${devices} devices under test meet`;
	const verdict = `Ossicle works. ${who} ${met} of ${asked.length} limits (${claimOf(asked)}; ${kind}).`;
	return pcOnly || silicon === asked.length
		? verdict
		: `${verdict} For sign-off: attach the board and run the same scenario on it with --require-evidence silicon.`;
}

/** What the verdicts are about. */
function claimOf(asked: readonly Cell[]): string {
	const sessions = Math.max(0, ...asked.map((cell) => cell.sessions));
	if (sessions <= 1) return 'this session';
	const judged = asked.filter((cell) => cell.sessions > 0);
	const ofBoard = judged.filter((cell) => cell.scope === 'board').length;
	const mayVary = judged.some(({ evidence }) => evidence === 'silicon' || evidence === 'host');
	const more =
		mayVary && sessions < BOARD_SESSIONS ? `, where ${BOARD_SESSIONS} would speak for any session of it` : '';
	if (ofBoard === 0) return `the worst of ${sessions} sessions${more}`;
	if (ofBoard === judged.length) return `any session of it, judged from ${sessions}`;
	return `${sessions} sessions, ${ofBoard} of ${judged.length} judged for any session of it`;
}
