import { readFileSync } from 'node:fs';

/** Version of this Ossicle, from package.json. */
export const OSSICLE_VERSION: string = (
	JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
