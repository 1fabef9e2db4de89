import { sampleFault } from './sample-fault.ts';
import { distinct, pick, rowsBy, type Samples } from './sample-table.ts';
import type { Statistic } from './statistic.ts';

/** Values of one session, in order of the file, in the limit's unit. */
export interface SessionValues {
	name: string;
	values: Float64Array;
}

/** Fewest sessions that are judged at all, and fewest without the mark `low R`. */
export const FEWEST_SESSIONS = 3;
export const ENOUGH_SESSIONS = 5;
export const LOW_R = 'low R';
/** More names than this are no names of sessions but of rows. */
const MOST_SESSIONS = 2000;

/**
 * The `value` column, session by session; one session where none is named.
 *
 * @param convert to the limit's unit
 * @throws OssicleError `samples` where rows of A and B are mixed
 */
export function sessionValues(
	samples: Samples,
	statistic: Statistic,
	convert: (value: number) => number,
): SessionValues[] {
	refuseMixedArms(samples, statistic);
	const names = distinct(samples, 'session');
	if (names > MOST_SESSIONS)
		throw sampleFault(
			{ source: samples.source, column: 'session' },
			`${names} sessions; ${MOST_SESSIONS} are the most that are judged. A session is a boot, not a row`,
		);
	const values = (samples.numbers.get('value') ?? new Float64Array()).map(convert);
	return rowsBy(samples, 'session').map(({ name, rows }) => ({ name: name ?? 'all rows', values: pick(values, rows) }));
}

/** Rows of two builds are not rows of one. @throws OssicleError `samples` */
export function refuseMixedArms(samples: Samples, statistic: Statistic): void {
	if (distinct(samples, 'arm') < 2) return;
	const advice =
		statistic.kind === 'proportion'
			? "compare them with a limit on the difference, such as --limit '>= -1 pp', and a `pair` column"
			: 'compare them with --stat ratio, or keep one of them';
	throw sampleFault(
		{ source: samples.source, column: 'arm' },
		`there are rows of A and of B, and ${statistic.name} of both together means nothing; ${advice}`,
	);
}

/** What so many sessions let a verdict claim. */
export function sessionScope(sessions: number): string {
	return `sessions like these ${sessions}; what they all shared (board, build, meter) was not varied`;
}

/** What would decide where every value is the same. */
export const VARIATION = { what: 'values that vary: a finer resolution, or real hardware', n: null };

/** Why two sessions are not judged. */
export function tooFewText(sessions: number): string {
	return `${sessions} sessions do not show how much sessions differ; ${FEWEST_SESSIONS} are the fewest that are judged, ${ENOUGH_SESSIONS} carry no mark`;
}

/** How many sessions in all to ask for: never fewer than there are, nor than carry no mark. */
export function sessionsNeeded(sessions: number, needed: number | null): { what: string; n: number } | null {
	return needed === null ? null : { what: 'sessions', n: Math.max(ENOUGH_SESSIONS, sessions + 1, needed) };
}
