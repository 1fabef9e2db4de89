/** Opens real pages in a real browser. */
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { chosenBySeed } from '../../harness/scenario/planned-subset.ts';
import { madeList } from '../../harness/testing/made-run.ts';
import { launchBrowser, openHtml } from '../testing/browser.ts';
import { cellOf, fullReport, type MadeReport, madeReport, recordOf, TONE } from '../testing/made-report.ts';
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

test('the figures on the page are the record’s', async (t) => {
	const { record, data } = await madeReport({ audio: TONE });
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
			const { record, data } = await fullReport();
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
	const { record, data } = await madeReport({ audio: TONE });
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

test('a page for whoever listens: language, title, one heading of the first rank, named figures, headed tables', async (t) => {
	const { record, data } = await fullReport();
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

test('a run of hundreds of sessions still makes a page that opens', async (t) => {
	const { record, data } = await fullReport();
	const [session] = record.sessions;
	const [device] = data.devices;
	if (session === undefined || device === undefined) return t.fail('no session');
	const sessions = Array.from({ length: 400 }, (_, index) => ({ ...session, session: index }));
	const clips = sessions.flatMap((each) =>
		record.clips.slice(0, 21).map((clip) => ({ ...clip, session: each.session })),
	);
	const many = sessions.map((each) => ({ ...device.sessions[0], session: each.session })) as typeof device.sessions;
	const html = reportPage(
		{ ...record, sessions, clips },
		{ ...data, devices: [{ ...device, sessions: many }] },
		OPTIONS,
	);
	t.true(html.length < 1e6, String(html.length));
	const { page, misdeeds } = await open(t, html);
	t.regex(await page.locator('main').innerText(), /350 more sessions in record\.json/);
	t.deepEqual(misdeeds, []);
});

test('on paper the folded parts are open, and nothing is cut off at the edge', async (t) => {
	const { record, data } = await fullReport();
	const { page } = await open(t, reportPage(record, data, OPTIONS), { width: 690 });
	await page.emulateMedia({ media: 'print' });
	t.is(await page.evaluate('document.documentElement.scrollWidth'), 690);
	t.true(await page.locator('details table').first().isVisible());
});

test('what was refused beside a session is told, and only then', async (t) => {
	const told = async (options: Parameters<typeof madeReport>[0]) => {
		const { record, data } = await madeReport(options);
		const { page } = await open(t, reportPage(record, data, OPTIONS));
		return plain((await page.locator('main').innerText()) ?? '');
	};
	const notices = ['2 messages on `up` were refused', '1 message on `info` was refused'];
	const page = await told({ notices: notices.map((text) => ({ code: 'mqtt-refused', text })) });
	t.regex(page, /Beside the sessions/i);
	t.true(page.includes(`${notices.join('; ')} (stm32f405-emulated, session 0)`));
	t.notRegex(await told({}), /Beside the sessions/i);
});

test('parameters, reported figures, planned subsets and the footprint of the image are told', async (t) => {
	const list = madeList('stm32f405-emulated', 20, { powerClips: 2 });
	const [words, day] = list.segments as [(typeof list.segments)[0], (typeof list.segments)[0]];
	const [first, second] = day.clips as [(typeof day.clips)[0], (typeof day.clips)[0]];
	const selected = chosenBySeed(words.clips, 16, 7);
	const { record, data } = await madeReport({
		list: {
			...list,
			params: [
				{ name: 'solver', value: 2, overridden: true },
				{ name: 'gating', value: 1, overridden: false },
			],
			segments: [
				{ ...words, subset: { seed: 7, devices: ['emulated'], selected } },
				{ ...day, clips: [first] },
				{ ...day, name: 'busy', clips: [second], judged: false },
			],
		},
		footprint: {
			textBytes: 50_000,
			dataBytes: 1000,
			bssBytes: 39_000,
			rigBytes: 32_768,
			flashBytes: 51_000,
			modelBytes: 13_196,
			stack: { bytes: 2300, unbounded: null, path: ['main 2300'], interruptBytes: 0 },
		},
	});
	const { page } = await open(t, reportPage(record, data, OPTIONS));
	const shown = plain((await page.locator('body').innerText()) ?? '');
	for (const expected of [
		'With solver rk4 by --param: this is not the scenario as it is written.',
		'was sent a planned subset of keywords, 16 of 20 clips.',
		'solver rk4 (--param), gating on',
		'busy session 0 Power (mean)',
		'at most 2.2 KB (2,300 B) by the call graph',
		'text 48.8 KB (50,000 B), of it the model 12.9 KB (13,196 B), data 1,000 B',
	])
		t.true(shown.toLowerCase().includes(expected.toLowerCase()), `${expected}\n${shown.slice(0, 3000)}`);
	t.deepEqual(
		record.cells.filter(({ metric }) => metric === 'accuracy' || metric === 'memory').flatMap(({ marks }) => marks),
		['solver rk4', 'subset 16 of 20', 'solver rk4'],
	);
});
