import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DeviceFacts } from '../generated/device.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { type BenchState, inventoryEntry, surveyBench } from './inventory.ts';
import { acquireLease } from './lease.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const factsOf = (id: string) => deviceOf(DEVICES, id).facts;

const FULL: BenchState = {
	ports: [],
	portTargets: new Map(),
	programs: new Set(['gdb-multiarch', 'qemu-system-arm']),
	images: new Set(['stm32f405', 'stm32f405-emulated', 'posix']),
	holders: new Map(),
};

const reason = (facts: DeviceFacts, change: Partial<BenchState> = {}, port?: string) =>
	inventoryEntry(facts, { ...FULL, ...change }, port).reason;

test('with tools and firmware the emulated board is available', (t) => {
	t.deepEqual(inventoryEntry(factsOf('stm32f405-emulated'), FULL), {
		id: 'stm32f405-emulated',
		name: 'STM32F405RG on QEMU netduinoplus2',
		specRow: 'STM32F4',
		evidence: 'emulated',
		attachedBy: 'QEMU netduinoplus2',
		available: true,
		reason: null,
	});
});

test('what is missing is named, with what to do', (t) => {
	const emulated = factsOf('stm32f405-emulated');
	t.is(
		reason(emulated, { programs: new Set(['gdb-multiarch']) }),
		'qemu-system-arm is not installed: apt-get install qemu-system-arm',
	);
	t.is(
		reason(emulated, { programs: new Set(['qemu-system-arm']) }),
		'gdb-multiarch is not installed: apt-get install gdb-multiarch',
	);
	t.is(reason(emulated, { images: new Set() }), 'its firmware is not built: make -C firmware BOARD=stm32f405');
	const modelFaults = new Map([['stm32f405-emulated', 'its cycle model is not built']]);
	t.is(reason(emulated, { modelFaults }), 'its cycle model is not built');
	t.is(reason(factsOf('posix'), { programs: new Set(), modelFaults }), null);
	t.is(reason({ ...emulated, unsupported: 'nobody has built it' }), 'nobody has built it');
});

test('an emulated Xtensa board needs its own emulator, and no gdb', (t) => {
	const emulated = factsOf('esp32s3-emulated');
	const images = new Set(['esp32s3-emulated']);
	t.is(reason(emulated, { images, programs: new Set(['qemu-system-xtensa']) }), null);
	t.is(reason(emulated, { images }), 'qemu-system-xtensa is not installed: apt-get install qemu-system-misc');
	t.is(
		reason(emulated, { images: new Set(), programs: new Set(['qemu-system-xtensa']) }),
		'its firmware is not built: make -C firmware BOARD=esp32s3-kc705',
	);
});

test('a real board needs a port that is named and there', (t) => {
	const board = factsOf('stm32f405');
	const ports = [{ path: '/dev/ttyACM0', manufacturer: 'STMicroelectronics', serialNumber: null }];
	t.is(reason(board), 'no port named: give --port or `link.path`; this machine has no serial port');
	t.is(
		reason(board, { ports }),
		'no port named: give --port or `link.path`; there is /dev/ttyACM0 (STMicroelectronics)',
	);
	const named: DeviceFacts = { ...board, link: { ...board.link, path: '/dev/ttyACM9' } };
	t.is(reason(named, { ports }), '/dev/ttyACM9 is not there; there is /dev/ttyACM0 (STMicroelectronics)');
	t.is(reason(named, { portTargets: new Map([['/dev/ttyACM9', '/dev/ttyACM9']]) }), null);
	t.is(reason(board, { ports }, '/dev/ttyACM0'), null);
});

test('a device that speaks MQTT itself is on a broker, and nothing of this machine says more', (t) => {
	const facts: DeviceFacts = { ...factsOf('posix'), link: { kind: 'mqtt', baud: 921600 } };
	const { attachedBy, available, reason: why } = inventoryEntry(facts, FULL);
	t.is(attachedBy, 'MQTT');
	t.false(available);
	t.regex(String(why), /^reached over a broker: --link mqtt:\/\/host\/bench; `ossicle devices --broker` lists/);
});

test('this very machine can be surveyed, and a held device names its holder', async (t) => {
	const facts = { ...factsOf('posix'), id: `posix-${process.pid}` };
	const lease = await acquireLease([facts.id]);
	t.teardown(() => lease.release());
	const bench = await surveyBench([facts], new Set([facts.id]));
	t.regex(String(inventoryEntry(facts, bench).reason), new RegExp(`^in use by process ${process.pid} on `));
});
