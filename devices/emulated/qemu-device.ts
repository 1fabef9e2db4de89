import type { ElfImage } from '../../harness/bench/elf.ts';
import { OssicleError } from '../../harness/error.ts';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import { type AttachedDevice, flashOutcome } from '../attached-device.ts';
import { flashByGdb } from '../flash/gdb.ts';
import { Qemu } from './qemu.ts';
import { QemuLink } from './qemu-link.ts';

/** An attached emulator; tests may end it the hard way. */
export interface QemuDevice extends AttachedDevice {
	readonly qemu: Qemu;
}

/** A stand-in of its own for each caller: nobody else can reach it, so it needs no lease. */
export async function attachQemu(
	facts: DeviceFacts,
	image: ElfImage,
	options: { signal?: AbortSignal },
): Promise<QemuDevice> {
	const { emulator, flash } = facts;
	if (emulator === undefined || flash.tool !== 'gdb') {
		throw new OssicleError(
			'emulator-facts',
			'usage',
			`${facts.id}: a device on ${facts.link.kind} needs \`emulator\` and \`flash: { tool: gdb, target: qemu }\` in its device file.`,
			{ device: facts.id },
		);
	}
	const { signal } = options;
	const qemu = await Qemu.start(emulator, { signal });
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
		flash: async () => flashOutcome(image, await flashByGdb(image, target, { signal })),
		makeSafe: async () => null,
		async close() {
			for (const link of links.splice(0)) await link.close();
			await qemu.stop();
		},
	};
}
