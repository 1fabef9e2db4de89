/*
 * Time of the board: cycles as 64 bits, hop ticks, interrupt time and sleep.
 *
 * On Nordic's chip TIMER1 (ticker.h) wakes the core each hop and tells how long it slept. The counter of `stamp` is DWT CYCCNT,
 * or SysTick where CYCCNT does not advance; both stand still in sleep, so the time slept is added. On mps2-an386, which
 * has neither TIMER1 nor CYCCNT, SysTick is all of it: wake-up, hop tick and counter (and goes on in sleep).
 */
#ifndef TIMEBASE_H
#define TIMEBASE_H

#include <stdint.h>

#include "machine.h"
#include "timebase_common.h"

void timebase_start(enum machine machine, uint32_t sample_rate, uint32_t hop);
/* Finds out what taking an interrupt costs beside its handler's accounted part. */
void timebase_calibrate(void);

/* `dwt` or `systick`, and its rate. */
const char *timebase_counter(void);
uint32_t timebase_counter_hz(void);

/* Of TIMER1: only where there is Nordic's timer. */
uint64_t timebase_micros(void);

/* Each interrupt handler brackets itself with these. */
uint32_t timebase_irq_enter(void);
void timebase_irq_leave(uint32_t entered);

void SysTick_Handler(void);
void TIMER1_IRQHandler(void);
void SWI5_IRQHandler(void);

#endif
