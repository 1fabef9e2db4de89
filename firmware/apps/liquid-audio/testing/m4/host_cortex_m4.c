/* A bare Cortex-M4 on QEMU's mps2-an386: text leaves by semihosting. With `-icount shift=3` an instruction takes 8 ns, and
 * SysTick (25 MHz) ticks once in five instructions. */
#include <string.h>

#include "host.h"

#define INSTRUCTIONS_PER_TICK 5u
#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xE000E018u)
#define SYSTICK_MAX 0xFFFFFFu

enum { SYS_WRITE0 = 4, SYS_EXIT = 0x18, ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

extern uint32_t stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

int main(void);
void Reset_Handler(void);
void Fault_Handler(void);

static void semihost(uint32_t operation, uint32_t argument) {
	register uint32_t r0 __asm__("r0") = operation;
	register uint32_t r1 __asm__("r1") = argument;
	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void host_print(const char *text) {
	semihost(SYS_WRITE0, (uint32_t)(uintptr_t)text);
}

uint32_t host_instructions(void) {
	return (SYSTICK_MAX - SYSTICK_VALUE) * INSTRUCTIONS_PER_TICK; /* it counts down */
}

void Fault_Handler(void) {
	host_print("fault\n");
	semihost(SYS_EXIT, 0);
	for (;;) {
	}
}

void Reset_Handler(void) {
	memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
	memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
	SYSTICK_RELOAD = SYSTICK_MAX;
	SYSTICK_VALUE = 0;
	SYSTICK_CONTROL = 5u;
	(void)main();
	semihost(SYS_EXIT, ADP_STOPPED_APPLICATION_EXIT);
	for (;;) {
	}
}

typedef void (*vector)(void);

static const union {
	const void *stack;
	vector handler;
} vectors[16] __attribute__((section(".vectors"), used)) = {
	[0] = { .stack = stack_top },
	[1] = { .handler = Reset_Handler },
	[2 ... 15] = { .handler = Fault_Handler },
};
