/*
 * Time of the board: CCOUNT of the computing core as 64 bits, a general-purpose timer for hops, and sleep.
 *
 * The timer's interrupt is taken by the other core. What interrupts the computing core is FreeRTOS's tick, a hundred times a
 * second for a microsecond or so: it is not accounted for, and lies within the stages it falls into. Sleep ends after 20 ms at
 * the latest; any task may wake it.
 */
#ifndef TIMEBASE_H
#define TIMEBASE_H

#include <stdint.h>

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "timebase_common.h"

/* On the core that is to take the timer's interrupt. `computing` is woken each hop. */
void timebase_start(uint32_t sample_rate, uint32_t hop);
/* By the task that computes, once, before anything below. */
void timebase_attach(TaskHandle_t computing);

uint32_t timebase_core_hz(void);

#endif
