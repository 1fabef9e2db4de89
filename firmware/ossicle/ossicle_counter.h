/*
 * Counters that cannot wrap unseen: a 32-bit one (DWT CYCCNT wraps after 25.6 s at 168 MHz) and the 24-bit SysTick
 * (99.9 ms at 168 MHz), both extended to 64 bits.
 */
#ifndef OSSICLE_COUNTER_H
#define OSSICLE_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/* Extends a free-running 32-bit up-counter. It must be looked at at least once a wrap; not from two contexts at once. */
struct ossicle_counter32 {
	uint32_t last;
	uint64_t total;
};

/* The first value is the origin: the 64-bit count starts there. */
static inline void ossicle_counter32_init(struct ossicle_counter32 *counter, uint32_t now) {
	counter->last = now;
	counter->total = now;
}

static inline uint64_t ossicle_counter32_extend(struct ossicle_counter32 *counter, uint32_t now) {
	counter->total += (uint32_t)(now - counter->last);
	counter->last = now;
	return counter->total;
}

/*
 * SysTick (ARM DDI 0403E B3.3): counts down from `reload` to 0, raises its exception on reaching 0 and reloads at the
 * next clock, so one period is reload + 1 clocks and, counted from the exception, the values are 0, reload, ..., 1.
 *
 * `wraps` counts the exceptions taken. Three values are read one after the other and may straddle a wrap:
 *   - the handler ran between two reads: `wraps` changed, so read again;
 *   - it could not run (interrupts masked, or the caller is itself a handler): `pending` (ICSR.PENDSTSET) is set after
 *     the wrap, and a counter value read after that belongs to the new period;
 *   - the value 0 itself: the exception is raised in that very clock and `pending` may not show it yet. It lasts one
 *     clock, so read again.
 * The exception must be taken at least once a period, else a wrap is lost: one pending bit counts to one.
 */
struct ossicle_systick_source {
	uint32_t (*value)(void *context);   /* SYST_CVR */
	bool (*pending)(void *context);     /* ICSR.PENDSTSET */
	uint32_t (*wraps)(void *context);   /* exceptions taken */
	void *context;
	uint32_t reload;                    /* SYST_RVR */
};

struct ossicle_systick_time {
	uint32_t wraps; /* whole periods */
	uint32_t phase; /* clocks into the period, 0 .. reload */
};

static inline __attribute__((always_inline)) struct ossicle_systick_time
ossicle_systick_read(const struct ossicle_systick_source source) {
	struct ossicle_systick_time time;
	uint32_t value;
	do {
		time.wraps = source.wraps(source.context);
		value = source.value(source.context);
		if (source.pending(source.context)) {
			value = source.value(source.context);
			time.wraps++;
			if (value != 0) {
				break;
			}
		}
	} while (value == 0 || time.wraps != source.wraps(source.context));
	time.phase = source.reload + 1u - value;
	return time;
}

#endif
