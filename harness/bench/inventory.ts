import { readdir, realpath } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { DeviceFacts } from '../generated/device.ts';
import { leaseHolder } from './lease.ts';
import { findProgram } from './programs.ts';
import { packageOf, qemuProgram } from './qemu-program.ts';

/** A serial port of this machine, as the system tells it. */
export interface PortInfo {
	path: string;
	manufacturer: string | null;
	serialNumber: string | null;
}

/** One known device, and whether a run could be started on it now. */
export interface InventoryEntry {
	id: string;
	name: string;
	specRow: string;
	evidence: DeviceFacts['evidence'];
	/** `QEMU netduinoplus2`, `process on a pty`, `serial /dev/ttyACM0 921600 baud`. */
	attachedBy: string;
	available: boolean;
	/** Why not, and what to do; `null` when available. */
	reason: string | null;
}

/** What of this machine decides. Gathered by `surveyBench`; plain data, so that the judging below is pure. */
export interface BenchState {
	ports: PortInfo[];
	/** Real path of each `link.path` named in a device file that exists. */
	portTargets: ReadonlyMap<string, string>;
	programs: ReadonlySet<string>;
	/** Images that exist, by device id. */
	images: ReadonlySet<string>;
	/** Why a device's cycle model cannot run, by device id. */
	modelFaults?: ReadonlyMap<string, string>;
	/** Who holds which device or port. */
	holders: ReadonlyMap<string, string>;
}

const PROGRAMS = ['gdb-multiarch', 'arm-none-eabi-gdb', 'qemu-system-arm', 'qemu-system-xtensa'];

export async function surveyBench(devices: readonly DeviceFacts[], images: ReadonlySet<string>): Promise<BenchState> {
	const ports = await serialPorts();
	const portTargets = new Map<string, string>();
	const holders = new Map<string, string>();
	for (const { id, link } of devices) {
		const keys = [id];
		if (link.path !== undefined) {
			const target = await realpath(link.path).catch(() => null);
			if (target !== null) portTargets.set(link.path, target);
			keys.push(`serial:${target ?? link.path}`);
		}
		for (const key of keys) {
			const holder = await leaseHolder(key);
			if (holder !== null) holders.set(id, holder);
		}
	}
	const programs = new Set(PROGRAMS.filter((name) => findProgram(name) !== null));
	return { ports, portTargets, programs, images, holders };
}

async function serialPorts(): Promise<PortInfo[]> {
	try {
		return (await SerialPort.list()).map(({ path, manufacturer, serialNumber }) => ({
			path,
			manufacturer: manufacturer ?? null,
			serialNumber: serialNumber ?? null,
		}));
	} catch {
		// serialport asks udevadm on Linux; a minimal system or container has none. The names alone are better than nothing.
		const names = (await readdir('/dev').catch(() => [])).filter((name) => /^tty(ACM|USB|AMA|Bmp)/.test(name)).sort();
		return names.map((name) => ({ path: `/dev/${name}`, manufacturer: null, serialNumber: null }));
	}
}

/** @param portNamed the port given on the command line, if any */
export function inventoryEntry(facts: DeviceFacts, bench: BenchState, portNamed?: string): InventoryEntry {
	const reason = whyNot(facts, bench, portNamed);
	return {
		id: facts.id,
		name: facts.name,
		specRow: facts.specRow,
		evidence: facts.evidence,
		attachedBy: attachedBy(facts, portNamed),
		available: reason === null,
		reason,
	};
}

function attachedBy({ link, emulator }: DeviceFacts, portNamed: string | undefined): string {
	if (link.kind === 'qemu-pty') return `QEMU ${emulator?.machine ?? '(no machine)'}`;
	if (link.kind === 'posix-pty') return 'process on a pty';
	if (link.kind === 'mqtt') return 'MQTT';
	return `serial ${portNamed ?? link.path ?? '(no port named)'} ${link.baud} baud`;
}

function whyNot(facts: DeviceFacts, bench: BenchState, portNamed: string | undefined): string | null {
	if (facts.unsupported !== undefined) return facts.unsupported;
	const holder = bench.holders.get(facts.id);
	if (holder !== undefined) return `in use by ${holder}`;
	if (facts.link.kind === 'serial') {
		const port = portNamed ?? facts.link.path;
		if (port === undefined) return `no port named: give --port or \`link.path\`; ${portsThere(bench.ports)}`;
		if (portNamed === undefined && !bench.portTargets.has(port))
			return `${port} is not there; ${portsThere(bench.ports)}`;
	}
	if (facts.link.kind === 'mqtt')
		return 'reached over a broker: --link mqtt://host/bench; `ossicle devices --broker` lists what is on one';
	const { programs } = bench;
	const qemu = qemuProgram(facts.firmware.architecture);
	if (facts.link.kind === 'qemu-pty' && !programs.has(qemu)) return missing(qemu);
	if (facts.flash.tool === 'gdb' && !programs.has('gdb-multiarch') && !programs.has('arm-none-eabi-gdb')) {
		return missing('gdb-multiarch');
	}
	if (!bench.images.has(facts.id)) return `its firmware is not built: make -C firmware BOARD=${facts.firmware.board}`;
	return bench.modelFaults?.get(facts.id) ?? null;
}

const missing = (program: string) => `${program} is not installed: apt-get install ${packageOf(program)}`;

function portsThere(ports: readonly PortInfo[]): string {
	if (ports.length === 0) return 'this machine has no serial port';
	const named = ports
		.slice(0, 8)
		.map(({ path, manufacturer }) => (manufacturer === null ? path : `${path} (${manufacturer})`));
	return `there ${ports.length === 1 ? 'is' : 'are'} ${named.join(', ')}${ports.length > 8 ? ', ...' : ''}`;
}
