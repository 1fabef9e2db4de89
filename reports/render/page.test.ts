/** Opens real pages in a real browser. */
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { madeList } from '../../harness/testing/made-run.ts';
import { launchBrowser, openHtml } from '../testing/browser.ts';
import { cellOf, type MadeReport, madeReport, recordOf } from '../testing/made-report.ts';
import { formatUsed, formatValue, verdictWords } from './format.ts';
import { headlineOf } from './headline.ts';
import { reportPage } from './html/page.ts';
import type { RunData } from './run-data.ts';

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
	t.context.browser = await launchBrowser();
});
test.after.always((t) => t.context.browser?.close());

const OPTIONS = { inconclusive: 'fail' } as const;
const NO_DATA: RunData = { scenario: 'made', problems: [], devices: [], heard: new Map(), heardLeftOut: 0 };
const tone = (_: unknown, sample: number) => Math.round(9000 * Math.sin(sample / 7));

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

const text = async (page: Page, selector: string) => (await page.locator(selector).allInnerTexts()).map(plain);
const plain = (value: string) => value.replace(/[\s\u00a0]+/g, ' ').trim();

async function open(
	t: ExecutionContext<{ browser: Browser }>,
	html: string,
	options: Parameters<typeof openHtml>[2] = {},
) {
	const opened = await openHtml(t.context.browser, html, options);
	t.teardown(() => opened.page.close());
	return opened;
}

/** A run with a bit of everything: two sessions, wrong clips, a re-sent one, console lines, power. */
const full = () => {
	const list = madeList('stm32f405-emulated', 20, { sessions: 2 });
	const console = ['booting', 'ready'];
	return madeReport({ list, sessions: [{ console }, {}], audio: tone, resent: ['keywords/clip-5'] });
};

test('the figures on the page are the record’s', async (t) => {
	const { record, data } = await madeReport({ audio: tone });
	const { page, misdeeds } = await open(t, reportPage(record, data, OPTIONS));
	const asked = record.cells.filter(({ verdict }) => verdict !== 'not-requested');
	t.deepEqual(
		await text(page, '.spec .verdict'),
		asked.map(({ verdict }) => verdictWords(verdict)),
	);
	t.deepEqual(
		await text(page, '.spec span.estimate'),
		asked.map(({ estimate, unit }) => plain(formatValue(estimate, unit))),
	);
	t.deepEqual(
		await text(page, '.spec .limit-text'),
		asked.map(({ limit }) => plain(limit.text)),
	);
	t.deepEqual(
		await text(page, '.spec .used'),
		asked.map(({ used }) => formatUsed(used)),
	);
	t.deepEqual(
		await text(page, '.spec abbr'),
		asked.map(({ evidence }) => evidence),
	);
	t.deepEqual(await text(page, '.banner h1'), [headlineOf(record).word.toUpperCase()]);
	t.deepEqual(await text(page, '.banner .lead'), [plain(headlineOf(record).sentences[0] ?? '')]);
	const failed = asked.filter(({ verdict }) => verdict === 'fail');
	t.is((await text(page, '.under .reason')).length, failed.length);
	const [downloaded] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]').click()]);
	const chunks: Buffer[] = [];
	for await (const chunk of await downloaded.createReadStream()) chunks.push(chunk as Buffer);
	t.deepEqual(
		JSON.parse(Buffer.concat(chunks).toString('utf8')),
		JSON.parse(JSON.stringify(record)),
		'the record can be saved',
	);
	t.deepEqual(misdeeds, []);
});

for (const scheme of ['light', 'dark'] as const) {
	for (const width of [1280, 390]) {
		test(`in ${scheme} at ${width} px nothing overflows, nothing complains, and text can be read`, async (t) => {
			const { record, data } = await full();
			const { page, misdeeds } = await open(t, reportPage(record, data, OPTIONS), { scheme, width });
			await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
			t.is(await page.evaluate('document.documentElement.scrollWidth'), width);
			t.deepEqual(await page.evaluate(UNREADABLE), []);
			t.is(await page.locator('.warning').count(), 0, 'no figure failed to be drawn');
			t.deepEqual(misdeeds, []);
		});
	}
}

/** Texts whose contrast with what lies behind them is below 4.5 (WCAG 2.2, 1.4.3 and its definition of relative luminance). */
const UNREADABLE = `(() => {
	const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
	const luminance = (rgb) => rgb.slice(0, 3).map((value) => value / 255)
		.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
		.reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
	const behind = (element) => {
		const layers = [];
		for (let at = element; at; at = at.parentElement) {
			const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
			if (a > 0) layers.push([r, g, b, a]);
			if (a === 1) break;
		}
		return layers.reverse().reduce((under, [r, g, b, a]) => [r, g, b].map((c, index) => a * c + (1 - a) * under[index]), [255, 255, 255]);
	};
	const wrong = [];
	for (const element of document.querySelectorAll('main *')) {
		if (element.closest('svg') || element.closest('.zero') || element.closest('audio')) continue;
		const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
		if (!own || element.getClientRects().length === 0) continue;
		const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (contrast < 4.5) wrong.push(element.className + ' ' + element.textContent.trim().slice(0, 30) + ' ' + contrast.toFixed(2));
	}
	return wrong;
})()`;

test('the wrong clips can be played', async (t) => {
	const { record, data } = await madeReport({ audio: tone });
	const { page, misdeeds } = await open(t, reportPage(record, data, OPTIONS));
	await page.waitForFunction(
		'[...document.querySelectorAll("audio")].every((audio) => audio.readyState >= 2 || audio.error)',
	);
	const played = await page.evaluate(
		'[...document.querySelectorAll("audio")].map(({ readyState, duration, error }) => ({ readyState, duration, error }))',
	);
	t.deepEqual(played, Array(2).fill({ readyState: 4, duration: (16 * 256) / 16_000, error: null }));
	t.deepEqual(misdeeds, []);
});

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
	t.false(/[\p{Cf}\u2028]/u.test(await page.content()));
});

test('hostile text in every field of the record runs nothing, fetches nothing, and breaks no layout', async (t) => {
	const healthy = await full();
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

test('a page for whoever listens: language, title, one heading of the first rank, named figures, headed tables', async (t) => {
	const { record, data } = await full();
	const { page } = await open(t, reportPage(record, data, OPTIONS));
	t.is(await page.locator('html').getAttribute('lang'), 'en');
	t.regex(await page.title(), /^fail: made, run /);
	t.is(await page.locator('h1').count(), 1);
	t.is(await page.locator('svg:not([aria-hidden]):not([aria-label])').count(), 0);
	t.is(await page.locator('audio:not([aria-label])').count(), 0);
	t.is(await page.locator('table:not(:has(th))').count(), 0);
	t.true((await page.locator('svg[role=img]').count()) > 8);
});

test('runs of every fate have a page', async (t) => {
	const silicon = await madeReport({ milliwatts: ({ awake }) => 0.5 + awake }, 'stm32f405');
	const host = await madeReport(
		{ specMarkdown: '| Device | Latency |\n| --- | --- |\n| Desktop CPU | < 5 ms |\n' },
		'posix',
	);
	const cut = await madeReport({ runEnd: null });
	const broken = await madeReport({ faults: [{ code: 'link-lost', text: 'the pty was closed' }] });
	const fates: [string, Pick<MadeReport, 'record' | 'data'>, RegExp][] = [
		['silicon', silicon, /silicon/],
		['host', host, /evidence for PCs only/],
		['cut', cut, /The run was interrupted/],
		['broken', broken, /The rig failed, not the device \(link-lost: the pty was closed\)/],
		['empty', { record: recordOf([]), data: NO_DATA }, /No device of any row of the spec was asked for/],
		[
			'bare',
			{
				record: recordOf([
					cellOf({ verdict: 'not-measured', bounds: null, estimate: null, used: null, evidence: null, n: 0 }),
				]),
				data: { ...NO_DATA, problems: ['nothing could be read'] },
			},
			/nothing could be read/,
		],
	];
	for (const [name, { record, data }, telling] of fates) {
		const { page, misdeeds } = await open(t, reportPage(record, data, OPTIONS));
		t.regex(await page.locator('main').innerText(), telling, name);
		t.deepEqual(misdeeds, [], name);
		t.notRegex(await page.locator('main').innerText(), /undefined|NaN|\[object|cannot be drawn/, name);
	}
});

test('what decides nothing is drawn with a warning', async (t) => {
	const { record, data } = await madeReport({ unsent: ['keywords/clip-2'] });
	const { page } = await open(t, reportPage(record, data, OPTIONS));
	t.regex((await text(page, '.warning')).join(), /Drawn from 19 of 20 clips: these figures decide nothing/);
});

test('figures of a run that failed are not taken for a result', async (t) => {
	for (const changes of [{ runEnd: null }, { faults: [{ code: 'link-lost', text: 'the pty was closed' }] }]) {
		const { record, data } = await madeReport(changes);
		const { page } = await open(t, reportPage(record, data, OPTIONS));
		t.regex(
			(await text(page, '.device .warning')).join(),
			/these figures are here to find out why, and decide nothing/,
		);
		t.is((await text(page, '.under .reason')).filter((reason) => reason !== 'For the same reason.').length, 1);
	}
});

test('a command with a folder of its own is replayed from there', async (t) => {
	const { record, data } = await madeReport();
	const told = (command: string[]) =>
		reportPage({ ...record, manifest: { ...record.manifest, command } }, data, OPTIONS).match(
			/ossicle replay [^<]*/,
		)?.[0];
	t.is(told(['ossicle', 'run', 'x']), `ossicle replay ${record.manifest.id}`);
	t.is(told(['ossicle', 'run', 'x', '--runs', 'my runs/']), `ossicle replay &#39;my runs/${record.manifest.id}&#39;`);
});

test('on paper the folded parts are open, and nothing is cut off at the edge', async (t) => {
	const { record, data } = await full();
	const { page } = await open(t, reportPage(record, data, OPTIONS), { width: 690 });
	await page.emulateMedia({ media: 'print' });
	t.is(await page.evaluate('document.documentElement.scrollWidth'), 690);
	t.true(await page.locator('details table').first().isVisible());
});
