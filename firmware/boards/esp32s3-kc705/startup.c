/* From the reset vector to main, and faults. */
#include <stdint.h>

#include "boot.h"
#include "hex.h"
#include "image.h"
#include "serial_line.h"

void start_c(void) __attribute__((noreturn, used));
void on_fault(uint32_t cause, uint32_t pc, uint32_t address, uint32_t return_address) __attribute__((noreturn, used));

/* A console line (telemetry might have been cut in the middle), then a restart, which the harness sees as such. */
void on_fault(uint32_t cause, uint32_t pc, uint32_t address, uint32_t return_address) {
	static char text[] = "\nfault exception=00000000 pc=00000000 address=00000000 a0=00000000\n";
	hex_of_word(text + 17, cause);
	hex_of_word(text + 29, pc);
	hex_of_word(text + 46, address);
	hex_of_word(text + 58, return_address);
	serial_cry(text);
	boot_restart(BOOT_NOTE_FAULT);
}

/* Entered by start.S with the stack pointer on top of the stack. */
void start_c(void) {
	image_start();
}
