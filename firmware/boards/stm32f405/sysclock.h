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
	bool has_pll;           /* the core's clock can be halved, and the buses keep theirs */
	bool is_virtual;
};

void sysclock_start(struct sysclock *clock);

/* With the PLL: the core at 168 or 84 MHz. Flash keeps the wait states, and the regulator the voltage, of 168 MHz. */
void sysclock_halve_core(bool halved);
/* The dividers of the buses for the one or the other: then PCLK1 is 42 MHz and PCLK2 84 MHz at both, and UART, converter and
 * timers (twice PCLK1, as it is divided at both: RM0090 7.2) keep their rates. core_speed.h says in which order. */
void sysclock_divide_buses_for(bool halved);

#endif
