/**
 * An error a person can act on: which thing, what was expected, what was got, and what to do next.
 *
 * Told apart by `code`, never by wording. `kind` decides the exit code and what becomes of a run: `usage` (bad input,
 * exit 2), `rig` (the bench failed, exit 4).
 */
export class OssicleError extends Error {
	readonly code: string;
	readonly kind: 'usage' | 'rig';
	readonly facts: Readonly<Record<string, unknown>>;

	constructor(
		code: string,
		kind: 'usage' | 'rig',
		message: string,
		facts: Record<string, unknown> = {},
		cause?: unknown,
	) {
		super(message, cause === undefined ? undefined : { cause });
		this.name = 'OssicleError';
		this.code = code;
		this.kind = kind;
		this.facts = facts;
	}
}

export function isOssicleError(error: unknown): error is OssicleError {
	return error instanceof OssicleError;
}
