/* What the timebase of every board gives, whatever its counter; how it is started stands in the board's own timebase.h. */
#ifndef TIMEBASE_COMMON_H
#define TIMEBASE_COMMON_H

#include <stdint.h>

#include "ossicle_port.h"

void timebase_stamp(struct ossicle_stamp *stamp);
uint32_t timebase_millis(void);
void timebase_hop_start(void);
uint32_t timebase_hop_due(void);

/* Sleeps until timebase_wake has been called since the last sleep, or a hop is over. */
void timebase_sleep(void);
void timebase_wake(void);

#endif
