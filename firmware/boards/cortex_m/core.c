#include "core.h"

void core_reset(void) {
	__asm__ volatile("dsb" : : : "memory");
	SCB_AIRCR = SCB_AIRCR_SYSRESETREQ;
	for (;;) {
		__asm__ volatile("dsb");
	}
}
