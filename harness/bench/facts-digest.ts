/** Do two machines mean the same device by an id? Told by a digest of what a verdict is computed from. */
import { createHash } from 'node:crypto';
import type { DeviceFacts } from '../generated/device.ts';

/**
 * SHA-256 (lower-case hex) of the facts, whatever the order of their keys. How a device is reached (`link`, `flash`) and what
 * people call it (`name`) is each bench's own business and left out.
 */
export function factsDigest(facts: DeviceFacts): string {
	const { link: _, flash: __, name: ___, ...judged } = facts;
	return createHash('sha256').update(canonicalJson(judged)).digest('hex');
}

/** JSON without white space, the keys of every object sorted by code unit; absent and `undefined` are the same. */
function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const fields = Object.entries(value).filter(([, field]) => field !== undefined);
	// No locale decides: the digest is compared with that of another machine.
	fields.sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}
