import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DecodedSession } from '../capture/session-data.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { parseSpecTable } from '../scenario/spec-table.ts';
import { type MadeSession, madeDecodedRun, madeList } from '../testing/made-run.ts';
import { judgeCells } from './cells.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const BOARD = deviceOf(DEVICES, 'stm32f405').facts;
const POSIX = deviceOf(DEVICES, 'posix').facts;
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const MS = 168_000;

/** The one cell of a run with these sessions; `change` is what becomes of the decoded ones. */
function cellOf(sessions: readonly MadeSession[], facts = BOARD, change = (_: DecodedSession[]): void => {}) {
	const list = { ...madeList(facts.id, 20), sessions: sessions.length };
	const run = madeDecodedRun({ facts, list, sessions });
	change(run.sessions);
	const spec = `| Device | Latency |\n| --- | --- |\n| ${facts.specRow} | < 15 ms |\n`;
	const [cell] = judgeCells({
		spec: parseSpecTable(spec, 'spec.md'),
		list,
		devices: new Map<string, DeviceFacts>([[facts.id, facts]]),
		calibrations: new Map(),
		reference: null,
		run,
		startedAt: run.run?.startedAt ?? null,
		inputsChanged: [],
		source: 'live',
	});
	if (cell === undefined) throw new Error('no cell');
	return cell;
}

const taking = (milliseconds: number, hello: Record<string, unknown> = {}): MadeSession => ({
	stageTicks: () => [Math.round(milliseconds * MS), 0, 0],
	hello,
});

test('two sessions of one boot are not two boots: nothing of them counts', (t) => {
	const boot = { boot: '0badcafe' };
	const cell = cellOf([taking(9), taking(9.1, boot), taking(9), taking(9.2, boot), taking(9)]);
	t.is(cell.verdict, 'rig-error');
	t.is(
		cell.reason,
		'sessions 2 and 4 of 5 have one boot id, 0badcafe: the board was not restarted in between, or one session was captured twice',
	);
});

test('a PC program that ran on is one boot as well; an emulator begins each one alike', (t) => {
	const alike = (facts: DeviceFacts) =>
		cellOf([{ hello: { boot: '0badcafe' } }, { hello: { boot: '0badcafe' } }], facts);
	t.is(alike(POSIX).verdict, 'rig-error');
	t.not(alike(EMULATED).verdict, 'rig-error');
});

for (const [what, change] of Object.entries<(session: DecodedSession) => void>({
	image: ({ flash }) => flash && Object.assign(flash, { imageSha256: 'a'.repeat(64) }),
	build: ({ flash, hello }) => {
		if (flash !== null) flash.buildId = 'b'.repeat(40);
		if (hello !== null) hello.build = 'b'.repeat(40);
	},
	model: ({ hello }) => hello && Object.assign(hello, { model: 'another' }),
	clockSource: ({ hello }) => hello && Object.assign(hello, { clockSource: 'hfxo' }),
	labels: ({ hello }) => hello && Object.assign(hello, { labels: ['yes', 'stop', 'no'] }),
}))
	test(`sessions that differ in their ${what} are not judged together`, (t) => {
		const five = [9, 9.1, 9.05, 8.95, 9.02].map((each) => taking(each));
		const cell = cellOf(five, BOARD, (sessions) => change(sessions[3] as DecodedSession));
		t.is(cell.verdict, 'rig-error');
		t.regex(cell.reason, new RegExp(`^session 4 of 5 ran another \`?${what}`));
		t.is(cellOf(five).verdict, 'pass');
	});
