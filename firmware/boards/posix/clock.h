/*
 * Time of the posix board: CLOCK_MONOTONIC in nanoseconds as a 32-bit counter (it wraps every 4.3 s), extended to 64
 * bits like a real board's. `scripted`: each reading is 1000 more than the one before, whatever the time.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#include "options.h"
#include "ossicle_port.h"

#define CLOCK_HZ 1000000000u

/*
 * True nanoseconds as the falsified counter shows them. The rate is factor x (1 + drift x seconds), so the count is its
 * integral; it never falls: a rate that has sunk to 0 stays there.
 */
uint64_t clock_falsified(const struct options *options, int64_t nanoseconds);
void clock_start(const struct options *options);
/* True nanoseconds since clock_start, whatever the options say. */
int64_t clock_nanoseconds(void);
void clock_stamp(struct ossicle_stamp *stamp);
/* Looks at the counter so that no wrap goes unseen. Must be called at least every 4 s. */
void clock_keep(void);
/* The last `nanoseconds` were slept. */
void clock_slept(int64_t nanoseconds);

#endif
