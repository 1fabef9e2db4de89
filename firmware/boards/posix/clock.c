#define _GNU_SOURCE
#include "clock.h"

#include <stdbool.h>
#include <time.h>

#include "ossicle_counter.h"

static struct {
	bool scripted;
	uint32_t start;
	double factor;
	struct timespec begun;
	uint32_t scripted_now;
	struct ossicle_counter32 counter;
	uint64_t slept_cycles;
} state;

void clock_start(const struct options *options) {
	state.scripted = options->scripted;
	state.start = options->counter_start;
	state.factor = options->clock_factor;
	state.scripted_now = options->counter_start;
	clock_gettime(CLOCK_MONOTONIC, &state.begun);
	ossicle_counter32_init(&state.counter, state.start);
}

int64_t clock_nanoseconds(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)(now.tv_sec - state.begun.tv_sec) * 1000000000 + (now.tv_nsec - state.begun.tv_nsec);
}

/* The 32-bit counter a board would have. */
static uint32_t counter_now(void) {
	if (state.scripted) {
		state.scripted_now += SCRIPTED_STEP;
		return state.scripted_now;
	}
	uint64_t nanoseconds = (uint64_t)clock_nanoseconds();
	if (state.factor != 1.0) {
		nanoseconds = (uint64_t)((double)nanoseconds * state.factor);
	}
	return (uint32_t)(state.start + nanoseconds);
}

void clock_stamp(struct ossicle_stamp *stamp) {
	stamp->cycles = ossicle_counter32_extend(&state.counter, counter_now());
	stamp->irq_cycles = 0;
	stamp->sleep_cycles = state.slept_cycles;
}

void clock_keep(void) {
	if (!state.scripted) {
		(void)ossicle_counter32_extend(&state.counter, counter_now());
	}
}

void clock_slept(int64_t nanoseconds) {
	if (!state.scripted) {
		state.slept_cycles += (uint64_t)((double)nanoseconds * state.factor);
	}
}
