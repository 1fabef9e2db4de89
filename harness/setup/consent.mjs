/** By convention of shells: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

export const inCi = () => process.env.CI === 'true';

/** Consent given beforehand to install system packages. */
export const hasConsent = () => inCi() || process.env.OSSICLE_YES === '1';

export const onTerminal = () => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks on the terminal; Ctrl-D is no, Ctrl-C ends everything, as it does elsewhere. @param {string} question @param {boolean} byDefault on a bare Enter */
export async function askYesNo(question, byDefault) {
	// Imported late: a Node.js too old to have it is to be told so first.
	const { createInterface } = await import('node:readline/promises');
	const terminal = createInterface({ input: process.stdin, output: process.stderr });
	const interrupted = new AbortController();
	terminal.on('close', () => interrupted.abort());
	terminal.on('SIGINT', () => {
		terminal.close();
		process.stderr.write('\n');
		process.exit(EXIT_INTERRUPTED);
	});
	try {
		const answer = await terminal.question(`${question} [${byDefault ? 'Y/n' : 'y/N'}] `, {
			signal: interrupted.signal,
		});
		return answer.trim() === '' ? byDefault : /^y(es)?$/i.test(answer.trim());
	} catch {
		return false;
	} finally {
		terminal.close();
	}
}
