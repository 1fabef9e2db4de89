/* Reset and vectors. DDI 0403 B1.5; the interrupt numbers are PS 4.2.3's and, for MPS2's UART, AN386's. */
#include "cmsdk.h"
#include "core.h"
#include "fault.h"
#include "image.h"
#include "registers.h"
#include "timebase.h"
#include "uart_cmsdk.h"
#include "uart_legacy.h"
#include "uarte.h"

void Reset_Handler(void);

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
	image_start();
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
