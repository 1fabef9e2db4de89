#include "core.h"

#include "registers.h"

void core_reset(void) {
	(void)interrupts_off();
	FPGA_RESET = FPGA_RESET_NOW;
	for (;;) {
	}
}
