/**
 * The fault campaign: many seeded sessions on the posix board, each with something wrong on the wire, and one law
 * (campaign-law.ts).
 *
 *     node --import tsx harness/testing/campaign.ts --runs 500 --seed 1
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { clipLaw, type RunCheck } from './campaign-law.ts';
import { type CampaignRun, campaignRun } from './campaign-run.ts';
import type { FaultKind } from './fault.ts';
import { describeFault, drawPlan, FAULT_KINDS, type Traffic } from './fault-plan.ts';
import { posixProgram } from './posix-bench.ts';
import { Random } from './random.ts';

/** What became of a session, from best to worst. */
const OUTCOMES = ['untouched', 'repaired', 're-sent', 'clip lost', 'session fault', 'rig error'] as const;
type Outcome = (typeof OUTCOMES)[number];

export interface CampaignOptions {
	runs: number;
	seed: number;
	/** Build folder of the posix firmware. */
	variant?: string;
	/** What each run is held against; the default is the clip-level law. */
	check?: RunCheck;
	/** Called after each run. */
	onRun?: (run: CampaignRun, breaches: string[]) => void;
}

export interface CampaignResult {
	runs: number;
	seed: number;
	command: string;
	/** Fault kind -> outcome -> number of runs. */
	table: Record<FaultKind, Record<Outcome, number>>;
	falsePasses: string[];
	lostRecords: string[];
	/** The slowest run, milliseconds. */
	slowestMs: number;
	/** Folder of each run that broke the law; those are kept. */
	kept: string[];
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
	const { runs, seed, variant, check = clipLaw, onRun } = options;
	const program = await posixProgram(variant);
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-campaign-'));
	const reference = await soundReference(program, folder, seed);
	const result: CampaignResult = {
		runs,
		seed,
		command: `node --import tsx harness/testing/campaign.ts --runs ${runs} --seed ${seed}`,
		table: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, zeros()])) as CampaignResult['table'],
		falsePasses: [],
		lostRecords: [],
		slowestMs: 0,
		kept: [],
	};
	for (let number = 1; number <= runs; number++) {
		const runSeed = (seed * 1_000_003 + number) >>> 0;
		// Each kind in turn, so that a short campaign has all of them.
		const kind = FAULT_KINDS[number % FAULT_KINDS.length] as FaultKind;
		const faults = drawPlan(new Random(runSeed), kind, TRAFFIC);
		const run = await campaignRun(program, path.join(folder, String(number)), { number, seed: runSeed, faults });
		const { falsePasses, lostRecords } = await check(run, reference);
		if (run.stderr !== '') falsePasses.push(`the firmware's sanitizers complained: ${run.stderr.slice(0, 400)}`);
		const name = (text: string) => `run ${number} (${faults.map(describeFault).join(', ')}): ${text}`;
		result.falsePasses.push(...falsePasses.map(name));
		result.lostRecords.push(...lostRecords.map(name));
		result.table[kind][outcomeOf(run)] += 1;
		result.slowestMs = Math.max(result.slowestMs, run.milliseconds);
		onRun?.(run, [...falsePasses, ...lostRecords]);
		if (falsePasses.length + lostRecords.length > 0) result.kept.push(run.folder);
		else await rm(run.folder, { recursive: true, force: true });
	}
	if (result.kept.length === 0) await rm(folder, { recursive: true, force: true });
	return result;
}

/** The session without faults. A busy machine may disturb it, too; against a disturbed one a campaign would prove nothing. */
async function soundReference(program: string, folder: string, seed: number): Promise<CampaignRun> {
	let last = '';
	for (let attempt = 1; attempt <= 5; attempt++) {
		const about = { number: 0, seed, faults: [] };
		const reference = await campaignRun(program, path.join(folder, `reference-${attempt}`), about);
		const outcome = outcomeOf(reference);
		if (outcome === 'untouched' || outcome === 'repaired') {
			assertTraffic(reference);
			return reference;
		}
		const problems = reference.decoded.sessions.flatMap((session) => session.clips.flatMap((clip) => clip.problems));
		last = `${outcome}: ${reference.error?.message ?? problems.join('; ')}`;
	}
	throw new Error(`the session without faults is not sound in five attempts: ${last}`);
}

/**
 * Where faults are put. Constants, so that a seed means the same faults each time: the number of acknowledgements in a
 * session depends on how the machine's load cuts the bytes.
 */
const TRAFFIC: Traffic = { down: { bytes: 7385, units: 39 }, up: { bytes: 5100, units: 42 } };

/**
 * Faults placed behind the end of the real traffic would never happen, and the campaign would prove little. A busy machine
 * makes it longer (repeats, acknowledgements, heartbeats): then they still happen, only none near its end.
 */
function assertTraffic({ decoded, sentByDevice }: CampaignRun): void {
	const down = decoded.sessions[0]?.bytesSent ?? 0;
	const near = (real: number, assumed: number) => real > assumed / 1.3 && real < assumed * 2;
	if (near(down, TRAFFIC.down.bytes) && near(sentByDevice.length, TRAFFIC.up.bytes)) return;
	throw new Error(`a session sends ${down} bytes down and ${sentByDevice.length} up: put that into TRAFFIC`);
}

export function outcomeOf(run: CampaignRun): Outcome {
	if (run.error !== null) return 'rig error';
	const sessions = run.decoded.sessions;
	if (sessions.some((session) => session.faults.length > 0)) return 'session fault';
	if (run.outcomes.some((outcome) => !outcome.ok)) return 'clip lost';
	if (run.outcomes.some((outcome) => outcome.attempts.length > 1)) return 're-sent';
	return run.repeats > 0 ? 'repaired' : 'untouched';
}

const zeros = () => Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;

/** The table as Markdown, with the totals and the command. */
export function campaignReport(result: CampaignResult): string {
	const rows = Object.entries(result.table).map(
		([kind, counts]) => `| ${kind} | ${OUTCOMES.map((outcome) => counts[outcome]).join(' | ')} |`,
	);
	return [
		`| fault | ${OUTCOMES.join(' | ')} |`,
		`| --- |${' ---: |'.repeat(OUTCOMES.length)}`,
		...rows,
		'',
		`${result.runs} runs, false passes ${result.falsePasses.length}, lost records ${result.lostRecords.length}, slowest run ${Math.round(result.slowestMs)} ms.`,
		`Command: ${result.command}`,
		...result.falsePasses.map((text) => `FALSE PASS: ${text}`),
		...result.lostRecords.map((text) => `LOST RECORD: ${text}`),
		...result.kept.map((folder) => `kept: ${folder}`),
	].join('\n');
}

function wholeNumber(text: string): number {
	if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
	return Number(text);
}

async function main(): Promise<void> {
	const program = new Command('campaign')
		.description('seeded faults on the wire of the posix board: never a false pass, never a lost record')
		.option('--runs <n>', 'number of sessions', wholeNumber, 500)
		.option('--seed <n>', 'seed', wholeNumber, 1)
		.option('--variant <folder>', 'build folder of the firmware', 'posix-san')
		.parse();
	const { runs, seed, variant } = program.opts<{ runs: number; seed: number; variant: string }>();
	const onRun = (run: CampaignRun) => {
		if (run.number % 50 === 0) process.stderr.write(`${run.number} of ${runs} runs\n`);
	};
	const result = await runCampaign({ runs, seed, variant, onRun });
	process.stdout.write(`${campaignReport(result)}\n`);
	if (result.falsePasses.length + result.lostRecords.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
