/*
 * Time of the board: cycles as 64 bits, hop ticks, interrupt time and sleep.
 *
 * SysTick always runs, one period a hop (or a whole fraction of it, where a hop is longer than its 24 bits), and its
 * exception wakes the core for realtime and preload. The counter of `stamp` is DWT CYCCNT where it advances; it stops
 * while the core sleeps, so the time slept is taken from SysTick and added. Where CYCCNT does not advance (emulators),
 * SysTick is the counter. All cycles are those of the clock given at start, also while the core's is halved.
 */
#ifndef TIMEBASE_H
#define TIMEBASE_H

#include <stdbool.h>
#include <stdint.h>

#include "timebase_common.h"

void timebase_start(uint32_t core_hz, uint32_t sample_rate, uint32_t hop);
/* Finds out what taking an interrupt costs beside its handler's accounted part. The USART's must be harmless now. */
void timebase_calibrate(void);

bool timebase_uses_dwt(void);

/* Half the core's clock, or all of it again; the PLL must be running. Times stay in cycles of the full clock (core_speed.h).
 * From the main loop, interrupts on. Returns whether it is halved now: CYCCNT must advance for that. */
bool timebase_halve_core(bool halved);

/* Each interrupt handler brackets itself with these. */
uint32_t timebase_irq_enter(void);
void timebase_irq_leave(uint32_t entered);

void SysTick_Handler(void);

#endif
