/**
 * Real-time audio to 1, 4 and 8 posix boards at once over Mosquitto: underruns, CPU a board, the broker's share.
 *
 *     npm run -s bench:mqtt > harness/testing/MQTT-BENCHMARK.md
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { execa } from 'execa';
import type { Broker } from '../broker/broker.ts';
import { startMosquitto } from '../broker/mosquitto.ts';
import { type DeviceProcess, startBridgeProcess } from './mqtt-bench.ts';
import type { BoardOrder, BoardReport } from './mqtt-benchmark-board.ts';
import { type BenchmarkRow, benchmarkPage, type CpuShares } from './mqtt-benchmark-page.ts';
import { cpuSeconds, descendantsCpuSeconds } from './process-usage.ts';
import { tinyScenario } from './tiny-scenario.ts';

const BOARD = fileURLToPath(new URL('mqtt-benchmark-board.ts', import.meta.url));
/** A second of audio each. */
const CLIPS = ['yes', 'no', 'up', 'down', 'left', 'right', 'on', 'off', 'stop', 'go'].flatMap((word) => [
	`${word}-01`,
	`${word}-02`,
	`${word}-03`,
]);
/** After go: greetings and clock checks are over by then. */
const SETTLE_MS = 4000;

interface Controller {
	child: ChildProcess;
	said: (what: BoardReport['says']) => Promise<BoardReport>;
}

function startController(order: BoardOrder): Controller {
	const child = fork(BOARD, [JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
	const reports = new Map<string, BoardReport>();
	const waiting = new Map<string, (report: BoardReport) => void>();
	let failed: (error: Error) => void = () => {};
	const failure = new Promise<never>((_, reject) => {
		failed = reject;
	});
	failure.catch(() => {}); // whoever waits for a report hears of it
	child.on('message', (report: BoardReport) => {
		reports.set(report.says, report);
		waiting.get(report.says)?.(report);
	});
	child.on('exit', (code) => failed(new Error(`a controller ended early, with ${code}`)));
	return {
		child,
		said: (what) => {
			const report = reports.get(what);
			if (report !== undefined) return Promise.resolve(report);
			return Promise.race([new Promise<BoardReport>((resolve) => waiting.set(what, resolve)), failure]);
		},
	};
}

/** CPU seconds used so far. The firmware is the child of its bridge; without one, of its controller. */
function usedSeconds(controllers: Controller[], bridges: DeviceProcess[], broker: Broker | null): CpuShares {
	const pids = controllers.map(({ child }) => child.pid ?? 0);
	const owners = bridges.length > 0 ? bridges.map(({ pid }) => pid) : pids;
	const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
	return {
		controllers: sum(pids.map(cpuSeconds)),
		bridges: sum(bridges.map(({ pid }) => cpuSeconds(pid))),
		firmware: sum(owners.map(descendantsCpuSeconds)),
		broker: broker?.pid ? cpuSeconds(broker.pid) : 0,
	};
}

async function measure(boards: number, link: BenchmarkRow['link'], seconds: number): Promise<BenchmarkRow> {
	const ends: (() => unknown)[] = [];
	const cleanUp = { teardown: (end: () => unknown) => void ends.unshift(end) };
	try {
		const broker = link === 'mqtt' ? await startMosquitto({}) : null;
		if (broker !== null) cleanUp.teardown(() => broker.stop());
		const bridges: DeviceProcess[] = [];
		const controllers: Controller[] = [];
		for (let number = 1; number <= boards; number++) {
			const url = broker === null ? null : `${broker.url}/bench-${number}`;
			if (url !== null) bridges.push(await startBridgeProcess(cleanUp, url));
			const runsFolder = mkdtempSync(path.join(tmpdir(), 'ossicle-benchmark-'));
			cleanUp.teardown(() => rmSync(runsFolder, { recursive: true, force: true }));
			const { folder } = tinyScenario(cleanUp, { clips: CLIPS, codec: 'pcm16', pacing: 'realtime' });
			const controller = startController({ scenario: folder, runsFolder, link: url });
			cleanUp.teardown(() => controller.child.kill());
			await controller.said('ready');
			controllers.push(controller);
		}
		for (const { child } of controllers) child.send('go');
		await Promise.all(controllers.map(({ said }) => said('streaming')));
		await sleep(SETTLE_MS);
		const first = Promise.race(controllers.map(({ said }) => said('streamed')));
		const [before, beganAt] = [usedSeconds(controllers, bridges, broker), performance.now()];
		await Promise.race([first, sleep(seconds * 1000)]);
		const [after, endedAt] = [usedSeconds(controllers, bridges, broker), performance.now()];
		const windowSeconds = (endedAt - beganAt) / 1000;
		const share = (who: keyof CpuShares) => (after[who] - before[who]) / windowSeconds;
		const done = await Promise.all(controllers.map(({ said }) => said('done')));
		const reports = done.flatMap((report) => (report.says === 'done' ? [report] : []));
		const sum = (of: (report: (typeof reports)[number]) => number) => reports.reduce((all, each) => all + of(each), 0);
		return {
			boards,
			link,
			windowSeconds,
			cpu: {
				controllers: share('controllers'),
				bridges: share('bridges'),
				firmware: share('firmware'),
				broker: share('broker'),
			},
			underruns: sum(({ underruns }) => underruns),
			attempts: sum(({ attempts }) => attempts),
			counted: sum(({ counted }) => counted),
			faults: reports.flatMap(({ faults }) => faults),
		};
	} finally {
		for (const end of ends) await end();
	}
}

function positive(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1 || value > 25)
		throw new InvalidArgumentError('expected whole seconds, 1 to 25');
	return value;
}

async function main(): Promise<void> {
	const program = new Command('bench:mqtt')
		.description('real-time audio to 1, 4 and 8 posix boards over Mosquitto: underruns, CPU a board, the broker share')
		.option('--seconds <n>', 'length of the window in which CPU time is measured', positive, 20)
		.parse();
	const { seconds } = program.opts<{ seconds: number }>();
	const [loadBefore = 0] = loadavg();
	const rows: BenchmarkRow[] = [];
	for (const [boards, link] of [
		[1, 'pty'],
		[1, 'mqtt'],
		[4, 'mqtt'],
		[8, 'mqtt'],
	] as const) {
		process.stderr.write(`${boards} x ${link}\n`);
		rows.push(await measure(boards, link, seconds));
	}
	const { stdout } = await execa('mosquitto', ['-h'], {
		reject: false,
		env: { PATH: `${process.env.PATH}:/usr/sbin` },
	});
	const machine = {
		cores: cpus().length,
		loadBefore,
		node: process.versions.node,
		broker: /mosquitto version [0-9.]+/.exec(stdout)?.[0] ?? 'mosquitto',
	};
	process.stdout.write(benchmarkPage(rows, machine, new Date().toISOString().slice(0, 10)));
}

await main();
