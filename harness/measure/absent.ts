/**
 * Why there is no number. `not-measured`: this rig cannot know it, or was not asked in a way that tells it.
 * `rig-error`: the bench failed, and what it did deliver must not be used.
 */
export interface Absent {
	absent: 'not-measured' | 'rig-error';
	reason: string;
}

export function notMeasured(reason: string): Absent {
	return { absent: 'not-measured', reason };
}

export function rigError(reason: string): Absent {
	return { absent: 'rig-error', reason };
}

export function isAbsent(value: object): value is Absent {
	return 'absent' in value;
}
