/* SysTick (DDI 0403 B3.3) and CYCCNT (C1.8) as counters. */
#ifndef SYSTICK_H
#define SYSTICK_H

#include <stdbool.h>
#include <stddef.h>

#include "bare_time.h"
#include "core.h"
#include "ossicle_counter.h"

#define SYSTICK_LONGEST_PERIOD 0x1000000u /* clocks: it has 24 bits */

static inline uint32_t systick_value(void *context) {
	(void)context;
	return SYST_CVR;
}

static inline bool systick_pending(void *context) {
	(void)context;
	return (SCB_ICSR & SCB_ICSR_PENDSTSET) != 0;
}

static inline uint32_t systick_wraps(void *context) {
	(void)context;
	return bare_time.hops.ticks;
}

/* Time by SysTick of this period, whose handler counts it with bare_time_ticked(1, ...). Interrupts must be off. */
static inline __attribute__((always_inline)) struct ossicle_systick_time systick_read(uint32_t period) {
	const struct ossicle_systick_source source = { systick_value, systick_pending, systick_wraps, NULL, period - 1u };
	return ossicle_systick_read(source);
}

/* Clocks from one value of SysTick to a later one, less than its period apart. It counts down. */
static inline uint32_t systick_between(uint32_t from, uint32_t to, uint32_t period) {
	return from >= to ? from - to : from + period - to;
}

/* Its exception gets the priority of all others. */
static inline void systick_set_priority(void) {
	SCB_SHPR3 = (SCB_SHPR3 & 0x00FFFFFFu) | IRQ_PRIORITY << 24;
}

/* `interrupt` is SYST_CSR_TICKINT or 0. */
static inline void systick_start(uint32_t period, uint32_t interrupt) {
	SYST_RVR = period - 1u;
	SYST_CVR = 0;
	SYST_CSR = SYST_CSR_CLKSOURCE | interrupt | SYST_CSR_ENABLE;
}

/* Starts CYCCNT. False: there is none, as on an emulator. */
static inline bool dwt_advances(void) {
	DEMCR |= DEMCR_TRCENA;
	DWT_CTRL |= DWT_CTRL_CYCCNTENA;
	uint32_t before = DWT_CYCCNT;
	__asm__ volatile("nop\n\tnop\n\tnop\n\tnop");
	return DWT_CYCCNT != before;
}

#endif
