/* Hops told by the ticks of a timer that runs on its own. */
#ifndef HOP_CLOCK_H
#define HOP_CLOCK_H

#include <stdint.h>

struct hop_clock {
	volatile uint32_t ticks; /* since the start of the device; counted by the timer's interrupt */
	uint32_t ticks_per_hop;
	uint32_t started;        /* value of ticks */
};

static inline void hop_clock_start(struct hop_clock *clock) {
	/* The first tick comes at any time within a period; counting from it, no hop is ever early. */
	clock->started = clock->ticks + 1u;
}

/* Whole hops since hop_clock_start. */
static inline uint32_t hop_clock_due(const struct hop_clock *clock) {
	int32_t ticks = (int32_t)(clock->ticks - clock->started);
	if (ticks < 0) {
		return 0;
	}
	/* Some cores have no division. */
	return clock->ticks_per_hop == 1u ? (uint32_t)ticks : (uint32_t)ticks / clock->ticks_per_hop;
}

#endif
