/** Do two machines mean the same device by an id? Told by a digest of what a verdict is computed from. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceFacts } from '../generated/device.ts';

const PLUGIN_FOLDER = fileURLToPath(new URL('../../devices/emulated/cycle-plugin', import.meta.url));
/** Sources of the cycle model: what it counts, and what each instruction costs. */
const PLUGIN_SOURCES = ['account.c', 'cost.c', 'encodings.inc', 'plugin.c'];

/**
 * SHA-256 (lower-case hex) of the facts, whatever the order of their keys. How a device is reached (`link`, `flash`) and what
 * people call it (`name`) is each bench's own business and left out. Where a cycle model estimates its time, the model's
 * sources belong to the facts: it runs on the bench's machine, built there.
 */
export function factsDigest(facts: DeviceFacts): string {
	const { link: _, flash: __, name: ___, ...judged } = facts;
	const hash = createHash('sha256').update(canonicalJson(judged));
	if (facts.model?.cycles !== undefined)
		for (const name of PLUGIN_SOURCES) hash.update(`\n${name}\n`).update(readFileSync(path.join(PLUGIN_FOLDER, name)));
	return hash.digest('hex');
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
