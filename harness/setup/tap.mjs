/**
 * Reads AVA's TAP (`ava --tap`), line by line. The summary at its end is compared with the lines before it: where they
 * disagree, or the summary is missing, something crashed, and that is a failure.
 *
 * @param {{ onTest?: (test: { kind: 'passed' | 'failed' | 'skipped', title: string, details: string[] }) => void }} options
 */
export function tapReader({ onTest = () => {} } = {}) {
	const seen = { passed: 0, failed: 0, skipped: 0 };
	const summary = { tests: null, pass: null, skip: 0, fail: null };
	let pending = null;
	let rest = '';

	const flush = () => {
		if (pending !== null) onTest(pending);
		pending = null;
	};
	const line = (text) => {
		const test = /^(not ok|ok) \d+ - (.*)$/.exec(text);
		if (test !== null) {
			flush();
			const skipped = / # SKIP$/.test(test[2]);
			const kind = test[1] === 'not ok' ? 'failed' : skipped ? 'skipped' : 'passed';
			seen[kind] += 1;
			pending = { kind, title: test[2].replace(/ # (SKIP|TODO)$/, ''), details: [] };
			return;
		}
		const total = /^# (tests|pass|skip|fail) (\d+)$/.exec(text);
		if (total !== null) {
			flush();
			summary[total[1]] = Number(total[2]);
		} else if (pending !== null && text.startsWith(' ')) pending.details.push(text);
		else if (pending !== null && text.startsWith('#   ')) pending.details.push(text);
	};

	return {
		/** @param {string} chunk */
		push(chunk) {
			const lines = (rest + chunk).split('\n');
			rest = lines.pop() ?? '';
			for (const each of lines) line(each);
		},
		/**
		 * @param {number | null} exitCode AVA's
		 * @returns {{ passed: number, failed: number, skipped: number, trouble: string | null }}
		 */
		end(exitCode) {
			if (rest !== '') line(rest);
			flush();
			const trouble = whatIsWrong(seen, summary, exitCode);
			const failed = Math.max(seen.failed, summary.fail ?? 0);
			return { ...seen, failed: failed === 0 && trouble !== null ? 1 : failed, trouble };
		},
	};
}

function whatIsWrong(seen, summary, exitCode) {
	if (summary.tests === null || summary.pass === null || summary.fail === null) return 'AVA ended without its summary';
	if (seen.passed + seen.failed === 0) return 'AVA ran no test';
	if (seen.passed !== summary.pass || seen.skipped !== summary.skip) {
		return `AVA listed ${seen.passed} passed and ${seen.skipped} skipped tests but counted ${summary.pass} and ${summary.skip}`;
	}
	if (summary.fail > seen.failed) return `${summary.fail - seen.failed} tests neither passed nor failed by name`;
	if (exitCode !== 0 && seen.failed === 0)
		return `AVA ended with status ${exitCode ?? 'of a signal'} though no test failed`;
	if (exitCode === 0 && seen.failed > 0) return 'AVA ended well though tests failed';
	return null;
}
