import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DeviceFacts } from '../generated/device.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { factsDigest } from './facts-digest.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const BOARD = deviceOf(DEVICES, 'stm32f405-emulated').facts;

/** The same value with the keys of each object the other way round. */
function reversed(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(reversed);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([key, field]) => [key, reversed(field)]),
	);
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(fields.map(([key, field]) => [key, sorted(field)]));
}

test('it is SHA-256 of the facts as JSON with sorted keys, without link, flash and name', (t) => {
	const facts: DeviceFacts = {
		specRow: 'R',
		id: 'a',
		name: 'A',
		evidence: 'host',
		firmware: { board: 'b' },
		clock: { toleranceFraction: 0.5, hz: 10, otherSources: [{ meaning: 'ä', toleranceFraction: 0.1, hz: 2 }] },
		link: { kind: 'posix-pty', baud: 9600 },
		flash: { tool: 'none' },
	};
	const text =
		'{"clock":{"hz":10,"otherSources":[{"hz":2,"meaning":"ä","toleranceFraction":0.1}],"toleranceFraction":0.5},' +
		'"evidence":"host","firmware":{"board":"b"},"id":"a","specRow":"R"}';
	t.is(factsDigest(facts), createHash('sha256').update(text).digest('hex'));
});

test('where a cycle model estimates the time, its sources are part of it', (t) => {
	const { model, ...rest } = BOARD;
	const { cycles, ...others } = model ?? {};
	t.truthy(cycles);
	const folder = fileURLToPath(new URL('../../devices/emulated/cycle-plugin', import.meta.url));
	const sources = readdirSync(folder).filter((name) => /\.(c|inc)$/.test(name) && !name.startsWith('test_'));
	const facts = JSON.stringify(sorted({ ...rest, model: others, link: undefined, flash: undefined, name: undefined }));
	t.is(factsDigest({ ...rest, model: others }), createHash('sha256').update(facts).digest('hex'));
	const hash = createHash('sha256').update(
		JSON.stringify(sorted({ ...BOARD, link: undefined, flash: undefined, name: undefined })),
	);
	for (const name of sources.sort()) hash.update(`\n${name}\n`).update(readFileSync(path.join(folder, name)));
	t.is(factsDigest(BOARD), hash.digest('hex'));
});

test('the order of keys, the way to the board and its name do not matter', (t) => {
	const digest = factsDigest(BOARD);
	t.is(factsDigest(reversed(BOARD) as DeviceFacts), digest);
	t.is(factsDigest(JSON.parse(JSON.stringify(BOARD))), digest);
	const elsewhere: DeviceFacts = {
		...BOARD,
		name: 'the one in the cellar',
		link: { kind: 'serial', baud: 115200, path: '/dev/ttyACM7' },
		flash: { tool: 'gdb', target: 'cellar:3333' },
	};
	t.is(factsDigest(elsewhere), digest);
	t.is(factsDigest({ ...BOARD, unsupported: undefined } as unknown as DeviceFacts), digest);
});

test('whatever a verdict is computed from does', (t) => {
	const digest = factsDigest(BOARD);
	const others: DeviceFacts[] = [
		{ ...BOARD, evidence: 'silicon' },
		{ ...BOARD, id: 'another' },
		{ ...BOARD, clock: { ...BOARD.clock, hz: BOARD.clock.hz + 1 } },
		{ ...BOARD, model: {} },
	];
	for (const other of others) t.not(factsDigest(other), digest);
	t.is(new Set([...DEVICES.values()].map(({ facts }) => factsDigest(facts))).size, DEVICES.size);
});
