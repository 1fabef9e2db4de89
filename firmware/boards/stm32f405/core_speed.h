/*
 * Time while the core's clock is halved and doubled: what the rest of the firmware sees stays in nominal cycles, those of the
 * full clock, and SysTick's exception keeps its place in real time. Arithmetic only; the registers come in as functions.
 *
 * A change of the prescaler takes effect 1 to 16 AHB cycles after it is written (RM0090 7.3.3), some instructions lie between
 * that and the reading of a counter, and their fetch may wait for flash: each change may move either time by
 * CORE_SPEED_ERROR_CYCLES. At a change every 16 ms that is 48 millionths.
 */
#ifndef CORE_SPEED_H
#define CORE_SPEED_H

#include <stdbool.h>
#include <stdint.h>

#define CORE_SPEED_ERROR_CYCLES 128u
/* SysTick has to have so many clocks left before its exception: more than a change takes from its first reading to its last. */
#define CORE_SPEED_GUARD_CLOCKS 512u

struct core_speed {
	uint32_t period; /* of SysTick, nominal cycles; even */
	uint32_t shift;  /* nominal cycles a clock, as a power of two: 1 while slow, else 0 */
	uint32_t last;   /* CYCCNT when `total` was taken */
	uint64_t total;  /* CYCCNT's clocks in nominal cycles */
};

struct core_speed_source {
	uint32_t (*cycles)(void *context);     /* DWT_CYCCNT */
	uint32_t (*tick)(void *context);       /* SYST_CVR */
	bool (*tick_pending)(void *context);   /* ICSR.PENDSTSET */
	/* The exception is to come after `left` clocks, and from then on every `period`. */
	void (*set_tick)(void *context, uint32_t left, uint32_t period);
	/* Each returns when its prescalers are in effect. */
	void (*halve_core)(void *context, bool halved);
	void (*divide_buses_for)(void *context, bool halved);
	void *context;
};

static inline void core_speed_init(struct core_speed *clock, uint32_t period, uint32_t cycles) {
	clock->period = period & ~1u;
	clock->shift = 0;
	clock->last = cycles;
	clock->total = cycles;
}

/* Less than 2^31 clocks of the core as they are now, in nominal cycles. */
static inline uint32_t core_speed_nominal(const struct core_speed *clock, uint32_t clocks) {
	return clocks << clock->shift;
}

/* Clocks of a whole SysTick period as they are now. */
static inline uint32_t core_speed_period(const struct core_speed *clock) {
	return clock->period >> clock->shift;
}

/* CYCCNT's clocks so far in nominal cycles. It must be looked at at least twice a wrap. */
static inline uint64_t core_speed_extend(struct core_speed *clock, uint32_t cycles) {
	clock->total += core_speed_nominal(clock, cycles - clock->last);
	clock->last = cycles;
	return clock->total;
}

/*
 * Changes over; with interrupts off. False: SysTick's exception is so near that nothing was changed; try again after it.
 *
 * APB1 has to stay at or below 42 MHz and APB2 at or below 84 MHz (DS8626 table 14), so the core's clock falls first and rises
 * last. In between the buses run at half their rate for some clocks: 0.2 us, a fifth of a bit of the UART.
 */
static inline bool core_speed_change(struct core_speed *clock, const struct core_speed_source *source, bool slow) {
	void *context = source->context;
	if ((clock->shift != 0) == slow) {
		return true;
	}
	if (source->tick(context) < CORE_SPEED_GUARD_CLOCKS || source->tick_pending(context)) {
		return false;
	}
	if (!slow) {
		source->divide_buses_for(context, false);
	}
	/* As little as may be between reading the counters and the change, and again before SysTick is set. */
	uint32_t tick_left = source->tick(context);
	uint32_t changed = source->cycles(context);
	source->halve_core(context, slow);
	if (slow) {
		source->divide_buses_for(context, true);
	}
	(void)core_speed_extend(clock, changed);
	uint32_t left = slow ? tick_left >> 1 : tick_left << 1;
	clock->shift = slow ? 1u : 0u;
	uint32_t period = core_speed_period(clock);
	source->set_tick(context, left - (source->cycles(context) - changed), period);
	return true;
}

#endif
