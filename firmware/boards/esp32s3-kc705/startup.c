/* From the reset vector to main, and faults. */
#include <stddef.h>
#include <stdint.h>

#include "boot.h"
#include "ossicle_stack.h"
#include "registers.h"
#include "uart.h"

/* Set by link.ld. */
extern uint32_t stack_low[], iram_start[], iram_end[], iram_load[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

int main(int argc, char **argv);
void start_c(void) __attribute__((noreturn, used));
void on_fault(uint32_t cause, uint32_t pc, uint32_t address, uint32_t return_address) __attribute__((noreturn, used));

static void put_hex(char *to, uint32_t value) {
	for (int i = 7; i >= 0; i--) {
		to[i] = "0123456789abcdef"[value & 15u];
		value >>= 4;
	}
}

/* A console line (telemetry might have been cut in the middle), then a restart, which the harness sees as such. */
void on_fault(uint32_t cause, uint32_t pc, uint32_t address, uint32_t return_address) {
	static char text[] = "\nfault exception=00000000 pc=00000000 address=00000000 a0=00000000\n";
	put_hex(text + 17, cause);
	put_hex(text + 29, pc);
	put_hex(text + 46, address);
	put_hex(text + 58, return_address);
	uart_cry(text);
	boot_restart(BOOT_NOTE_FAULT);
}

static void copy_words(uint32_t *to, const uint32_t *end, const uint32_t *from) {
	while (to < end) {
		*to++ = *from++;
	}
}

/* Entered by start.S with the stack pointer on top of the stack. */
void start_c(void) {
	uint32_t *stack_pointer;
	__asm__ volatile("mov %0, sp" : "=a"(stack_pointer));
	ossicle_stack_paint(stack_low, stack_pointer - 8);
	copy_words(iram_start, iram_end, iram_load);
	copy_words(data_start, data_end, data_load);
	for (volatile uint32_t *to = bss_start; to < bss_end;) {
		*to++ = 0;
	}
	(void)main(0, NULL);
	boot_restart(BOOT_NOTE_FAULT);
}
