#define _GNU_SOURCE
#include "clock.h"

#include <stdbool.h>
#include <time.h>

#include "ossicle_counter.h"

static struct {
	const struct options *options;
	struct timespec begun;
	uint32_t scripted_now;
	uint64_t falsified_now;
	struct ossicle_counter32 counter;
	uint64_t slept_cycles;
} state;

void clock_start(const struct options *options) {
	state.options = options;
	state.scripted_now = options->counter_start;
	state.falsified_now = 0;
	clock_gettime(CLOCK_MONOTONIC, &state.begun);
	ossicle_counter32_init(&state.counter, options->counter_start);
}

int64_t clock_nanoseconds(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)(now.tv_sec - state.begun.tv_sec) * 1000000000 + (now.tv_nsec - state.begun.tv_nsec);
}

uint64_t clock_falsified(const struct options *options, int64_t nanoseconds) {
	double factor = options->clock_factor;
	double drift = options->clock_drift;
	double freeze = options->clock_freeze_after;
	bool frozen = freeze >= 0 && (double)nanoseconds >= freeze * 1e9;
	if (factor == 1.0 && drift == 0.0 && !frozen) {
		return (uint64_t)nanoseconds;
	}
	double seconds = frozen ? freeze : (double)nanoseconds / 1e9;
	if (drift < 0 && seconds > -1.0 / drift) {
		seconds = -1.0 / drift;
	}
	return (uint64_t)(1e9 * factor * (seconds + drift * seconds * seconds / 2.0));
}

/* The 32-bit counter a board would have. */
static uint32_t counter_now(void) {
	if (state.options->scripted) {
		state.scripted_now += SCRIPTED_STEP;
		return state.scripted_now;
	}
	/* Rounding may take back a nanosecond, which 32 bits would show as a lap of 4.3 s. */
	uint64_t falsified = clock_falsified(state.options, clock_nanoseconds());
	if (falsified > state.falsified_now) {
		state.falsified_now = falsified;
	}
	return (uint32_t)(state.options->counter_start + state.falsified_now);
}

void clock_stamp(struct ossicle_stamp *stamp) {
	stamp->cycles = ossicle_counter32_extend(&state.counter, counter_now());
	stamp->irq_cycles = 0;
	stamp->sleep_cycles = state.slept_cycles;
}

void clock_keep(void) {
	if (!state.options->scripted) {
		(void)ossicle_counter32_extend(&state.counter, counter_now());
	}
}

void clock_slept(int64_t nanoseconds) {
	if (!state.options->scripted) {
		int64_t now = clock_nanoseconds();
		uint64_t before = clock_falsified(state.options, now - nanoseconds);
		uint64_t after = clock_falsified(state.options, now);
		state.slept_cycles += after > before ? after - before : 0;
	}
}
