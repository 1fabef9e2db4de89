/** For tests: the smallest real firmware, compiled and linked when asked for. It prints one line and then echoes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

export interface TinyOptions {
	/** Printed after reset; makes two images differ. */
	text?: string;
	flashOrigin?: number;
	buildId?: boolean;
	/** A section at address 0, where the STM32F405 only shows its flash once more and cannot be written. */
	clash?: boolean;
}

/** Bytes of the sections below, for tests to expect. */
export const TINY = { dataBytes: 16, bssBytes: 20, rigBytes: 100, stackBytes: 512 } as const;

const SOURCE = (text: string) => `
#include <stdint.h>
volatile uint32_t data[4] = {1, 2, 3, 4};
volatile uint32_t bss[5];
__attribute__((section(".rig"))) volatile uint8_t rig[100];
__attribute__((section(".stack"))) volatile uint8_t stack[512];
/* USART1 of the STM32F405 (RM0090 30.6): SR, DR and CR1. */
#define USART(offset) (*(volatile uint32_t *)(0x40011000u + (offset)))
static void put(uint32_t c) { while (!(USART(0) & 0x80u)) {} USART(4) = c; }
__attribute__((noreturn)) void reset(void) {
	USART(0x0c) = 0x200cu;
	for (const char *s = "${text}\\n"; *s; s++) put((uint32_t)*s);
	for (;;) if (USART(0) & 0x20u) put(USART(4));
}
__attribute__((section(".vectors"), used)) static const uintptr_t vectors[2] = {0x20020000u, (uintptr_t)reset};
`;

const CLASH = '\n__attribute__((section(".clash"), used)) static const uint32_t clash[4] = {1, 2, 3, 4};\n';

const SCRIPT = (flash: number) => `
MEMORY { FLASH (rx) : ORIGIN = ${flash}, LENGTH = 64K  RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 128K }
ENTRY(reset)
SECTIONS {
	.text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > FLASH
	.note.gnu.build-id : { KEEP(*(.note.gnu.build-id)) } > FLASH
	.clash 0 : { KEEP(*(.clash)) }
	.data : { *(.data*) } > RAM AT > FLASH
	.bss (NOLOAD) : { *(.bss*) *(COMMON) } > RAM
	.rig (NOLOAD) : { *(.rig*) } > RAM
	.stack (NOLOAD) : { *(.stack*) } > RAM
}
`;

/** A folder of its own with the image in it; `remove` deletes both. */
export async function buildTinyImage(
	options: TinyOptions = {},
): Promise<{ path: string; remove: () => Promise<void> }> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-tiny-'));
	const at = (name: string) => path.join(folder, name);
	await writeFile(at('tiny.c'), SOURCE(options.text ?? 'tiny') + (options.clash === true ? CLASH : ''));
	await writeFile(at('tiny.ld'), SCRIPT(options.flashOrigin ?? 0x08000000));
	const flags = ['-mcpu=cortex-m4', '-mthumb', '-O1', '-ffreestanding', '-nostdlib', '-Wl,--no-warn-rwx-segments'];
	const id = options.buildId === false ? '-Wl,--build-id=none' : '-Wl,--build-id';
	await execa('arm-none-eabi-gcc', [...flags, id, '-T', at('tiny.ld'), at('tiny.c'), '-o', at('tiny.elf')]);
	return { path: at('tiny.elf'), remove: () => rm(folder, { recursive: true, force: true }) };
}
