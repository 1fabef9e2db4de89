/* Vectors, start-up and faults. DDI 0403 B1.5; the interrupt numbers are PS 4.2.3's and, for MPS2's UART, AN386's. */
#include <stddef.h>
#include <stdint.h>

#include "boot.h"
#include "cmsdk.h"
#include "core.h"
#include "ossicle_stack.h"
#include "registers.h"
#include "timebase.h"
#include "uart.h"
#include "uart_cmsdk.h"
#include "uart_legacy.h"
#include "uarte.h"

/* Set by link.ld. */
extern uint32_t stack_low[], stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

int main(int argc, char **argv);
void Reset_Handler(void);
void Fault_Handler(void);
void report_fault(const uint32_t *frame) __attribute__((noreturn, used));

static void put_hex(char *to, uint32_t value) {
	for (int i = 7; i >= 0; i--) {
		to[i] = "0123456789abcdef"[value & 15u];
		value >>= 4;
	}
}

/* A console line (telemetry might have been cut in the middle), then a reset, which the harness sees as such. */
void report_fault(const uint32_t *frame) {
	static char text[] = "\nfault exception=00000000 cfsr=00000000 hfsr=00000000 lr=00000000 pc=00000000\n";
	uint32_t exception;
	__asm__ volatile("cpsid i\n\tmrs %0, ipsr" : "=r"(exception) : : "memory");
	put_hex(text + 17, exception);
	put_hex(text + 31, SCB_CFSR);
	put_hex(text + 45, SCB_HFSR);
	/* The frame is where the stack was, and may be the very thing that is wrong. DDI 0403 B1.5.6: lr at 5, pc at 6. */
	if (frame >= stack_low && frame + 8 <= stack_top && ((uintptr_t)frame & 3u) == 0) {
		put_hex(text + 57, frame[5]);
		put_hex(text + 69, frame[6]);
	}
	uart_cry(text);
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

/* The vector table and whatever runs before main use no floating point and no initialised data. */
void Reset_Handler(void) {
#ifdef __ARM_FP
	SCB_CPACR |= 0xFu << 20; /* FPU: DDI 0403 B3.2.20 */
	__asm__ volatile("dsb\n\tisb" : : : "memory");
#endif
#if __ARM_ARCH >= 7
	SCB_VTOR = 0; /* a bootloader may have moved it */
	SCB_CCR |= SCB_CCR_DIV_0_TRP;
#endif
	uint32_t *stack_pointer;
	__asm__ volatile("mov %0, sp" : "=r"(stack_pointer));
	ossicle_stack_paint(stack_low, stack_pointer - 8);
	const uint32_t *from = data_load;
	for (uint32_t *to = data_start; to < data_end;) {
		*to++ = *from++;
	}
	for (volatile uint32_t *to = bss_start; to < bss_end;) {
		*to++ = 0;
	}
	(void)main(0, NULL);
	boot_restart(BOOT_NOTE_FAULT);
}

#ifdef BOARD_LEGACY_UART
#define UART_HANDLER UART0_IRQHandler
#define UART_SILENCE_HANDLER Fault_Handler
#define CMSDK_HANDLER Fault_Handler
#else
#define UART_HANDLER UARTE0_IRQHandler
#define UART_SILENCE_HANDLER TIMER4_IRQHandler
#define CMSDK_HANDLER CMSDK_UART_RX_IRQHandler
#endif

typedef void (*vector)(void);

/* The initial stack pointer is the first word. CLOCK and POWER, interrupt 0 on silicon, are never enabled. */
static const union {
	const void *stack;
	vector handler;
} vectors[16 + IRQ_COUNT] __attribute__((section(".isr_vector"), used)) = {
	[0] = { .stack = stack_top },
	[1] = { .handler = Reset_Handler },
	[2 ... 14] = { .handler = Fault_Handler },
	[15] = { .handler = SysTick_Handler },
	[16 + CMSDK_UART_RX_IRQ] = { .handler = CMSDK_HANDLER },
	[17] = { .handler = Fault_Handler },
	[16 + UARTE0_IRQ] = { .handler = UART_HANDLER },
	[17 + UARTE0_IRQ ... 15 + TIMER1_IRQ] = { .handler = Fault_Handler },
	[16 + TIMER1_IRQ] = { .handler = TIMER1_IRQHandler },
	[17 + TIMER1_IRQ ... 15 + SWI5_IRQ] = { .handler = Fault_Handler },
	[16 + SWI5_IRQ] = { .handler = SWI5_IRQHandler },
	[17 + SWI5_IRQ] = { .handler = Fault_Handler },
	[16 + TIMER4_IRQ] = { .handler = UART_SILENCE_HANDLER },
	[17 + TIMER4_IRQ ... 15 + IRQ_COUNT] = { .handler = Fault_Handler },
};
