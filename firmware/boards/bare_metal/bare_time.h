/* What a timebase keeps beside its counter: hop ticks, milliseconds, interrupt time, sleep. Written by the board's timebase,
 * interrupts included; what is read of it without a counter is here. */
#ifndef BARE_TIME_H
#define BARE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "hop_clock.h"
#include "irq_time.h"
#include "timebase_common.h"

struct bare_time {
	struct hop_clock hops;
	volatile uint32_t millis;
	uint32_t micros; /* below a millisecond */
	struct irq_time irq;
	uint64_t sleep_cycles;
	volatile bool woken;
};

extern struct bare_time bare_time;

/* In the handler of the tick: so many have come, `micros` apart. Inlined, as irq_time_add is: a handler may have to run from
 * RAM. */
static inline __attribute__((always_inline)) void bare_time_ticked(uint32_t ticks, uint32_t micros) {
	bare_time.hops.ticks += ticks;
	bare_time.micros += ticks * micros;
	bare_time.millis += bare_time.micros / 1000u;
	bare_time.micros %= 1000u;
	bare_time.woken = true;
}

/* `cycles` by the counter now; interrupts must be off since it was read. */
static inline void bare_time_stamp(struct ossicle_stamp *stamp, uint64_t cycles) {
	stamp->cycles = cycles;
	stamp->irq_cycles = bare_time.irq.cycles;
	stamp->sleep_cycles = bare_time.sleep_cycles;
}

#endif
