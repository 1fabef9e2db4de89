/*
 * Time of the stand-in: CCOUNT as 64 bits, hop ticks, interrupt time and sleep.
 *
 * CCOUNT counts on while the core waits. CCOMPARE0 raises an interrupt once a hop, which wakes the core for realtime and
 * preload and sees to it that no wrap of CCOUNT (107 s) goes unseen.
 */
#ifndef TIMEBASE_H
#define TIMEBASE_H

#include <stdint.h>

#include "ossicle_port.h"

void timebase_start(uint32_t sample_rate, uint32_t hop);
/* Finds out what taking an interrupt costs beside its handler's accounted part. */
void timebase_calibrate(void);

void timebase_stamp(struct ossicle_stamp *stamp);
uint32_t timebase_millis(void);
void timebase_hop_start(void);
uint32_t timebase_hop_due(void);

/* Sleeps until an interrupt has called timebase_wake since the last sleep. */
void timebase_sleep(void);
void timebase_wake(void);

/* Called by the vector for each interrupt of level 1: deals with all that are pending. */
void on_interrupt(void);

#endif
