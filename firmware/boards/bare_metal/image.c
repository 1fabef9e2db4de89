#include "image.h"

#include <stddef.h>

#include "boot.h"
#include "hex.h"
#include "ossicle_stack.h"

#define BUILD_ID_OFFSET 16u /* ELF note: three words of head, then the name `GNU` */
#define BUILD_ID_BYTES 20u

/* Set by link.ld. `ram_code` is code that runs from RAM. */
extern uint32_t ram_code_start[], ram_code_end[], ram_code_load[], data_start[], data_end[], data_load[];
extern uint32_t bss_start[], bss_end[], rig_start[], rig_end[];
extern const uint8_t build_id_note[];

int main(int argc, char **argv);

static void copy_words(uint32_t *to, const uint32_t *end, const uint32_t *from) {
	while (to < end) {
		*to++ = *from++;
	}
}

void image_start(void) {
	uint32_t *stack_pointer;
	__asm__ volatile("mov %0, sp" : "=r"(stack_pointer));
	ossicle_stack_paint(stack_low, stack_pointer - 8);
	copy_words(ram_code_start, ram_code_end, ram_code_load);
	copy_words(data_start, data_end, data_load);
	for (volatile uint32_t *to = bss_start; to < bss_end;) {
		*to++ = 0;
	}
	(void)main(0, NULL);
	boot_restart(BOOT_NOTE_FAULT);
}

static uint32_t between(const uint32_t *from, const uint32_t *to) {
	return (uint32_t)((uintptr_t)to - (uintptr_t)from);
}

void image_memory(struct ossicle_memory *memory) {
	/* Code in RAM takes of the same memory as data does. */
	memory->static_bytes =
		between(ram_code_start, ram_code_end) + between(data_start, data_end) + between(bss_start, bss_end);
	memory->rig_bytes = between(rig_start, rig_end);
	memory->stack_bytes = between(stack_low, stack_top);
	memory->stack_high_bytes = ossicle_stack_high_bytes(stack_low, stack_top);
	memory->heap_bytes = 0;
}

const char *image_build_id(void) {
	static char digits[2u * BUILD_ID_BYTES + 1u];
	hex_of_bytes(digits, build_id_note + BUILD_ID_OFFSET, BUILD_ID_BYTES);
	return digits;
}
