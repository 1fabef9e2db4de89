#include "timebase.h"

#include "bare_time.h"
#include "core.h"
#include "iram.h"
#include "ossicle_counter.h"
#include "registers.h"
#include "uart.h"

static struct {
	uint32_t period;    /* counts of a hop */
	uint32_t period_us;
	uint32_t next_tick; /* CCOMPARE0 */
	struct ossicle_counter32 ccount;
	uint32_t asleep_since;
	volatile bool asleep;
} state;

static inline uint32_t ccount(void) {
	return READ_SPECIAL("ccount");
}

void timebase_start(uint32_t sample_rate, uint32_t hop) {
	state.period = CORE_HZ / sample_rate * hop;
	state.period_us = state.period / (CORE_HZ / 1000000u);
	bare_time.hops.ticks_per_hop = 1;
	/* So that it wraps a few seconds from now, in each test, and not after 107 s, in none. */
	WRITE_SPECIAL("ccount", 0u - 3u * CORE_HZ);
	ossicle_counter32_init(&state.ccount, ccount());
	state.next_tick = ccount() + state.period;
	WRITE_SPECIAL("ccompare0", state.next_tick);
	interrupt_enable(INTERRUPT_TIMER0);
}

void timebase_stamp(struct ossicle_stamp *stamp) {
	uint32_t before = interrupts_off();
	bare_time_stamp(stamp, ossicle_counter32_extend(&state.ccount, ccount()));
	interrupts_restore(before);
}

/* As many ticks as are due: the interrupt may have been held back for longer than a period. */
static IRAM void tick(void) {
	do {
		state.next_tick += state.period;
		bare_time_ticked(1, state.period_us);
		WRITE_SPECIAL("ccompare0", state.next_tick); /* also takes the interrupt back */
	} while ((int32_t)(ccount() - state.next_tick) >= 0);
	(void)ossicle_counter32_extend(&state.ccount, ccount());
}

IRAM void on_interrupt(void) {
	uint32_t entered = ccount();
	if (state.asleep) {
		bare_time.sleep_cycles += entered - state.asleep_since;
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
	irq_time_add(&bare_time.irq, ccount() - entered, bare_time.irq.overhead_16ths);
}

void timebase_sleep(void) {
	uint32_t before = interrupts_off();
	if (!bare_time.woken) {
		state.asleep_since = ccount();
		state.asleep = true;
		/* Lets interrupts in and waits for one, in a single step: nothing can slip in between. */
		__asm__ volatile("waiti 0" : : : "memory");
		(void)interrupts_off();
		state.asleep = false;
	}
	bare_time.woken = false;
	interrupts_restore(before);
}

/* Counts of a fixed piece of code which raises an interrupt: taken when it is enabled, else not. */
static __attribute__((noinline)) uint32_t measure_pending(void) {
	uint32_t from = ccount();
	WRITE_SPECIAL("intset", INTERRUPT_SOFTWARE);
	__asm__ volatile("rsync\n\tnop\n\tnop\n\tnop" : : : "memory");
	return ccount() - from;
}

static void allow_software(void) {
	interrupt_enable(INTERRUPT_SOFTWARE);
}

static void forbid_software(void) {
	interrupt_disable(INTERRUPT_SOFTWARE);
}

static void withdraw_software(void) {
	WRITE_SPECIAL("intclear", INTERRUPT_SOFTWARE);
}

void timebase_calibrate(void) {
	const struct irq_trial trial = { allow_software, forbid_software, withdraw_software, measure_pending };
	interrupt_disable(INTERRUPT_TIMER0);
	irq_time_calibrate(&bare_time.irq, trial, 64);
	interrupt_enable(INTERRUPT_TIMER0);
}
