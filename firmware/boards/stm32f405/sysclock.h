/* The clock tree: HSE -> PLL -> 168 MHz; 16 MHz HSI where that does not come up; nothing at all on an emulator. */
#ifndef SYSCLOCK_H
#define SYSCLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct sysclock {
	const char *source;  /* `pll`, `hsi`, `virtual` */
	uint32_t core_hz;
	uint32_t apb2_hz;    /* USART1 */
	uint32_t apb1_timer_hz; /* TIM2: twice APB1 where APB1 is divided (RM0090 7.2) */
	bool is_virtual;
};

void sysclock_start(struct sysclock *clock);

#endif
