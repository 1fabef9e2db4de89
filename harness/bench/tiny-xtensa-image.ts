/** For tests: the smallest firmware for the ESP32-S3's stand-in. It prints one line and then echoes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

export interface TinyXtensaOptions {
	/** Printed after reset; makes two images differ. */
	text?: string;
	/** Where its code lies; the default is the ESP32-S3's flash as instructions see it. */
	codeOrigin?: number;
	/** A section at the UART's registers, which read back something else than what was written. */
	clash?: boolean;
}

/** The 16550 of QEMU's kc705: THR and RBR at 0, LSR at 0x14 (bit 0: a byte is there, bit 5: room for one). */
const SOURCE = (text: string) => `
#define UART(offset) (*(volatile unsigned *)(0xFD050020u + (offset)))
static const char text[] = "${text}\\n";
static void put(unsigned byte) { while (!(UART(0x14) & 0x20u)) {} UART(0) = byte; }
__attribute__((noreturn)) void start_c(void) {
	for (const char *at = text; *at; at++) put((unsigned char)*at);
	for (;;) if (UART(0x14) & 1u) put(UART(0));
}
__asm__(
	".section .reset, \\"ax\\"\\n\\t.align 4\\n\\t.global reset\\nreset: j 2f\\n\\t.align 4\\n"
	"1: .word start_c\\n3: .word 0x3FC8A000\\n"
	"2: movi a2, 0x20\\n\\twsr.ps a2\\n\\trsync\\n\\tl32r a1, 3b\\n\\tl32r a0, 1b\\n\\tjx a0\\n");
`;

const CLASH = '\n__attribute__((section(".clash"), used)) static const unsigned clash[4] = {1, 2, 3, 4};\n';

const SCRIPT = (code: number) => `
MEMORY { RESET (rx) : ORIGIN = 0xFE000000, LENGTH = 4K  CODE (rx) : ORIGIN = ${code}, LENGTH = 64K }
ENTRY(reset)
SECTIONS {
	.reset : { KEEP(*(.reset)) } > RESET
	.text : { *(.literal*) *(.text*) *(.rodata*) } > CODE
	.note.gnu.build-id : { KEEP(*(.note.gnu.build-id)) } > CODE
	.clash 0xFD050020 : { KEEP(*(.clash)) }
}
`;

/** A folder of its own with the image in it; `remove` deletes both. */
export async function buildTinyXtensaImage(
	options: TinyXtensaOptions = {},
): Promise<{ path: string; remove: () => Promise<void> }> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-tiny-'));
	const at = (name: string) => path.join(folder, name);
	await writeFile(at('tiny.c'), SOURCE(options.text ?? 'tiny') + (options.clash === true ? CLASH : ''));
	await writeFile(at('tiny.ld'), SCRIPT(options.codeOrigin ?? 0x42000000));
	const flags = ['-O1', '-ffreestanding', '-nostdlib', '-mlongcalls', '-mtext-section-literals'];
	const link = ['-Wl,--build-id', '-Wl,--no-warn-rwx-segments', '-T', at('tiny.ld')];
	await execa('xtensa-lx106-elf-gcc', [...flags, ...link, at('tiny.c'), '-o', at('tiny.elf')]);
	return { path: at('tiny.elf'), remove: () => rm(folder, { recursive: true, force: true }) };
}
