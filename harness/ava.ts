/**
 * Scenario suites as AVA tests: `await hil('scenarios/liquid-audio', { devices: ['stm32f405'] })` runs the scenario once for
 * each device and makes one test of each cell of its row. `withDevice` is for tests written by hand.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { AttachedDevice } from '../devices/attached-device.ts';
import { type AttachOptions, attach } from '../devices/driver.ts';
import { CaptureWriter } from './capture/capture-writer.ts';
import type { DeviceFacts } from './generated/device.ts';
import type { Cell, RunRecord } from './generated/record.ts';
import type { SpecCell } from './generated/spec.ts';
import { isLetThrough } from './judge/exit-code.ts';
import { DEVICES_FOLDER, type RunOutcome, run } from './run.ts';
import { deviceOf, loadDevices } from './scenario/device-facts.ts';
import { loadScenario, scenarioPathsOf } from './scenario/load-scenario.ts';
import { loadSpec } from './scenario/load-spec.ts';
import { metricOf } from './scenario/metrics.ts';
import type { ParamValues } from './scenario/params.ts';
import { DeviceSession } from './session/device-session.ts';

/** What a cell is known to be, and why that cannot be mended here. */
export interface KnownVerdict {
	verdict: 'fail' | 'inconclusive' | 'not-measured';
	why: string;
}

export interface HilOptions {
	/** Devices to run on; the rows of all others are skipped with a sentence. */
	devices: readonly string[];
	/** A spec table in place of the scenario's own. */
	spec?: string;
	/** What a cell is that is inconclusive or was not measured for want of data, as `--inconclusive`. Default `fail`. */
	inconclusive?: 'fail' | 'warn';
	/** Sessions of each device, as `--sessions`. Default: 1. */
	sessions?: number;
	/** Parameters of the firmware, as on the wire, in place of the scenario's own. */
	params?: ParamValues;
	/**
	 * Cells known not to be green, by metric, as `Power`, or for one of several devices as `esp32s3-emulated: Power`. Such a test
	 * passes while the cell has just that verdict, and fails as soon as it has any other: a limit that is met at last, or a bench
	 * that broke, is never hidden by it.
	 */
	known?: Readonly<Record<string, KnownVerdict>>;
	requireEvidence?: 'silicon';
	/** `link`: the broker the devices are on, as `--link`. */
	attach?: Pick<AttachOptions, 'imagePath' | 'port' | 'link'>;
	runsFolder?: string;
}

/** A whole scenario on a slow emulator on a busy machine. */
const RUN_TIMEOUT_MS = 20 * 60_000;

/**
 * Registers the tests. `scenarioPath` is taken from the working folder, as on the command line; of a folder with several
 * scenarios it is all of them, each test with the scenario's id before it.
 */
export async function hil(scenarioPath: string, options: HilOptions): Promise<void> {
	const known = loadDevices(DEVICES_FOLDER);
	const asked = options.devices.map((id) => deviceOf(known, id).facts);
	const paths = scenarioPathsOf(scenarioPath);
	for (const path of paths) {
		const { scenario, spec: own } = loadScenario(path);
		const { spec } = loadSpec(options.spec ?? own.path, known, asked);
		const prefix = paths.length > 1 ? `${scenario.id}: ` : '';
		for (const row of spec.rows) {
			const devices = asked.filter((facts) => facts.specRow === row.name);
			if (devices.length === 0)
				test.skip(`${prefix}${row.name}: not requested, no device of this row takes part`, () => {});
			for (const facts of devices) registerRow({ path, prefix }, facts, row.cells, options);
		}
	}
}

function registerRow(
	{ path: scenarioPath, prefix }: { path: string; prefix: string },
	facts: DeviceFacts,
	cells: readonly SpecCell[],
	options: HilOptions,
): void {
	// One run serves all cells of the row; each test waits for it, whichever comes first.
	let outcome: Promise<RunOutcome> | null = null;
	const { devices: _, inconclusive: __, known: ___, ...runOptions } = options;
	const judged = () => {
		outcome ??= run({ ...runOptions, scenario: scenarioPath, devices: [facts.id], command: ['ava', scenarioPath] });
		return outcome;
	};
	for (const [index, wanted] of cells.entries()) {
		const { title } = metricOf(wanted.metric);
		const scope = wanted.scopeStated === true ? `, ${wanted.scope}` : '';
		test.serial(`${prefix}${facts.id}: ${title} (${wanted.statistic}${scope}) ${wanted.limit.text}`, async (t) => {
			t.timeout(RUN_TIMEOUT_MS * (options.sessions ?? 1));
			const { record, folder, captureFailure } = await judged();
			// The one fault the record cannot tell, because it comes from there.
			if (captureFailure !== null) return void t.fail(captureFailure.message);
			t.log(`record: ${path.relative('', folder.record)}`);
			// A row's cells come in its order; metric and statistic alone may occur in two scopes.
			const cell = record.cells.filter((each) => each.device === facts.id)[index];
			assertCell(t, cell, record, options, options.known?.[`${facts.id}: ${title}`] ?? options.known?.[title]);
		});
	}
}

function assertCell(
	t: ExecutionContext,
	cell: Cell | undefined,
	record: RunRecord,
	options: HilOptions,
	known: KnownVerdict | undefined,
): void {
	if (cell === undefined) return void t.fail('the record has no such cell');
	const measured = cell.estimate === null ? '' : `${Number(cell.estimate.toPrecision(4))} ${cell.unit}, `;
	const told = `${cell.verdict}: ${measured}limit ${cell.limit.text}, evidence ${cell.evidence ?? 'none'}; ${cell.reason}`;
	t.log(told);
	if (known !== undefined) {
		t.is(cell.verdict, known.verdict, `known to be ${known.verdict} (${known.why}), but now: ${told}`);
		return;
	}
	t.true(isLetThrough(cell.verdict, record, options.inconclusive ?? 'fail'), told);
}

export interface DeviceContext {
	session: DeviceSession;
	device: AttachedDevice;
	facts: DeviceFacts;
}

/** A test with a flashed, greeted device of its own, held alone, and given back whatever happens. */
export function withDevice(
	title: string,
	deviceId: string,
	body: (t: ExecutionContext, context: DeviceContext) => Promise<void>,
	options: AttachOptions = {},
): void {
	test.serial(`${deviceId}: ${title}`, async (t) => {
		t.timeout(RUN_TIMEOUT_MS);
		const { facts } = deviceOf(loadDevices(DEVICES_FOLDER), deviceId);
		const folder = mkdtempSync(path.join(tmpdir(), 'ossicle-device-'));
		const device = await attach(facts, options);
		try {
			const capture = CaptureWriter.create(path.join(folder, 'capture.ndjson'));
			const flash = { k: 'flash', session: 1, ...(await device.flash()) } as const;
			capture.append(flash);
			const session = await DeviceSession.open({
				link: await device.createLink(),
				capture,
				session: 1,
				device: facts.id,
				flash,
				baud: facts.link.baud,
				...(device.takeCycles === undefined ? {} : { takeCycles: device.takeCycles }),
				...(device.notices === undefined ? {} : { notices: device.notices }),
			});
			try {
				await body(t, { session, device, facts });
			} finally {
				await session.close();
				await capture.close();
			}
		} finally {
			await device.close();
			rmSync(folder, { recursive: true, force: true });
		}
	});
}
