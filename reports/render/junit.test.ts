import anyTest, { type TestFn } from 'ava';
import type { Browser } from 'playwright-core';
import type { Verdict } from '../../harness/generated/record.ts';
import { launchBrowser } from '../testing/browser.ts';
import { cellOf, madeReport, recordOf } from '../testing/made-report.ts';
import { junitXml, outcomeOf } from './junit.ts';

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
	t.context.browser = await launchBrowser();
});
test.after.always((t) => t.context.browser?.close());

interface Suite {
	name: string;
	tests: string;
	failures: string;
	errors: string;
	skipped: string;
	cases: {
		classname: string;
		name: string;
		outcome: string;
		message: string;
		text: string;
		properties: Record<string, string>;
	}[];
}

/** Parsed by a browser's XML parser (libxml2): strict, and not ours. */
async function parse(browser: Browser, xml: string): Promise<{ error: string | null; suites: Suite[] }> {
	const page = await browser.newPage();
	try {
		return await page.evaluate(`(() => {
			const parsed = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
			const attributes = (node) => Object.fromEntries([...node.attributes].map((each) => [each.name, each.value]));
			const outcomeOf = (node) => [...node.children].find((child) => /failure|error|skipped/.test(child.tagName));
			const error = parsed.querySelector('parsererror');
			return {
				error: error === null ? null : error.textContent,
				suites: [...parsed.querySelectorAll('testsuites > testsuite')].map((suite) => ({
					...attributes(suite),
					cases: [...suite.querySelectorAll(':scope > testcase')].map((node) => ({
						...attributes(node),
						outcome: outcomeOf(node)?.tagName ?? 'passed',
						message: outcomeOf(node)?.getAttribute('message') ?? '',
						text: node.querySelector('system-out').textContent,
						properties: Object.fromEntries([...node.querySelectorAll('property')].map((each) => [each.getAttribute('name'), each.getAttribute('value')])),
					})),
				})),
			};
		})()`);
	} finally {
		await page.close();
	}
}

test('a suite for each device, a case for each cell, its figures as properties', async (t) => {
	const { record } = await madeReport();
	const { error, suites } = await parse(
		t.context.browser,
		junitXml(record, { scenario: 'keywords', inconclusive: 'fail' }),
	);
	t.is(error, null);
	t.deepEqual(
		suites.map(({ name, tests, failures, errors, skipped }) => ({ name, tests, failures, errors, skipped })),
		[
			{ name: 'stm32f405-emulated', tests: '5', failures: '3', errors: '0', skipped: '0' },
			{ name: 'not requested', tests: '5', failures: '0', errors: '0', skipped: '5' },
		],
	);
	const [suite, skipped] = suites;
	for (const [index, one] of (suite?.cases ?? []).entries()) {
		const cell = record.cells[index];
		t.is(one.classname, 'keywords.stm32f405-emulated');
		t.true(one.name.endsWith(cell?.limit.text ?? '?'));
		t.is(one.properties.verdict, cell?.verdict);
		t.is(one.properties.evidence ?? null, cell?.evidence ?? null);
		t.is(one.properties.estimate, String(cell?.estimate));
		t.is(one.properties['bound-high'], String(cell?.bounds?.[1]));
		t.is(one.properties.n, String(cell?.n));
		t.is(one.properties.sessions, '1');
		t.is(one.outcome, cell?.verdict === 'pass' ? 'passed' : 'failure');
		t.true(one.message.includes(cell?.verdict === 'pass' ? '' : (cell?.reason ?? '?')));
	}
	t.is(skipped?.cases[0]?.classname, 'keywords.nRF52840');
});

test('what each verdict is for a CI server', (t) => {
	const outcomes = (inconclusive: 'fail' | 'warn') =>
		(['pass', 'marginal', 'fail', 'inconclusive', 'not-measured', 'rig-error', 'not-requested'] as Verdict[]).map(
			(verdict) => outcomeOf(verdict, inconclusive),
		);
	t.deepEqual(outcomes('fail'), ['passed', 'passed', 'failure', 'failure', 'failure', 'error', 'skipped']);
	t.deepEqual(outcomes('warn'), ['passed', 'passed', 'failure', 'skipped', 'skipped', 'error', 'skipped']);
});

test('--inconclusive=warn lets no broken or empty run off', async (t) => {
	const failures = async (record: ReturnType<typeof recordOf>) => {
		const { suites } = await parse(t.context.browser, junitXml(record, { scenario: 's', inconclusive: 'warn' }));
		return suites[0]?.failures;
	};
	const open = cellOf({ verdict: 'inconclusive' });
	const absent = cellOf({ verdict: 'not-measured', evidence: null });
	t.is(await failures(recordOf([cellOf(), open, absent])), '0');
	t.is(await failures(recordOf([cellOf(), open], { status: 'interrupted' })), '1');
	t.is(await failures(recordOf([cellOf({ verdict: 'fail' }), open], { status: 'interrupted' })), '2');
	t.is(await failures(recordOf([absent, absent])), '2', 'nothing was judged');
	// A failed cell takes the exit code to 1; the open one beside it is let off no more than without.
	t.is(await failures(recordOf([cellOf({ verdict: 'fail' }), open], { subset: 'yes-*' })), '2', 'a part of the clips');
});

test('hostile text stays text, and the document well-formed', async (t) => {
	const hostile =
		'"><failure/>]]><script>alert(1)</script>&lt;\u0000\u0008\u001b[2J\u0085\ud800\ufffe\uffff\u2028\u202e\n\t\'';
	const cells = (['pass', 'fail', 'rig-error', 'not-requested'] as Verdict[]).map((verdict) =>
		cellOf({
			verdict,
			device: verdict === 'not-requested' ? null : hostile,
			row: hostile,
			rule: hostile,
			reason: hostile,
			marks: [hostile],
			limit: { op: '<', value: 1, text: hostile },
			diagnosis: [{ cause: hostile, score: 1, text: hostile.repeat(500) }],
		}),
	);
	const record = recordOf(cells, { note: hostile, command: ['ossicle', hostile], id: hostile, startedAt: hostile });
	const { error, suites } = await parse(
		t.context.browser,
		junitXml(record, { scenario: hostile, inconclusive: 'fail' }),
	);
	t.is(error, null);
	t.deepEqual(
		suites.map((suite) => suite.cases.map(({ outcome }) => outcome)),
		[['passed', 'failure', 'error'], ['skipped']],
	);
	const failed = suites[0]?.cases[1];
	t.true(failed?.message.includes('"><failure/>]]><script>alert(1)</script>&lt;\\x00\\x08\\x1b[2J'), failed?.message);
	t.true(failed?.message.endsWith("\\u{2028}\\u{202e}\n\t'"), 'white space in attributes survives the parser');
	t.true(failed?.text.includes('\\u{d800}\\u{fffe}\\u{ffff}'));
});
