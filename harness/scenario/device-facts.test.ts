import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { deviceOf, loadDevices } from './device-facts.ts';
import { operatingPoint } from './operating-point.ts';

const REAL = fileURLToPath(new URL('../../devices', import.meta.url));

const BOARD = `id: board
name: A board
specRow: Row
evidence: silicon
firmware: { board: board }
clock: { hz: 1000000, toleranceFraction: 0.01 }
link: { kind: serial, baud: 115200, path: /dev/ttyUSB0 }
flash: { tool: gdb, target: 'localhost:3333' }
`;

/** A devices folder with these files, all in a folder `x`. */
function devices(files: Record<string, string>): string {
	const folder = temporaryFolder('devices');
	mkdirSync(join(folder, 'x'));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'x', name), text);
	return folder;
}

test('every device of the repository loads, and the stand-in has what its board declares', (t) => {
	const all = loadDevices(REAL);
	for (const id of ['posix', 'stm32f405', 'stm32f405-emulated']) t.true(all.has(id), id);
	const { facts, files } = deviceOf(all, 'stm32f405-emulated');
	t.is(facts.evidence, 'emulated');
	t.is(facts.specRow, 'STM32F4');
	t.is(facts.battery?.milliwattHours, 96);
	t.is(facts.memory?.flash.origin, 0x0800_0000);
	t.is(facts.emulator?.icountShift, 3);
	t.deepEqual(files, ['devices/stm32f405/device.emulated.yaml', 'devices/stm32f405/device.yaml']);
	t.is(deviceOf(all, 'stm32f405').facts.extends, undefined);
});

test('another kind of link takes nothing over from the parent: no serial port for an emulator', (t) => {
	const child = 'id: copy\nname: Copy\nextends: board\nevidence: emulated\nlink: { kind: qemu-pty, baud: 9600 }\n';
	const { facts } = deviceOf(loadDevices(devices({ 'a.yaml': BOARD, 'b.yaml': child })), 'copy');
	t.deepEqual(facts.link, { kind: 'qemu-pty', baud: 9600 });
	t.is(facts.clock.hz, 1_000_000);
});

const refused = test.macro((t, files: Record<string, string>, message: string) => {
	const error = t.throws(() => loadDevices(devices(files)));
	t.is(error?.message, message);
});

test(
	'an unknown key: file, line, column and the nearest known word',
	refused,
	{ 'a.yaml': BOARD.replace('specRow:', 'specRwo:') },
	'devices/x/a.yaml:3:1: unknown key `specRwo`: did you mean "specRow"?',
);
test(
	'an unknown key deep inside',
	refused,
	{ 'a.yaml': `${BOARD}battery:\n  milliwatHours: 5\n` },
	'devices/x/a.yaml:10:3: unknown key `milliwatHours` in `battery`: did you mean "milliwattHours"?',
);
test(
	'a word which is none of those allowed',
	refused,
	{ 'a.yaml': BOARD.replace('silicon', 'silicone') },
	'devices/x/a.yaml:4:11: `evidence` is "silicone", which is none of silicon, emulated, host: did you mean "silicon"?',
);
const cycles = (low: number) =>
	`model:\n  cycles:\n    plugin: cortex-m4\n    band: { low: ${low}, high: 1.2, source: test }\n`;
test(
	'a band of estimated cycles that runs downwards',
	refused,
	{ 'a.yaml': BOARD + cycles(1.5) },
	'devices/x/a.yaml:12:18: the band of cycles per estimated cycle runs from 1.5 down to 1.2; low comes first.',
);
test(
	'a cycle model of a device that is no emulator',
	refused,
	{ 'a.yaml': BOARD + cycles(0.9) },
	'devices/x/a.yaml:11:13: `board` declares the cycle model cortex-m4, which runs in an emulator of an Arm board; expected `emulator` and `firmware.architecture: arm` beside it.',
);
test(
	'a cycle model nobody has made',
	refused,
	{ 'a.yaml': BOARD + cycles(0.9).replace('cortex-m4', 'cortex-m5') },
	'devices/x/a.yaml:11:13: `model.cycles.plugin` is "cortex-m5", which is none of cortex-m4: did you mean "cortex-m4"?',
);
test(
	'a missing fact',
	refused,
	{ 'a.yaml': BOARD.replace(/^clock.*\n/m, '') },
	'devices/x/a.yaml:1:1: the file lacks `clock`.',
);
test(
	'a fault in an inherited value is shown in the file it stands in',
	refused,
	{
		'a.yaml': BOARD.replace('baud: 115200', 'baud: fast'),
		'b.yaml': 'id: copy\nname: Copy\nextends: board\nevidence: silicon\n',
	},
	'devices/x/a.yaml:7:29: `link.baud` must be integer, but is "fast".',
);
test(
	'an id which is no file name',
	refused,
	{ 'a.yaml': BOARD.replace('id: board', 'id: ../board') },
	'devices/x/a.yaml:1:5: `id` must be lower-case letters, digits and hyphens, but it is "../board".',
);
test(
	'two devices of one id',
	refused,
	{ 'a.yaml': BOARD, 'b.yaml': BOARD },
	'devices/x/b.yaml:1:5: id `board` is already used by devices/x/a.yaml:1:5; ids are unique.',
);
test(
	'a parent that does not exist',
	refused,
	{ 'a.yaml': BOARD, 'b.yaml': 'id: copy\nname: Copy\nextends: bord\nevidence: silicon\n' },
	'devices/x/b.yaml:3:10: `copy` extends `bord`, which is no device: did you mean "board"?',
);
test(
	'evidence is never inherited: an emulator must not become silicon by silence',
	refused,
	{ 'a.yaml': BOARD, 'b.yaml': 'id: copy\nname: Copy\nextends: board\n' },
	'devices/x/b.yaml:1:1: `evidence` is missing: each device says itself whether it is silicon, emulated or host; it is not inherited.',
);
test(
	'an emulator that claims silicon',
	refused,
	{ 'a.yaml': BOARD.replace('kind: serial', 'kind: qemu-pty') },
	'devices/x/a.yaml:4:11: `board` claims silicon evidence, but a device on qemu-pty can only give emulated.',
);
const OVER_MQTT = BOARD.replace(/^link.*\n/m, 'link: { kind: mqtt, baud: 921600 }\n');
test(
	'a program of a PC that claims silicon because it is reached over a broker',
	refused,
	{ 'a.yaml': OVER_MQTT.replace('board: board', 'board: board, architecture: host') },
	'devices/x/a.yaml:4:11: `board` claims silicon evidence, but a device on mqtt can only give host.',
);
test('a board that speaks MQTT itself is still the board', (t) => {
	t.is(deviceOf(loadDevices(devices({ 'a.yaml': OVER_MQTT })), 'board').facts.evidence, 'silicon');
});
test(
	'broken YAML',
	refused,
	{ 'a.yaml': 'id: [board\n' },
	'devices/x/a.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
);

const SHUNT =
	'power:\n  supplyVolts: 3.3\n  shuntOhms: 1\n  amplifierGain: 20\n  offsetVolts: 0.1\n  adc: { bits: 12, referenceVolts: 3.3 }\n';

test(
	'a shunt without a supply voltage: P = V_supply x I has no V_supply',
	refused,
	{ 'a.yaml': BOARD + SHUNT.replace('  supplyVolts: 3.3\n', '') },
	'devices/x/a.yaml:10:3: `power` lacks `supplyVolts`.',
);
test(
	'a supply voltage that is the voltage over the shunt',
	refused,
	{ 'a.yaml': BOARD + SHUNT.replace('supplyVolts: 3.3', 'supplyVolts: 0.15') },
	'devices/x/a.yaml:10:16: `board` has a supply of 0.15 V, but up to 0.16 V lie over its shunt ((3.3 V - 0.1 V) / 20): expected the voltage of the supply, which is larger; P = V_supply x I.',
);
test(
	'an offset beyond the converter',
	refused,
	{ 'a.yaml': BOARD + SHUNT.replace('offsetVolts: 0.1', 'offsetVolts: 3.3') },
	'devices/x/a.yaml:13:16: `board` has an offset of 3.3 V, and its converter ends at 3.3 V: no current could be seen.',
);

const CURRENTS = (points: string, wakeUp = '') =>
	`${BOARD}model:\n  currents:\n${points}${wakeUp === '' ? '' : `  wakeUp: ${wakeUp}\n`}`;
const POINT = '    - { clockHz: 1000000, runMilliamperes: 5, sleepMilliamperes: 1, source: data sheet }\n';

test('operating points: the one of the own clock is what power is modelled with', (t) => {
	const slower = POINT.replace('1000000', '16000000').replace('5', '3');
	const { facts } = deviceOf(loadDevices(devices({ 'a.yaml': CURRENTS(POINT + slower) })), 'board');
	const at = (hz: number) => operatingPoint({ ...facts, clock: { ...facts.clock, hz } });
	t.is(at(1_000_000)?.runMilliamperes, 5);
	t.is(at(16_000_000)?.runMilliamperes, 3);
	t.is(at(8_000_000), null);
});
test(
	'two figures for one clock',
	refused,
	{ 'a.yaml': CURRENTS(POINT + POINT) },
	'devices/x/a.yaml:12:18: `board` declares the currents at 1000000 Hz twice; one of them is wrong.',
);
test(
	'a core that draws more asleep than awake',
	refused,
	{ 'a.yaml': CURRENTS(POINT.replace('sleepMilliamperes: 1', 'sleepMilliamperes: 9')) },
	'devices/x/a.yaml:11:66: `board` would draw 9 mA asleep and 5 mA awake at 1000000 Hz: are the two exchanged?',
);
for (const [title, low] of [
	['a low clock without its current', 500_000],
	['a low clock that is not below the own', 1_000_000],
] as const)
	test(
		title,
		refused,
		{ 'a.yaml': `${CURRENTS(POINT)}  speeds: { low: ${low} }\n` },
		`devices/x/a.yaml:12:18: \`board\` has a low clock of ${low} Hz: expected one below 1000000 Hz of which \`currents\` declares the current.`,
	);
test(
	'a wake-up without a cost',
	refused,
	{ 'a.yaml': CURRENTS(POINT, '{ source: data sheet }') },
	'devices/x/a.yaml:12:11: `board` declares a wake-up without its cost: expected `microseconds`, `microcoulombs`, or both.',
);

test('devices that extend each other are refused', (t) => {
	const a = 'id: a\nname: A\nextends: b\nevidence: silicon\n';
	const b = 'id: b\nname: B\nextends: a\nevidence: silicon\n';
	const error = t.throws(() => loadDevices(devices({ 'a.yaml': a, 'b.yaml': b })));
	t.regex(error?.message ?? '', /which in turn extends/);
});

test('what a board lacks is said of the board alone, not of its stand-in', (t) => {
	const child = 'id: copy\nname: Copy\nextends: board\nevidence: emulated\nlink: { kind: qemu-pty, baud: 9600 }\n';
	const all = loadDevices(devices({ 'a.yaml': `${BOARD}unsupported: no firmware yet\n`, 'b.yaml': child }));
	t.is(deviceOf(all, 'board').facts.unsupported, 'no firmware yet');
	t.is(deviceOf(all, 'copy').facts.unsupported, undefined);
});

test('an unknown device names the nearest known one', (t) => {
	const error = t.throws(() => deviceOf(loadDevices(REAL), 'stm32f405-emulate'));
	t.is(error?.message, 'No device `stm32f405-emulate`: did you mean "stm32f405-emulated"?');
});
