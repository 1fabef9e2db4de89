#include "fault.h"

#include "boot.h"
#include "core.h"
#include "hex.h"
#include "image.h"
#include "serial_line.h"

/* A console line (telemetry might have been cut in the middle), then a reset, which the harness sees as such. */
void report_fault(const uint32_t *frame) {
	static char text[] = "\nfault exception=00000000 cfsr=00000000 hfsr=00000000 lr=00000000 pc=00000000\n";
	uint32_t exception;
	__asm__ volatile("cpsid i\n\tmrs %0, ipsr" : "=r"(exception) : : "memory");
	hex_of_word(text + 17, exception);
	hex_of_word(text + 31, SCB_CFSR);
	hex_of_word(text + 45, SCB_HFSR);
	/* The frame is where the stack was, and may be the very thing that is wrong. DDI 0403 B1.5.6: lr at 5, pc at 6. */
	if (frame >= stack_low && frame + 8 <= stack_top && ((uintptr_t)frame & 3u) == 0) {
		hex_of_word(text + 57, frame[5]);
		hex_of_word(text + 69, frame[6]);
	}
	serial_cry(text);
	boot_restart(BOOT_NOTE_FAULT);
}

/* Starts on a fresh stack: the old one may have left RAM. */
__attribute__((naked)) void Fault_Handler(void) {
	__asm__ volatile(
		"mrs r0, msp\n\t"
		"ldr r1, =stack_top\n\t"
		"msr msp, r1\n\t"
		"isb\n\t"
		"ldr r1, =report_fault\n\t"
		"bx r1\n\t"
		".ltorg"
	);
}
