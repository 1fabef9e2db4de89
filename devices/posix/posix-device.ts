import type { ElfImage } from '../../harness/bench/elf.ts';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import { PosixProcess } from '../../harness/link/posix-process.ts';
import { type AttachedDevice, flashOutcome } from '../attached-device.ts';

/** The PC build: each link is a new process, so nothing has to be flashed, leased or made safe. */
export async function attachPosix(
	facts: DeviceFacts,
	image: ElfImage,
	options: { posixArgs?: string[] },
): Promise<AttachedDevice> {
	const processes: PosixProcess[] = [];
	return {
		facts,
		image,
		async createLink() {
			const process = await PosixProcess.start({
				program: image.path,
				args: options.posixArgs ?? [],
				baud: facts.link.baud,
			});
			processes.push(process);
			return process;
		},
		flash: async () => flashOutcome(image, 'exec'),
		makeSafe: async () => null,
		async close() {
			for (const process of processes.splice(0)) await process.close();
		},
	};
}
