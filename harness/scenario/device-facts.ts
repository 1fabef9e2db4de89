import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { suggestion } from './nearest.ts';
import { readYamlFile, validated, type YamlFile } from './yaml-file.ts';

/** One device and the files its facts came from, its own first, then those it extends. */
export interface LoadedDevice {
	facts: DeviceFacts;
	files: string[];
}

const DEVICE_ID = /^[a-z0-9-]+$/;

/**
 * All devices of `devices/<folder>/*.yaml`, by id, each with what it `extends` merged in and checked.
 *
 * @param devicesFolder e.g. `<repository>/devices`
 * @throws OssicleError (usage) `device-id`, `device-duplicate`, `device-extends`, `device-evidence`, `device-band`, `device-currents`, `device-power`, `schema`, `yaml-syntax`
 */
export function loadDevices(devicesFolder: string): Map<string, LoadedDevice> {
	const raw = new Map<string, RawDevice>();
	for (const path of deviceFilePaths(devicesFolder)) {
		const file = readYamlFile(path, join('devices', relative(devicesFolder, path)));
		const id = idOf(file);
		const earlier = raw.get(id);
		if (earlier !== undefined) {
			throw new OssicleError(
				'device-duplicate',
				'usage',
				`${file.place(['id'])}: id \`${id}\` is already used by ${earlier.file.place(['id'])}; ids are unique.`,
				{ id },
			);
		}
		raw.set(id, { id, file, value: file.value as Record<string, unknown> });
	}
	return new Map([...raw.values()].map((device) => [device.id, loaded(device, raw)]));
}

/** The device with that id. @throws OssicleError `device-unknown` (usage), naming the nearest known id. */
export function deviceOf(devices: ReadonlyMap<string, LoadedDevice>, id: string): LoadedDevice {
	const device = devices.get(id);
	if (device !== undefined) return device;
	throw new OssicleError(
		'device-unknown',
		'usage',
		`No device \`${id}\`: ${suggestion(id, [...devices.keys()].sort())}`,
		{
			id,
			known: [...devices.keys()],
		},
	);
}

/**
 * Facts read back from a run folder's `inputs/devices/<id>.json`, checked as strictly as the files they came from.
 * @throws OssicleError `schema`, `device-evidence`, `device-band`, `device-power` (usage)
 */
export function checkedFacts(value: unknown, shownPath: string): DeviceFacts {
	const where = (keys: readonly (string | number)[]) => [shownPath, ...keys].join(' > ');
	const facts = validated<DeviceFacts>('device', value, where);
	checkMeaning(facts, where);
	return facts;
}

interface RawDevice {
	id: string;
	file: YamlFile;
	value: Record<string, unknown>;
}

function deviceFilePaths(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.flatMap((entry) => {
			const inner = join(folder, entry.name);
			return readdirSync(inner)
				.filter((name) => name.endsWith('.yaml'))
				.map((name) => join(inner, name));
		})
		.sort();
}

function idOf(file: YamlFile): string {
	const id = (file.value as { id?: unknown } | null)?.id;
	if (typeof id === 'string' && DEVICE_ID.test(id)) return id;
	const got = id === undefined ? 'there is none' : `it is ${JSON.stringify(id)}`;
	throw new OssicleError(
		'device-id',
		'usage',
		`${file.place(['id'])}: \`id\` must be lower-case letters, digits and hyphens, but ${got}.`,
		{
			path: file.path,
		},
	);
}

function loaded(device: RawDevice, all: ReadonlyMap<string, RawDevice>): LoadedDevice {
	const chain = chainOf(device, all);
	const merged = chain.reduceRight<Record<string, unknown>>(
		(facts, link) => merge(facts, inheritable(facts, link)),
		{},
	);
	if (device.value.unsupported === undefined) delete merged.unsupported;
	if (device.value.extends === undefined) delete merged.extends;
	// A fault is shown where the value stands: in the device's own file, else in the one it inherited it from.
	const where: YamlFile['place'] = (keys, of) =>
		(chain.find((link) => link.file.has(keys)) ?? device).file.place(keys, of);
	const facts = validated<DeviceFacts>('device', merged, where);
	if (!device.file.has(['evidence'])) {
		throw new OssicleError(
			'device-evidence',
			'usage',
			`${device.file.place([])}: \`evidence\` is missing: each device says itself whether it is silicon, emulated or host; it is not inherited.`,
			{ id: device.id },
		);
	}
	checkMeaning(facts, where);
	return { facts, files: chain.map((link) => link.file.path) };
}

/** The device, what it extends, what that extends, and so on. */
function chainOf(device: RawDevice, all: ReadonlyMap<string, RawDevice>): RawDevice[] {
	const chain = [device];
	for (let link = device; link.value.extends !== undefined; ) {
		const parentId = String(link.value.extends);
		const parent = all.get(parentId);
		if (parent === undefined) {
			const known = [...all.keys()].filter((id) => id !== link.id).sort();
			throw new OssicleError(
				'device-extends',
				'usage',
				`${link.file.place(['extends'])}: \`${link.id}\` extends \`${parentId}\`, which is no device: ${suggestion(parentId, known)}`,
				{ id: link.id },
			);
		}
		if (chain.includes(parent)) {
			throw new OssicleError(
				'device-extends',
				'usage',
				`${link.file.place(['extends'])}: \`${link.id}\` extends \`${parentId}\`, which in turn extends \`${link.id}\`; one of them must stand alone.`,
				{ id: link.id },
			);
		}
		chain.push(parent);
		link = parent;
	}
	return chain;
}

/** How a device is reached is one decision: a different `link.kind` or flash tool takes nothing over from the parent's. */
function inheritable(parent: Record<string, unknown>, link: RawDevice): Record<string, unknown> {
	const own = link.value;
	for (const [key, sort] of [
		['link', 'kind'],
		['flash', 'tool'],
	] as const) {
		const before = (parent[key] as Record<string, unknown> | undefined)?.[sort];
		const after = (own[key] as Record<string, unknown> | null | undefined)?.[sort];
		if (before !== undefined && after !== undefined && before !== after) delete parent[key];
	}
	return own;
}

/** Maps are merged key by key; anything else of the child's replaces the parent's. */
function merge(parent: Record<string, unknown>, child: Record<string, unknown>): Record<string, unknown> {
	const result = { ...parent };
	for (const [key, value] of Object.entries(child)) {
		const before = result[key];
		result[key] = isPlainObject(before) && isPlainObject(value) ? merge(before, value) : value;
	}
	return result;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a schema cannot say. An emulator that calls itself silicon would turn a model into a measurement. */
function checkMeaning(facts: DeviceFacts, where: (keys: readonly (string | number)[]) => string): void {
	const expected = onlyEvidence(facts);
	if (expected !== null && facts.evidence !== expected) {
		throw new OssicleError(
			'device-evidence',
			'usage',
			`${where(['evidence'])}: \`${facts.id}\` claims ${facts.evidence} evidence, but a device on ${facts.link.kind} can only give ${expected}.`,
			{ id: facts.id },
		);
	}
	const { cyclesPerInstruction, cycles } = facts.model ?? {};
	for (const [band, keys, what] of [
		[cyclesPerInstruction, ['cyclesPerInstruction'], 'cycles per instruction'],
		[cycles?.band, ['cycles', 'band'], 'cycles per estimated cycle'],
	] as const) {
		if (band === undefined || band.low <= band.high) continue;
		throw new OssicleError(
			'device-band',
			'usage',
			`${where(['model', ...keys, 'low'])}: the band of ${what} runs from ${band.low} down to ${band.high}; low comes first.`,
			{ id: facts.id },
		);
	}
	if (cycles !== undefined && (facts.emulator === undefined || facts.firmware.architecture !== 'arm')) {
		throw new OssicleError(
			'device-cycles',
			'usage',
			`${where(['model', 'cycles', 'plugin'])}: \`${facts.id}\` declares the cycle model ${cycles.plugin}, which runs in an emulator of an Arm board; expected \`emulator\` and \`firmware.architecture: arm\` beside it.`,
			{ id: facts.id },
		);
	}
	checkCurrents(facts, where);
	checkShunt(facts, where);
}

/**
 * What evidence is all that a device of this kind can give; null where its kind does not tell. A broker in between changes
 * nothing: a program of a PC that is reached over one is a program of a PC.
 */
function onlyEvidence({ link, emulator, firmware }: DeviceFacts): DeviceFacts['evidence'] | null {
	if (link.kind === 'qemu-pty' || emulator !== undefined) return 'emulated';
	if (link.kind === 'posix-pty') return 'host';
	return link.kind === 'mqtt' && firmware.architecture === 'host' ? 'host' : null;
}

/** One figure for each clock, and a core that sleeps draws no more than one that runs. */
function checkCurrents({ id, model, clock }: DeviceFacts, where: (keys: readonly (string | number)[]) => string): void {
	const refuse = (keys: readonly (string | number)[], text: string) =>
		new OssicleError('device-currents', 'usage', `${where(['model', ...keys])}: \`${id}\` ${text}`, { id });
	const clocks = new Set<number>();
	for (const [index, { clockHz, runMilliamperes, sleepMilliamperes }] of (model?.currents ?? []).entries()) {
		if (clocks.has(clockHz))
			throw refuse(
				['currents', index, 'clockHz'],
				`declares the currents at ${clockHz} Hz twice; one of them is wrong.`,
			);
		clocks.add(clockHz);
		if (sleepMilliamperes > runMilliamperes)
			throw refuse(
				['currents', index, 'sleepMilliamperes'],
				`would draw ${sleepMilliamperes} mA asleep and ${runMilliamperes} mA awake at ${clockHz} Hz: are the two exchanged?`,
			);
	}
	const low = model?.speeds?.low;
	if (low !== undefined && (!clocks.has(low) || low >= clock.hz))
		throw refuse(
			['speeds', 'low'],
			`has a low clock of ${low} Hz: expected one below ${clock.hz} Hz of which \`currents\` declares the current.`,
		);
	const { wakeUp } = model ?? {};
	if (wakeUp !== undefined && wakeUp.microseconds === undefined && wakeUp.microcoulombs === undefined)
		throw refuse(['wakeUp'], 'declares a wake-up without its cost: expected `microseconds`, `microcoulombs`, or both.');
}

/**
 * The shunt is in the supply: what lies over it is missing at the board. A supply no larger than that is the shunt's own
 * voltage written down as the supply, and P would come out as the heat of the shunt.
 */
function checkShunt({ id, power }: DeviceFacts, where: (keys: readonly (string | number)[]) => string): void {
	if (power === undefined) return;
	const { supplyVolts, amplifierGain, offsetVolts, adc } = power;
	const shuntVolts = (adc.referenceVolts - offsetVolts) / amplifierGain;
	const figure = (volts: number) => Number(volts.toPrecision(4));
	if (!(shuntVolts > 0)) {
		throw new OssicleError(
			'device-power',
			'usage',
			`${where(['power', 'offsetVolts'])}: \`${id}\` has an offset of ${offsetVolts} V, and its converter ends at ${adc.referenceVolts} V: no current could be seen.`,
			{ id },
		);
	}
	if (supplyVolts <= shuntVolts) {
		throw new OssicleError(
			'device-power',
			'usage',
			`${where(['power', 'supplyVolts'])}: \`${id}\` has a supply of ${supplyVolts} V, but up to ${figure(shuntVolts)} V lie over its shunt ((${adc.referenceVolts} V - ${offsetVolts} V) / ${amplifierGain}): expected the voltage of the supply, which is larger; P = V_supply x I.`,
			{ id, supplyVolts, shuntVolts },
		);
	}
}
