import type { FirmwareFacts } from '../generated/device.ts';

/** QEMU's program for the architecture a device file declares. */
export function qemuProgram(architecture: FirmwareFacts['architecture']): string {
	return architecture === 'xtensa' ? 'qemu-system-xtensa' : 'qemu-system-arm';
}

/** Debian's package of a program: the same name but for QEMU's less common architectures, which share one. */
export function packageOf(program: string): string {
	return program === 'qemu-system-xtensa' ? 'qemu-system-misc' : program;
}
