/*
 * Time of the stand-in: CCOUNT as 64 bits, hop ticks, interrupt time and sleep.
 *
 * CCOUNT counts on while the core waits. CCOMPARE0 raises an interrupt once a hop, which wakes the core for realtime and
 * preload and sees to it that no wrap of CCOUNT (107 s) goes unseen.
 */
#ifndef TIMEBASE_H
#define TIMEBASE_H

#include <stdint.h>

#include "timebase_common.h"

void timebase_start(uint32_t sample_rate, uint32_t hop);
/* Finds out what taking an interrupt costs beside its handler's accounted part. */
void timebase_calibrate(void);

/* Called by the vector for each interrupt of level 1: deals with all that are pending. */
void on_interrupt(void);

#endif
