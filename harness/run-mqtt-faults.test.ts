/** What goes wrong between a controller, a broker and a bridge, all of them real: none of it may become a pass. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import mqtt from 'mqtt';
import { startMosquitto } from './broker/mosquitto.ts';
import { decodeCaptureFile } from './capture/decode-run.ts';
import type { DecodedClip } from './capture/session-data.ts';
import type { Cell, RunRecord } from './generated/record.ts';
import { encodeChunk } from './link/mqtt/chunk.ts';
import { evaluate } from './record/evaluate.ts';
import { type RunFolder, runFolderAt } from './record/run-folder.ts';
import { type RunOptions, type RunOutcome, run } from './run.ts';
import {
	type DeviceProcess,
	floodingBoard,
	startOssicle,
	startPosixMqtt,
	startScriptedBridge,
	until,
} from './testing/mqtt-bench.ts';
import type { MqttFault } from './testing/mqtt-fault.ts';
import { MqttProxy } from './testing/mqtt-proxy.ts';
import type { Teardown } from './testing/posix-bench.ts';
import { peakResidentBytes } from './testing/process-usage.ts';
import { type TinyOptions, tinyScenario } from './testing/tiny-scenario.ts';

const CONTROLLER = /^controller/;
const BRIDGE = /^bridge/;
/** Firmware that speaks MQTT itself. */
const FIRMWARE = /^oss-d-/;
/** Chunks that carry bytes; how many beats come between them is a matter of time. */
const isBytes = (chunk: Uint8Array) => chunk[2] === 0;
const TO_CONTROLLER = { client: CONTROLLER, way: 'to-client', leaf: 'up', like: isBytes } as const;
const TO_BRIDGE = { client: BRIDGE, way: 'to-client', leaf: 'down', like: isBytes } as const;
const TO_FIRMWARE = { ...TO_BRIDGE, client: FIRMWARE } as const;

/** Broker, proxy and bridge; controllers are this process. Everybody meets the broker through the proxy. */
async function startBench(
	t: Teardown,
	device: 'posix' | 'posix-mqtt' = 'posix',
	start: (t: Teardown, link: string) => Promise<DeviceProcess> = startScriptedBridge,
) {
	let broker = await startMosquitto();
	t.teardown(() => broker.stop());
	const proxy = await MqttProxy.start({ brokerPort: broker.port });
	t.teardown(() => proxy.close());
	const link = `${proxy.url}/bench`;
	const bridge = await start(t, link);
	return {
		proxy,
		bridge,
		link,
		device,
		broker: () => broker,
		restartBroker: async () => {
			broker.kill();
			await broker.ended;
			broker = await startMosquitto({ port: broker.port });
		},
	};
}
type Bench = Awaited<ReturnType<typeof startBench>>;

async function outcomeOn(
	t: ExecutionContext,
	{ link, device }: Pick<Bench, 'link' | 'device'>,
	tinyOptions: TinyOptions = {},
	more: Partial<RunOptions> = {},
): Promise<RunOutcome> {
	const tiny = tinyScenario(t, tinyOptions);
	const options = { scenario: tiny.folder, runsFolder: tiny.runs, devices: [device], command: ['test'] };
	return run({ ...options, attach: { link }, ...more });
}

const runOn = async (...args: Parameters<typeof outcomeOn>) => (await outcomeOn(...args)).record;

async function attemptsOf(folder: RunFolder): Promise<DecodedClip[]> {
	return (await decodeCaptureFile(folder.capture)).sessions.flatMap(({ clips }) => clips);
}

/** One bench for all tests that come one after the other: whatever one of them does to the bridge, the next one needs it. */
const ends: (() => unknown)[] = [];
let shared: Bench;
test.before(async (t) => {
	t.timeout(120_000);
	shared = await startBench({ teardown: (end) => void ends.unshift(end) });
});
test.after.always(async () => {
	for (const end of ends) await end();
});

/** Four seconds in real time: long enough for something to happen in the middle. */
const LONG = { clips: ['yes-01', 'no-01', 'up-01', 'go-01'], pacing: 'realtime' } as const;

/** Of the device that ran; other rows of the table have none. */
const cellsOf = ({ cells }: RunRecord) => cells.filter(({ device }) => device !== null);
const verdicts = (record: RunRecord) => cellsOf(record).map(({ metric, verdict }: Cell) => `${metric} ${verdict}`);

function assertGreen(t: ExecutionContext, record: RunRecord): void {
	const told = JSON.stringify(record.sessions[0]?.faults);
	// The counter is scripted, and times by it are worth nothing: two of three cells are green when all is well.
	t.deepEqual(verdicts(record), ['latency not-measured', 'memory pass', 'accuracy pass'], told);
	t.is(record.sessions[0]?.ended, 'complete');
	t.deepEqual(record.sessions[0]?.faults, []);
}

const green = (record: RunRecord) =>
	cellsOf(record).filter(({ verdict }) => verdict === 'pass' || verdict === 'marginal');

/** The session went to its end, but too little of it counts. */
function assertNothingPasses(t: ExecutionContext, record: RunRecord, why: RegExp): void {
	t.deepEqual(verdicts(record), ['latency rig-error', 'memory rig-error', 'accuracy rig-error']);
	for (const { reason } of cellsOf(record)) t.regex(reason, why);
	t.is(record.summary.exitCode, 4);
}

/** The record of a run that a fault has ended: no cell but says so. */
function assertRigError(t: ExecutionContext, record: RunRecord, code: string, text: RegExp): void {
	const [session] = record.sessions;
	const told = JSON.stringify(session?.faults, null, 1);
	assertNothingPasses(t, record, text);
	t.is(session?.ended, 'rig-error');
	t.is(session?.faults[0]?.code, code, told);
	t.regex(session?.faults[0]?.text ?? '', text);
}

test.serial('through the proxy, but without faults, a run passes: so the others can fail', async (t) => {
	t.timeout(120_000);
	const record = await runOn(t, shared);
	assertGreen(t, record);
	t.regex(record.sessions[0]?.link ?? '', /^mqtt mqtt:.* bench\/posix/);
	t.deepEqual(shared.proxy.fired, []);
});

for (const [what, fault, code, text] of [
	[
		'a chunk to the board is lost',
		{ ...TO_BRIDGE, at: 20, kind: 'drop' },
		'mqtt-gap',
		/1 chunk on the way .* was lost/,
	],
	['three are', { ...TO_BRIDGE, at: 20, kind: 'drop', count: 3 }, 'mqtt-gap', /3 chunks on the way .* were lost/],
	['one comes twice', { ...TO_BRIDGE, at: 20, kind: 'duplicate' }, 'mqtt-repeat', /twice, or late/],
	['two change places', { ...TO_BRIDGE, at: 20, kind: 'swap' }, 'mqtt-gap', /number \d+ came in place of \d+/],
	[
		'a chunk of the board is lost',
		{ ...TO_CONTROLLER, at: 12, kind: 'drop' },
		'mqtt-gap',
		/1 chunk on the way .* was lost/,
	],
	['one of the board comes twice', { ...TO_CONTROLLER, at: 12, kind: 'duplicate' }, 'mqtt-repeat', /twice, or late/],
	[
		'two of the board change places',
		{ ...TO_CONTROLLER, at: 12, kind: 'swap' },
		'mqtt-gap',
		/number \d+ came in place of \d+/,
	],
	[
		'the controller is cut off',
		{ ...TO_CONTROLLER, at: 12, kind: 'kick' },
		'mqtt-lost',
		/the connection to the broker .* was lost/,
	],
	['the bridge is cut off', { ...TO_BRIDGE, at: 20, kind: 'kick' }, 'mqtt-offline', /connection lost/],
	[
		'the first chunk of all is lost',
		{ ...TO_BRIDGE, at: 0, kind: 'drop' },
		'mqtt-gap',
		/1 chunk on the way .* was lost/,
	],
] satisfies [string, MqttFault, string, RegExp][])
	test.serial(`${what}: a rig error that says so, and the next run passes`, async (t) => {
		t.timeout(120_000);
		const { proxy, bridge } = shared;
		const from = bridge.output().length;
		proxy.arm(fault);
		assertRigError(t, await runOn(t, shared), code, text);
		t.true(proxy.fired.includes(fault));
		await bridge.said(/taken back from .*: |released by/, from);
		await bridge.said(/online/, fault.client === BRIDGE && fault.kind === 'kick' ? from : 0);
		assertGreen(t, await runOn(t, shared));
	});

let direct: Bench | null = null;
const directBench = async () => {
	direct ??= await startBench({ teardown: (end) => void ends.unshift(end) }, 'posix-mqtt', startPosixMqtt);
	return direct;
};

for (const [what, fault, code, text] of [
	['a chunk is lost', { ...TO_FIRMWARE, at: 20, kind: 'drop' }, 'mqtt-gap', /lost|missing/],
	['one comes twice', { ...TO_FIRMWARE, at: 20, kind: 'duplicate' }, 'mqtt-repeat', /twice/],
	['two change places', { ...TO_FIRMWARE, at: 20, kind: 'swap' }, 'mqtt-gap', /lost|missing/],
	['one of its own is lost', { ...TO_CONTROLLER, at: 12, kind: 'drop' }, 'mqtt-gap', /1 chunk on the way .* was lost/],
	['one of its own comes twice', { ...TO_CONTROLLER, at: 12, kind: 'duplicate' }, 'mqtt-repeat', /twice, or late/],
	['two of its own change places', { ...TO_CONTROLLER, at: 12, kind: 'swap' }, 'mqtt-gap', /number \d+ came in place/],
	[
		'the controller is cut off',
		{ ...TO_CONTROLLER, at: 12, kind: 'kick' },
		'mqtt-lost',
		/the connection to the broker/,
	],
	['it is cut off', { ...TO_FIRMWARE, at: 20, kind: 'kick' }, 'mqtt-offline', /connection lost/],
] satisfies [string, MqttFault, string, RegExp][])
	test.serial(`firmware that speaks MQTT itself, ${what}: the same`, async (t) => {
		t.timeout(120_000);
		const bench = await directBench();
		const from = bench.bridge.output().length;
		bench.proxy.arm(fault);
		assertRigError(t, await runOn(t, bench), code, text);
		t.true(bench.proxy.fired.includes(fault));
		await bench.bridge.said(/lease of .* ended: /, from);
		if (fault.client === FIRMWARE && fault.kind === 'kick') await bench.bridge.said(/online/, from);
		assertGreen(t, await runOn(t, bench));
	});

test.serial('firmware that speaks MQTT itself, the broker is killed in mid-run and comes back: the same', async (t) => {
	t.timeout(120_000);
	const bench = await directBench();
	const from = bench.bridge.output().length;
	let restarted: Promise<void> | null = null;
	const progress = (text: string) => {
		if (/keywords 2\/4/.test(text)) restarted ??= bench.restartBroker();
	};
	const record = await runOn(t, bench, LONG, { progress });
	assertRigError(t, record, 'mqtt-lost', /the connection to the broker .* was lost/);
	await restarted;
	await bench.bridge.said(/online/, from);
	assertGreen(t, await runOn(t, bench));
});

test.serial('the broker is killed in mid-run and comes back: a rig error, and the next run passes', async (t) => {
	t.timeout(120_000);
	const { bridge } = shared;
	const from = bridge.output().length;
	let restarted: Promise<void> | null = null;
	const progress = (text: string) => {
		if (/keywords 2\/4/.test(text)) restarted ??= shared.restartBroker();
	};
	const record = await runOn(t, shared, LONG, { progress });
	assertRigError(t, record, 'mqtt-lost', /the connection to the broker .* was lost/);
	t.truthy(restarted);
	await restarted;
	await bridge.said(/offline: the connection to the broker .* was lost/, from);
	await bridge.said(
		/taken back from .*: (the bridge lost its broker: )?the connection to the broker .* was lost/,
		from,
	);
	await bridge.said(/online/, from);
	assertGreen(t, await runOn(t, shared));
});

test.serial('the broker stays away for a while: the bridge waits for it', async (t) => {
	t.timeout(120_000);
	const { bridge } = shared;
	const from = bridge.output().length;
	shared.broker().kill();
	await bridge.said(/offline: the connection to the broker .* was lost/, from);
	const { record, error } = await runOn(t, shared).then(
		(record) => ({ record, error: null }),
		(error: unknown) => ({ record: null, error }),
	);
	t.is(error, null);
	if (record !== null) assertRigError(t, record, 'mqtt-connect', /no MQTT broker/);
	await shared.restartBroker();
	await bridge.said(/online/, from);
	assertGreen(t, await runOn(t, shared));
});

test.serial('requests, answers and infos that come twice are carried out once, and the run passes', async (t) => {
	t.timeout(120_000);
	const { proxy, bridge } = shared;
	const from = bridge.output().length;
	const twice = (count: number, place: Omit<MqttFault, 'kind' | 'at'>) =>
		Array.from({ length: count }, (_, at): MqttFault => ({ ...place, at, kind: 'duplicate' }));
	const faults = [
		// describe, acquire, flash, start, stop, release
		...twice(6, { client: BRIDGE, way: 'to-client', leaf: 'ask' }),
		...twice(5, { client: CONTROLLER, way: 'to-client', leaf: 'answer' }),
		...twice(2, { client: CONTROLLER, way: 'to-client', leaf: 'info' }),
	];
	for (const fault of faults) proxy.arm(fault);
	const record = await runOn(t, shared);
	assertGreen(t, record);
	t.deepEqual(
		faults.filter((fault) => !proxy.fired.includes(fault)),
		[],
	);
	const said = bridge.output().slice(from);
	t.is(said.match(/flashed build/g)?.length, 1, said);
	t.is(said.match(/streaming on channel/g)?.length, 1, said);
	t.regex(JSON.stringify(record.sessions[0]?.notices), /it answers no request that waits/);
	assertGreen(t, await runOn(t, shared));
});

test.serial('audio that is late once: the clip has underruns and does not count; sent again, it does', async (t) => {
	t.timeout(120_000);
	const fault: MqttFault = { ...TO_BRIDGE, at: 20, kind: 'delay', ms: 600 };
	shared.proxy.arm(fault);
	const { record, folder } = await outcomeOn(t, shared, LONG);
	t.true(shared.proxy.fired.includes(fault));
	const [late, again] = await attemptsOf(folder);
	t.true((late?.end?.underruns ?? 0) > 0);
	t.regex(late?.problems.join('; ') ?? '', /underruns: audio came too late for real time/);
	t.is(again?.event.name, late?.event.name);
	// A busy machine may be late by itself; one clip may be sent again, and not two.
	if (record.sessions[0]?.clipsResent === 1) assertGreen(t, record);
	else assertNothingPasses(t, record, /\d of 4 clips had to be sent again, 1 allowed/);
});

test.serial('audio that is late again and again: no clip of it counts, and nothing passes', async (t) => {
	t.timeout(120_000);
	const { proxy } = shared;
	for (let at = 8; at < 400; at += 10) proxy.arm({ ...TO_BRIDGE, at, kind: 'delay', ms: 300 });
	const { record, folder } = await outcomeOn(t, shared, { ...LONG, clips: ['yes-01', 'no-01'] });
	proxy.disarm();
	assertNothingPasses(t, record, /2 of 2 clips had to be sent again, 1 allowed: .* underruns: audio came too late/);
	t.is(record.sessions[0]?.clipsCounted, 0);
	for (const { problems } of await attemptsOf(folder)) t.regex(problems.join('; '), /underruns/);
	assertGreen(t, await runOn(t, shared));
});

test.serial('a request that is lost: the run says that the device does not answer', async (t) => {
	t.timeout(120_000);
	const fault: MqttFault = { client: BRIDGE, way: 'to-client', leaf: 'ask', at: 0, kind: 'drop' };
	shared.proxy.arm(fault);
	const record = await runOn(t, shared);
	t.true(shared.proxy.fired.includes(fault));
	assertRigError(t, record, 'mqtt-no-device', /posix on bench bench .* says that it is online, but does not answer/);
	assertGreen(t, await runOn(t, shared));
});

test.serial(
	'a controller that is killed: its last will gives the board back, and its record passes nothing',
	async (t) => {
		t.timeout(120_000);
		const { bridge, link } = shared;
		const from = bridge.output().length;
		const tiny = tinyScenario(t, LONG);
		const args = ['run', tiny.folder, '--device', 'posix', '--link', link, '--runs', tiny.runs];
		const controller = startOssicle(t, args);
		await controller.said(/keywords 1\/4/);
		controller.signal('SIGKILL');
		await controller.ended;
		await bridge.said(/released by/, from);
		const [id = ''] = readdirSync(tiny.runs);
		const record = await evaluate(runFolderAt(path.join(tiny.runs, id)), { source: 'replay', evaluatedBy: 'test' });
		t.is(record.manifest.status, 'interrupted');
		for (const { verdict } of cellsOf(record)) t.is(verdict, 'not-measured');
		assertGreen(t, await runOn(t, shared));
	},
);

/** The rest of them wait for silence to be noticed: all at the same time, each on a bench of its own. */

test('nothing to the board arrives any more: its bridge says so, and gives it back', async (t) => {
	t.timeout(240_000);
	const bench = await startBench(t);
	bench.proxy.arm({ ...TO_BRIDGE, like: () => true, at: 20, kind: 'delay', ms: 60_000 });
	assertRigError(t, await runOn(t, bench), 'mqtt-silent', /nothing was heard from the other end for 15 s/);
	await bench.bridge.said(/taken back from .*: nothing was heard from the other end for 15 s/);
});

test('nothing of the board arrives any more: the channel is silent', async (t) => {
	t.timeout(240_000);
	const bench = await startBench(t);
	bench.proxy.arm({ ...TO_CONTROLLER, like: () => true, at: 12, kind: 'delay', ms: 60_000 });
	assertRigError(t, await runOn(t, bench), 'mqtt-silent', /nothing was heard from the other end for 15 s/);
	await bench.bridge.said(/released by|taken back from/);
	bench.proxy.disarm();
	assertGreen(t, await runOn(t, bench));
});

test('a bridge that is killed: its last will ends the run', async (t) => {
	t.timeout(240_000);
	const bench = await startBench(t);
	const progress = (text: string) => {
		if (/keywords 2\/4/.test(text)) bench.bridge.signal('SIGKILL');
	};
	const record = await runOn(t, bench, LONG, { progress });
	assertRigError(t, record, 'mqtt-offline', /the device bench\/posix is gone from the broker: connection lost/);
	assertRigError(t, await runOn(t, bench), 'mqtt-no-device', /posix on bench bench .* is offline \(connection lost\)/);
	await startScriptedBridge(t, bench.link);
	assertGreen(t, await runOn(t, bench));
});

test('a controller that stands still: a rig error there, and the bridge takes the board back', async (t) => {
	t.timeout(240_000);
	const bench = await startBench(t);
	const progress = (text: string) => {
		if (/keywords 2\/4/.test(text)) bench.proxy.stall(CONTROLLER);
	};
	const record = await runOn(t, bench, LONG, { progress });
	assertRigError(t, record, 'device-silent', /posix has fallen silent/);
	await bench.bridge.said(/taken back from .*: nothing was heard from the other end for 15 s/);
	bench.proxy.resume(CONTROLLER);
	assertGreen(t, await runOn(t, bench));
});

for (const [device, start] of [
	['posix', startScriptedBridge],
	['posix-mqtt', startPosixMqtt],
] as const)
	test(`what speaks for ${device} stands still, and a stranger floods it: memory stays bounded, and it recovers`, async (t) => {
		t.timeout(240_000);
		const bench = await startBench(t, device, start);
		const { bridge, proxy } = bench;
		const before = peaksOf(bench);
		let flooded: Promise<void> | null = null;
		const progress = (text: string) => {
			if (!/keywords 2\/4/.test(text)) return;
			bridge.signal('SIGSTOP');
			flooded = flood(t, bench, ['down', 'ask']);
		};
		const record = await runOn(t, bench, LONG, { progress });
		assertRigError(t, record, 'device-silent', new RegExp(`${device} has fallen silent`));
		t.truthy(flooded);
		await flooded;
		// The broker gives it up in the end, and what was meant for it is lost.
		const isThere = () => proxy.clients.some((client) => BRIDGE.test(client) || FIRMWARE.test(client));
		await until('the broker has given it up', () => !isThere());
		const from = bridge.output().length;
		bridge.signal('SIGCONT');
		await bridge.said(/online/, from);
		assertBounded(t, before, peaksOf(bench));
		assertGreen(t, await runOn(t, bench));
	});

test('a controller that stands still while a board prints without end: memory stays bounded', async (t) => {
	t.timeout(240_000);
	const imagePath = await floodingBoard();
	const bench = await startBench(t, 'posix', (...place) => startScriptedBridge(...place, imagePath));
	const { bridge, proxy, link } = bench;
	const before = peaksOf(bench);
	const running = runOn(t, bench, {}, { attach: { link, imagePath } });
	await bridge.said(/streaming/);
	proxy.stall(CONTROLLER);
	const flooded = flood(t, bench, ['up']);
	const record = await running;
	await flooded;
	t.deepEqual(green(record), []);
	await bridge.said(/taken back from .*: nothing was heard from the other end for 15 s/);
	assertBounded(t, before, peaksOf(bench));
});

test('a broker that takes no more of what a board prints without end: its bridge gives up before its memory does', async (t) => {
	t.timeout(240_000);
	const imagePath = await floodingBoard();
	const bench = await startBench(t, 'posix', (...place) => startScriptedBridge(...place, imagePath));
	const { bridge, proxy, link } = bench;
	const before = peaksOf(bench);
	const running = runOn(t, bench, {}, { attach: { link, imagePath } });
	await bridge.said(/streaming/);
	proxy.stall(BRIDGE, ['to-broker']);
	await bridge.said(/taken back from .*: the broker has not acknowledged \d+ bytes of the board/);
	proxy.resume(BRIDGE);
	assertRigError(t, await running, 'mqtt-slow-broker', /the broker has not acknowledged \d+ bytes of the board/);
	assertBounded(t, before, peaksOf(bench));
});

/** Many times what anybody may keep. */
const FLOOD_BYTES = 64 * 2 ** 20;
/** Room for what Node.js and the kernel do by the way, and far less than the flood. */
const ROOM_BYTES = { bridge: 24 * 2 ** 20, broker: 8 * 2 ** 20 };

/** A stranger publishes chunks of a channel of its own, as fast as the broker takes them. */
async function flood(
	t: ExecutionContext,
	{ broker, device }: Bench,
	leaves: readonly ('down' | 'up' | 'ask')[],
): Promise<void> {
	const stranger = await mqtt.connectAsync(broker().url, { protocolVersion: 4, reconnectPeriod: 0 });
	t.teardown(() => stranger.end(true));
	const payload = Buffer.alloc(4096, 0x20);
	encodeChunk({ kind: 'BYTES', sequence: 0, channel: 'f'.repeat(16), payload: payload.subarray(16) }).copy(payload);
	for (let sent = 0; sent < FLOOD_BYTES; sent += payload.length * 16)
		await Promise.all(
			Array.from({ length: 16 }, (_, index) =>
				stranger.publishAsync(`ossicle/1/bench/${device}/${leaves[index % leaves.length]}`, payload, { qos: 1 }),
			),
		);
	await stranger.endAsync();
}

const peaksOf = ({ bridge, broker }: Bench) => ({
	bridge: peakResidentBytes(bridge.pid),
	broker: peakResidentBytes(broker().pid ?? 0),
});

function assertBounded(
	t: ExecutionContext,
	before: ReturnType<typeof peaksOf>,
	after: ReturnType<typeof peaksOf>,
): void {
	for (const who of ['bridge', 'broker'] as const) {
		const grown = after[who] - before[who];
		t.log(`${who}: ${(grown / 2 ** 20).toFixed(1)} MiB more than before`);
		t.true(grown < ROOM_BYTES[who], `the ${who} took ${grown} bytes more`);
	}
}
