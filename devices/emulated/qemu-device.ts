import type { ElfImage } from '../../harness/bench/elf.ts';
import { qemuProgram } from '../../harness/bench/qemu-program.ts';
import { OssicleError } from '../../harness/error.ts';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import { type AttachedDevice, flashOutcome } from '../attached-device.ts';
import { flashByGdb } from '../flash/gdb.ts';
import { flashByRsp } from '../flash/rsp.ts';
import { CycleLog } from './cycle-log.ts';
import { cyclePluginOf } from './cycle-plugin.ts';
import { Qemu } from './qemu.ts';
import { QemuLink } from './qemu-link.ts';

/** An attached emulator; tests may end it the hard way. */
export interface QemuDevice extends AttachedDevice {
	readonly qemu: Qemu;
}

/** By gdb where there is one for the architecture. */
const FLASHERS = { gdb: flashByGdb, rsp: flashByRsp };

/** A stand-in of its own for each caller: nobody else can reach it, so it needs no lease. */
export async function attachQemu(
	facts: DeviceFacts,
	image: ElfImage,
	options: { signal?: AbortSignal },
): Promise<QemuDevice> {
	const { emulator, flash } = facts;
	const flashBy = flash.tool === 'none' ? undefined : FLASHERS[flash.tool];
	if (emulator === undefined || flashBy === undefined) {
		throw new OssicleError(
			'emulator-facts',
			'usage',
			`${facts.id}: a device on ${facts.link.kind} needs \`emulator\` and \`flash: { tool: gdb or rsp, target: qemu }\` in its device file.`,
			{ device: facts.id },
		);
	}
	const { signal } = options;
	const program = qemuProgram(facts.firmware.architecture);
	const qemu = await Qemu.start(emulator, { signal, program, plugin: cyclePluginOf(facts) });
	const cycles = qemu.pluginLog === null ? null : new CycleLog(qemu.pluginLog);
	const target = { address: qemu.gdbSocket, resetCommand: flash.resetCommand ?? 'monitor system_reset' };
	const links: QemuLink[] = [];
	return {
		facts,
		image,
		qemu,
		async createLink() {
			const link = new QemuLink(qemu, emulator.machine, facts.link.baud);
			links.push(link);
			return link;
		},
		flash: async () => flashOutcome(image, await flashBy(image, target, { signal })),
		...(cycles === null ? {} : { takeCycles: () => cycles.take() }),
		makeSafe: async () => null,
		async close() {
			for (const link of links.splice(0)) await link.close();
			await qemu.stop();
		},
	};
}
