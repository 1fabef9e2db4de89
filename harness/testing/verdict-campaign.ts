/**
 * The fault campaign at the level of verdicts: whole runs (`run()`, from scenario to record) on the posix board with seeded
 * faults on the wire. The law: a cell that is green says what it says without faults; a record is always there; a replay
 * reaches the same cells. campaign.ts holds the same law clip by clip, and is faster.
 *
 *     node --import tsx harness/testing/verdict-campaign.ts --runs 500 --seed 1
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { Cell, RunRecord } from '../generated/record.ts';
import type { PosixProcess } from '../link/posix-process.ts';
import { evaluate } from '../record/evaluate.ts';
import { type RunOutcome, run } from '../run.ts';
import type { Fault, FaultKind } from './fault.ts';
import { FaultLink } from './fault-link.ts';
import { describeFault, drawPlan, FAULT_KINDS, type Traffic } from './fault-plan.ts';
import { posixProgram } from './posix-bench.ts';
import { Random } from './random.ts';
import type { TinyScenario } from './tiny-scenario.ts';

/** Short: a dead session must not cost a second. Too short for a busy machine only makes a rig error, never a pass. */
const TIMING = {
	helloRetryMs: 50,
	helloMs: 1000,
	answerMs: 800,
	silentMs: 800,
	stalledMs: 1000,
	playFactor: 2,
	playMarginMs: 500,
	retransmitFirstMs: 100,
	retransmitLeastMs: 40,
	retransmitMostMs: 300,
	giveUpMs: 800,
	byeMs: 150,
};

/** What became of a run: the worst verdict among its cells. */
type Outcome = 'green' | 'red' | 'undecided' | 'rig error';
const OUTCOMES: readonly Outcome[] = ['green', 'red', 'undecided', 'rig error'];

export interface VerdictCampaign {
	runs: number;
	/** Fault kind -> outcome -> number of runs. */
	table: Record<FaultKind, Record<Outcome, number>>;
	falsePasses: string[];
	lostRecords: string[];
}

export async function runVerdictCampaign(
	scenario: TinyScenario,
	options: { runs: number; seed: number; variant?: string; onRun?: (number: number) => void },
): Promise<VerdictCampaign> {
	const program = await posixProgram(options.variant);
	let wire: FaultLink | null = null;
	const faulted = (faults: Fault[]) =>
		run({
			scenario: scenario.folder,
			runsFolder: scenario.runs,
			devices: ['posix'],
			command: ['campaign'],
			attach: { imagePath: program, posixArgs: ['--counter', 'scripted', '--boot-id', '0badcafe'] },
			timing: TIMING,
			wrapLink: (link) => {
				wire = new FaultLink(link, faults, { reset: () => (link as PosixProcess).reset() });
				return wire;
			},
		});
	const reference = await faulted([]);
	const sound = green(reference.record.cells);
	if (sound.length < 2) throw new Error(`the run without faults is not sound:\n${reasons(reference.record)}`);
	const traffic = trafficOf(reference.record, wire as unknown as FaultLink);
	const result: VerdictCampaign = {
		runs: options.runs,
		table: Object.fromEntries(
			FAULT_KINDS.map((kind) => [kind, Object.fromEntries(OUTCOMES.map((each) => [each, 0]))]),
		) as VerdictCampaign['table'],
		falsePasses: [],
		lostRecords: [],
	};
	for (let number = 1; number <= options.runs; number++) {
		const random = new Random((options.seed * 1_000_003 + number) >>> 0);
		const kind = FAULT_KINDS[number % FAULT_KINDS.length] as FaultKind;
		const faults = drawPlan(random, kind, traffic);
		const name = `run ${number} (${faults.map(describeFault).join(', ')})`;
		const outcome = await faulted(faults);
		result.table[kind][outcomeOf(outcome.record)] += 1;
		result.falsePasses.push(...falsePasses(outcome.record, sound).map((text) => `${name}: ${text}`));
		result.lostRecords.push(...(await lostRecords(outcome)).map((text) => `${name}: ${text}`));
		rmSync(outcome.folder.path, { recursive: true, force: true });
		options.onRun?.(number);
	}
	return result;
}

const green = (cells: readonly Cell[]) => cells.filter(({ verdict }) => verdict === 'pass' || verdict === 'marginal');
const reasons = (record: RunRecord) =>
	record.cells.map(({ metric, verdict, reason }) => `${metric} ${verdict}: ${reason}`).join('\n');

/** A green cell which differs in any figure from the same cell without faults. */
function falsePasses(record: RunRecord, sound: readonly Cell[]): string[] {
	return green(record.cells).flatMap((cell) => {
		const wanted = sound.find(({ metric }) => metric === cell.metric);
		// How deep the stack went depends on what was received while; all else is the device's own work on the same audio.
		const same =
			cell.metric === 'memory'
				? wanted !== undefined
				: isDeepStrictEqual({ ...cell }, wanted === undefined ? null : { ...wanted });
		return same
			? []
			: [
					`${cell.metric} is ${cell.verdict} with ${cell.estimate}, undisturbed it is ${wanted?.verdict} with ${wanted?.estimate}`,
				];
	});
}

async function lostRecords({ folder, record }: RunOutcome): Promise<string[]> {
	if (!existsSync(folder.record)) return ['there is no record.json'];
	const stored = JSON.parse(readFileSync(folder.record, 'utf8')) as RunRecord;
	const again = await evaluate(folder, { source: 'replay', evaluatedBy: 'campaign' });
	const lost: string[] = [];
	if (!isDeepStrictEqual(stored.cells, record.cells)) lost.push('record.json holds other cells than the run returned');
	if (!isDeepStrictEqual(again.cells, record.cells)) lost.push('a replay reaches other cells');
	if (again.manifest.endedAt === null) lost.push('the end of the run is not on record');
	if (record.cells.some(({ verdict, reason }) => verdict !== 'pass' && reason === ''))
		lost.push('a cell is red without a reason');
	return lost;
}

function outcomeOf({ cells }: RunRecord): Outcome {
	const verdicts = cells
		.filter(({ device, metric }) => device !== null && metric !== 'latency')
		.map(({ verdict }) => verdict);
	if (verdicts.includes('rig-error')) return 'rig error';
	if (verdicts.includes('fail')) return 'red';
	return verdicts.every((verdict) => verdict === 'pass' || verdict === 'marginal') ? 'green' : 'undecided';
}

function trafficOf(record: RunRecord, wire: FaultLink): Traffic {
	const sent = Buffer.concat(wire.sentByDevice);
	const down = record.sessions[0]?.bytesSent ?? 0;
	const lines = sent.filter((byte) => byte === 10).length;
	return { down: { bytes: down, units: Math.ceil(down / 500) }, up: { bytes: sent.length, units: lines } };
}

export function verdictReport(result: VerdictCampaign): string {
	const rows = Object.entries(result.table).map(
		([kind, counts]) => `| ${kind} | ${OUTCOMES.map((outcome) => counts[outcome]).join(' | ')} |`,
	);
	return [
		`| fault | ${OUTCOMES.join(' | ')} |`,
		`| --- |${' ---: |'.repeat(OUTCOMES.length)}`,
		...rows,
		'',
		`${result.runs} runs, false passes ${result.falsePasses.length}, lost records ${result.lostRecords.length}.`,
		...result.falsePasses.map((text) => `FALSE PASS: ${text}`),
		...result.lostRecords.map((text) => `LOST RECORD: ${text}`),
	].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { tinyScenario } = await import('./tiny-scenario.ts');
	const { values } = parseArgs({
		options: { runs: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
	});
	const cleanUps: (() => void)[] = [];
	const scenario = tinyScenario({ teardown: (cleanUp) => cleanUps.push(cleanUp) });
	const runs = Number(values.runs);
	const result = await runVerdictCampaign(scenario, {
		runs,
		seed: Number(values.seed),
		onRun: (number) => number % 50 === 0 && process.stderr.write(`${number} of ${runs} runs\n`),
	});
	for (const cleanUp of cleanUps) cleanUp();
	console.log(verdictReport(result));
	console.log(`Command: node --import tsx harness/testing/verdict-campaign.ts --runs ${runs} --seed ${values.seed}`);
	if (result.falsePasses.length + result.lostRecords.length > 0) process.exitCode = 1;
}
