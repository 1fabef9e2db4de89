/* Reset and vectors. DDI 0403 B1.5; RM0090 table 62 for the interrupt numbers. */
#include "fault.h"
#include "image.h"
#include "registers.h"
#include "timebase.h"
#include "usart.h"

void Reset_Handler(void);

/* The vector table and whatever runs before main use no floating point and no initialised data. */
void Reset_Handler(void) {
	SCB_CPACR |= 0xFu << 20; /* FPU: DDI 0403 B3.2.20 */
	__asm__ volatile("dsb\n\tisb" : : : "memory");
	SCB_VTOR = 0x08000000u;
	SCB_CCR |= SCB_CCR_DIV_0_TRP;
	image_start();
}

typedef void (*vector)(void);

/* The initial stack pointer is the first word. */
static const union {
	const void *stack;
	vector handler;
} vectors[16 + 82] __attribute__((section(".isr_vector"), used)) = {
	[0] = { .stack = stack_top },
	[1] = { .handler = Reset_Handler },
	[2 ... 14] = { .handler = Fault_Handler },
	[15] = { .handler = SysTick_Handler },
	[16 ... 15 + USART1_IRQ] = { .handler = Fault_Handler },
	[16 + USART1_IRQ] = { .handler = USART1_IRQHandler },
	[17 + USART1_IRQ ... 16 + 81] = { .handler = Fault_Handler },
};
