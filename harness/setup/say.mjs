import { writeSync } from 'node:fs';

/** Set-up talks on stderr only: stdout belongs to the job (`npm start --silent -- --json`). */
export function say(text) {
	writeSync(2, `${text}\n`);
}

/** An end that is explained already; `code` is the exit code. */
export class SetupError extends Error {
	constructor(message, code = 2) {
		super(message);
		this.code = code;
	}
}
