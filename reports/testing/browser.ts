import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findProgram } from '../../harness/bench/programs.ts';
import { temporaryFolder } from '../../harness/testing/temporary-folder.ts';

/** Names under which a Chromium may be on PATH; harness/setup/needs.mjs looks for the same. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** No sandbox: the tests run as root in containers. The rest keeps a browser from calling home, which tests must not need. */
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** @throws Error that says what to install */
export async function launchBrowser(): Promise<Browser> {
	const executablePath = NAMES.map((name) => findProgram(name)).find((path) => path !== null);
	if (executablePath === undefined)
		throw new Error(`No Chromium on PATH (${NAMES.join(', ')}). Install Debian's package: apt-get install chromium`);
	return chromium.launch({ executablePath, args: ARGUMENTS });
}

export interface OpenedPage {
	page: Page;
	/** What the page did that a report must not do: requests, dialogs, errors, messages on the browser's console. */
	misdeeds: string[];
}

export interface OpenOptions {
	scheme?: 'light' | 'dark';
	width?: number;
}

/** Opens HTML from a file, as a person would, and watches what it does. */
export async function openHtml(browser: Browser, html: string, options: OpenOptions = {}): Promise<OpenedPage> {
	const { scheme = 'light', width = 1280 } = options;
	const url = pathToFileURL(join(temporaryFolder('page'), 'report.html'));
	writeFileSync(url, html);
	const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 } });
	const misdeeds: string[] = [];
	page.on('request', (request) => {
		if (request.url() !== url.href && !request.url().startsWith('data:')) misdeeds.push(`request ${request.url()}`);
	});
	page.on('dialog', (dialog) => {
		misdeeds.push(`dialog ${dialog.message()}`);
		void dialog.dismiss();
	});
	page.on('pageerror', (error) => misdeeds.push(`error ${error.message}`));
	page.on('console', (message) => misdeeds.push(`console ${message.type()}: ${message.text()}`));
	page.on('popup', () => misdeeds.push('a window was opened'));
	await page.goto(url.href, { waitUntil: 'load' });
	return { page, misdeeds };
}
