/** What a device, a file or a command line may say must stay text: tried in a real browser. */
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Browser } from 'playwright-core';
import { madeList } from '../../harness/testing/made-run.ts';
import { launchBrowser, openHtml } from '../testing/browser.ts';
import { fullReport, type MadeReport, madeReport } from '../testing/made-report.ts';
import { reportPage } from './html/page.ts';
import type { RunData } from './run-data.ts';

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
	t.context.browser = await launchBrowser();
});
test.after.always((t) => t.context.browser?.close());

const OPTIONS = { inconclusive: 'fail' } as const;

/** Everything somebody could put into a text that ends up on the page. */
const HOSTILE = [
	'<script>window.hit=1;alert(1)</script>',
	'"><img src=x onerror="window.hit=1;alert(1)">',
	"'><svg onload=window.hit=1>",
	'</script></style></title></textarea><script>window.hit=1</script>',
	']]><!--',
	'javascript:window.hit=1',
	'" autofocus onfocus="window.hit=1" x="',
	'https://example.com/?<link rel=stylesheet href=//example.com/x.css>',
	'a\u2028b\u2029c',
	'txt\u202egpj.exe\u2066',
	'\u001b[31mred\u001b]8;;http://example.com\u0007link\u001b]8;;\u0007',
	'\u0000\u0008\ud800\ufffe',
	`long ${'x'.repeat(10_000)}`,
	'&lt;b&gt;',
	'constructor',
	'__proto__',
];

async function open(
	t: ExecutionContext<{ browser: Browser }>,
	html: string,
	options: Parameters<typeof openHtml>[2] = {},
) {
	const opened = await openHtml(t.context.browser, html, options);
	t.teardown(() => opened.page.close());
	return opened;
}

test('hostile text from a device runs nothing, fetches nothing, and can be read', async (t) => {
	const list = madeList('stm32f405-emulated', 20);
	// As hostile as the protocol lets a device be: 64 printable characters, no blank.
	const labels = ['<script>window.hit=1</script>', '"><img/src=x/onerror=window.hit=1>', "'><svg/onload=window.hit=1>"];
	const [first, second, third] = labels;
	for (const [index, clip] of (list.segments[0]?.clips ?? []).entries()) clip.label = labels[index % 3] ?? null;
	const { record, data } = await madeReport({
		list,
		hello: { labels, firmware: first, model: second, stages: [third, '</script>', '"onclick="window.hit=1'] },
		// The second of the device's labels.
		decide: () => 'no',
		console: HOSTILE.map((line) => line.replace(/[\n\ud800]/g, '')),
		faults: HOSTILE.map((line) => ({ code: 'bad', text: line })),
		notices: HOSTILE.slice(0, 3).map((line) => ({ code: 'bad', text: line })),
	});
	const { page, misdeeds } = await open(t, reportPage(record, data, OPTIONS));
	await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
	await page.mouse.click(200, 200);
	t.is(await page.evaluate('window.hit'), undefined);
	t.deepEqual(misdeeds, []);
	t.is(await page.locator('script').count(), 0);
	const consoleText = (await page.locator('.console').allTextContents()).join('\n');
	for (const line of ['<script>window.hit=1;alert(1)</script>', '"><img src=x onerror', '\\x1b[31mred', 'long xxx'])
		t.true(consoleText.includes(line), line);
	t.true(consoleText.length < 20_000, 'the 10 kB line is cut');
	const confused = await page.locator('.confusion th').allTextContents();
	for (const label of labels) t.true(confused.includes(label), label);
	t.true((await page.locator('.stage-list').allTextContents()).join().includes('"onclick="window.hit=1'));
	const faults = (await page.locator('.faults').allTextContents()).join();
	for (const told of ["'><svg onload=window.hit=1>", 'txt\\u{202e}gpj.exe', 'a\\u{2028}b'])
		t.true(faults.includes(told), told);
	t.true(
		(await page.locator('.notices').allTextContents()).join().includes('"><img src=x onerror="window.hit=1;alert(1)">'),
	);
	t.false(/[\p{Cf}\u2028]/u.test(await page.content()));
});

test('hostile text in every field of the record runs nothing, fetches nothing, and breaks no layout', async (t) => {
	const healthy = await fullReport();
	const { page: usual } = await open(t, reportPage(healthy.record, healthy.data, OPTIONS));
	const sections = await usual.locator('main > *, main section').count();
	for (const [round, width] of [1280, 390].entries()) {
		const made = poisoned(healthy, round);
		const html = reportPage(made.record, made.data, OPTIONS);
		const { page, misdeeds } = await open(t, html, { width });
		await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
		t.is(await page.evaluate('window.hit'), undefined);
		t.deepEqual(misdeeds, []);
		t.is(await page.evaluate('document.documentElement.scrollWidth'), width);
		t.is(await page.locator('script, img, iframe, object, embed, form, link:not([rel=icon])').count(), 0);
		t.is(await page.evaluate(HANDLERS), 0, 'no attribute is a handler');
		t.is(await page.locator('main > *, main section').count(), sections, 'the same sections as ever');
	}
});

const HANDLERS = `[...document.querySelectorAll('*')].flatMap((each) => [...each.attributes]).filter(({ name, value }) => /^on/i.test(name) || /^(style|srcdoc|formaction)$/.test(name) || (/^(href|src|action|data|xlink:href)$/.test(name) && !/^data:(audio\\/wav;base64,|application\\/json;base64,|,)/.test(value))).length`;

/** Fields that the schema restricts to a few words: what is in them comes from our own judge. */
const FIXED = new Set([
	'verdict',
	'evidence',
	'metric',
	'unit',
	'op',
	'what',
	'kind',
	'status',
	'ended',
	'source',
	'scope',
]);

/** The same report with a hostile text in place of every free one; the same one for the same text, so that names still match. */
function poisoned({ record, data }: MadeReport, round: number): Pick<MadeReport, 'record' | 'data'> {
	const chosen = new Map<string, string>();
	const poison = (value: unknown, key = ''): unknown => {
		if (typeof value === 'string') {
			if (FIXED.has(key)) return value;
			if (!chosen.has(value)) chosen.set(value, `${HOSTILE[(chosen.size + round) % HOSTILE.length]}${chosen.size}`);
			return chosen.get(value);
		}
		if (value instanceof Float64Array || value instanceof Int16Array || value instanceof Map) return value;
		if (Array.isArray(value)) return value.map((each) => poison(each, key));
		if (value === null || typeof value !== 'object') return value;
		return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name)]));
	};
	return {
		record: poison({
			...record,
			manifest: { ...record.manifest, note: 'a note', inputs: { [HOSTILE[1] ?? '']: 'f' } },
			sessions: record.sessions.map((session) => ({ ...session, notices: ['a notice'] })),
		}) as MadeReport['record'],
		data: { ...(poison({ ...data, heard: null }) as RunData), heard: data.heard },
	};
}

test('a policy that lets nothing run stands before everything else', async (t) => {
	const { record, data } = await madeReport();
	const html = reportPage(record, data, OPTIONS);
	const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html);
	t.true((policy?.index ?? Number.NaN) < html.indexOf('<title>'));
	t.regex(
		policy?.[1] ?? '',
		/^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'$/,
	);
	// The second wall, should the first ever fall: markup that got in is neither run nor styled nor fetched.
	const broken = html.replace(
		'<main>',
		'<main><script>window.hit=1</script><img src="https://example.com/x.png" onerror="window.hit=1"><b style="color:red" id="styled">x</b>',
	);
	const { page } = await openHtml(t.context.browser, broken);
	t.teardown(() => page.close());
	t.is(await page.evaluate('window.hit'), undefined);
	t.not(await page.evaluate("getComputedStyle(document.getElementById('styled')).color"), 'rgb(255, 0, 0)');
});
