#include "timebase.h"

#include <stdbool.h>

#include "iram.h"
#include "ossicle_counter.h"
#include "registers.h"
#include "uart.h"

static struct {
	uint32_t period;         /* counts of a hop */
	uint32_t period_us;
	uint32_t next_tick;      /* CCOMPARE0 */
	volatile uint32_t ticks; /* whole hop times since start */
	volatile uint32_t millis;
	uint32_t micros;         /* below a millisecond */
	uint32_t hop_start;      /* value of ticks */
	struct ossicle_counter32 ccount;
	uint64_t irq_cycles;
	uint32_t irq_overhead_16ths;
	uint32_t irq_16ths;      /* below a cycle */
	uint64_t sleep_cycles;
	uint32_t asleep_since;
	volatile bool asleep;
	volatile bool woken;
} state;

static inline uint32_t ccount(void) {
	return READ_SPECIAL("ccount");
}

void timebase_start(uint32_t sample_rate, uint32_t hop) {
	state.period = CORE_HZ / sample_rate * hop;
	state.period_us = state.period / (CORE_HZ / 1000000u);
	/* So that it wraps a few seconds from now, in each test, and not after 107 s, in none. */
	WRITE_SPECIAL("ccount", 0u - 3u * CORE_HZ);
	ossicle_counter32_init(&state.ccount, ccount());
	state.next_tick = ccount() + state.period;
	WRITE_SPECIAL("ccompare0", state.next_tick);
	interrupt_enable(INTERRUPT_TIMER0);
}

void timebase_stamp(struct ossicle_stamp *stamp) {
	uint32_t before = interrupts_off();
	stamp->cycles = ossicle_counter32_extend(&state.ccount, ccount());
	stamp->irq_cycles = state.irq_cycles;
	stamp->sleep_cycles = state.sleep_cycles;
	interrupts_restore(before);
}

uint32_t timebase_millis(void) {
	return state.millis;
}

void timebase_hop_start(void) {
	/* The first tick comes at any time within a period; counting from it, no hop is ever early. */
	state.hop_start = state.ticks + 1u;
}

uint32_t timebase_hop_due(void) {
	int32_t ticks = (int32_t)(state.ticks - state.hop_start);
	return ticks < 0 ? 0 : (uint32_t)ticks;
}

/* As many ticks as are due: the interrupt may have been held back for longer than a period. */
static IRAM void tick(void) {
	do {
		state.next_tick += state.period;
		state.ticks++;
		state.micros += state.period_us;
		state.millis += state.micros / 1000u;
		state.micros %= 1000u;
		WRITE_SPECIAL("ccompare0", state.next_tick); /* also takes the interrupt back */
	} while ((int32_t)(ccount() - state.next_tick) >= 0);
	(void)ossicle_counter32_extend(&state.ccount, ccount());
	state.woken = true;
}

IRAM void on_interrupt(void) {
	uint32_t entered = ccount();
	if (state.asleep) {
		state.sleep_cycles += entered - state.asleep_since;
		state.asleep = false;
	}
	uint32_t pending = READ_SPECIAL("interrupt") & READ_SPECIAL("intenable");
	if ((pending & INTERRUPT_TIMER0) != 0) {
		tick();
	}
	if ((pending & INTERRUPT_UART) != 0) {
		uart_interrupt();
	}
	if ((pending & INTERRUPT_SOFTWARE) != 0) {
		WRITE_SPECIAL("intclear", INTERRUPT_SOFTWARE);
	}
	state.irq_16ths += state.irq_overhead_16ths;
	state.irq_cycles += ccount() - entered + state.irq_16ths / 16u;
	state.irq_16ths %= 16u;
}

IRAM void timebase_wake(void) {
	state.woken = true;
}

void timebase_sleep(void) {
	uint32_t before = interrupts_off();
	if (!state.woken) {
		state.asleep_since = ccount();
		state.asleep = true;
		/* Lets interrupts in and waits for one, in a single step: nothing can slip in between. */
		__asm__ volatile("waiti 0" : : : "memory");
		(void)interrupts_off();
		state.asleep = false;
	}
	state.woken = false;
	interrupts_restore(before);
}

/* Counts of a fixed piece of code which raises an interrupt: taken when it is enabled, else not. */
static __attribute__((noinline)) uint32_t measure_pending(void) {
	uint32_t from = ccount();
	WRITE_SPECIAL("intset", INTERRUPT_SOFTWARE);
	__asm__ volatile("rsync\n\tnop\n\tnop\n\tnop" : : : "memory");
	return ccount() - from;
}

void timebase_calibrate(void) {
	enum { ROUNDS = 64 };
	uint32_t taken = 0;
	uint32_t not_taken = 0;
	interrupt_disable(INTERRUPT_TIMER0);
	uint64_t accounted = state.irq_cycles;
	state.irq_overhead_16ths = 0;
	for (int round = 0; round < ROUNDS; round++) {
		interrupt_enable(INTERRUPT_SOFTWARE);
		taken += measure_pending();
		interrupt_disable(INTERRUPT_SOFTWARE);
		not_taken += measure_pending();
		WRITE_SPECIAL("intclear", INTERRUPT_SOFTWARE);
	}
	uint32_t told = (uint32_t)(state.irq_cycles - accounted);
	interrupt_enable(INTERRUPT_TIMER0);
	if (taken > not_taken + told) {
		state.irq_overhead_16ths = (taken - not_taken - told) * 16u / ROUNDS;
	}
}
