#include "timebase.h"

#include "bare_time.h"
#include "cmsdk.h"
#include "core.h"
#include "cycle_marks.h"
#include "ossicle_counter.h"
#include "registers.h"
#include "sysclock.h"
#include "systick.h"
#include "ticker.h"

#define CYCLES_PER_MICROSECOND (CORE_HZ / 1000000u)

enum source {
	SOURCE_DWT,     /* stands still in sleep */
	SOURCE_SYSTICK, /* likewise; runs freely over its 24 bits */
	SOURCE_TICK,    /* SysTick of mps2-an386: a period a hop, goes on in sleep */
};

static struct {
	enum source source;
	uint32_t counter_hz;
	uint32_t systick_period; /* clocks */
	uint32_t hop_micros;
	struct ticker ticker;
	struct ossicle_counter32 awake; /* the counter that stands still in sleep, as 64 bits */
	uint64_t awake_at_start;        /* its value when TIMER1 began */
	uint64_t stopped;               /* cycles that it stood still */
} state;

static inline uint64_t tick_cycles(void) {
	struct ossicle_systick_time time = systick_read(state.systick_period);
	return (uint64_t)time.wraps * state.systick_period + time.phase;
}

static inline uint32_t raw(void) {
	return state.source == SOURCE_DWT ? DWT_CYCCNT : SYST_CVR;
}

/* Clocks from one reading of `raw` to a later one, less than a SysTick period apart. */
static inline uint32_t raw_between(uint32_t from, uint32_t to) {
	if (state.source == SOURCE_DWT) {
		return to - from;
	}
	return systick_between(from, to, state.systick_period);
}

/* Interrupts must be off. It is looked at each hop, so no wrap goes unseen, however long a stage. */
static inline uint64_t awake_cycles(void) {
	uint32_t now = raw();
	if (state.source == SOURCE_SYSTICK) {
		/* SysTick counts down over 24 bits: what went by, added to what is known, is a 32-bit counter going up. */
		now = state.awake.last + ((0u - now - state.awake.last) & (SYSTICK_LONGEST_PERIOD - 1u));
	}
	return ossicle_counter32_extend(&state.awake, now);
}

/* Interrupts must be off. */
static inline uint64_t cycles(void) {
	return state.source == SOURCE_TICK ? tick_cycles() : awake_cycles() + state.stopped;
}

static void count_by_systick(uint32_t period, uint32_t interrupt) {
	state.systick_period = period;
	systick_start(period, interrupt);
}

void timebase_start(enum machine machine, uint32_t sample_rate, uint32_t hop) {
	systick_set_priority();
	bare_time.hops.ticks_per_hop = 1;
	state.hop_micros = (uint32_t)((uint64_t)hop * 1000000u / sample_rate);
	if (machine == MACHINE_MPS2) {
		state.source = SOURCE_TICK;
		state.counter_hz = MPS2_SYSTICK_HZ;
		count_by_systick((uint32_t)((uint64_t)MPS2_SYSTICK_HZ * hop / sample_rate), SYST_CSR_TICKINT);
	} else {
		state.source = dwt_advances() ? SOURCE_DWT : SOURCE_SYSTICK;
		state.counter_hz = CORE_HZ;
		if (state.source == SOURCE_SYSTICK) {
			count_by_systick(SYSTICK_LONGEST_PERIOD, 0);
		}
		ossicle_counter32_init(&state.awake, state.source == SOURCE_DWT ? DWT_CYCCNT : 0);
		ticker_start(&state.ticker, NRF_TIMER1, hop, sample_rate);
		state.awake_at_start = awake_cycles();
		irq_enable(TIMER1_IRQ);
	}
}

const char *timebase_counter(void) {
	return state.source == SOURCE_DWT ? "dwt" : "systick";
}

uint32_t timebase_counter_hz(void) {
	return state.counter_hz;
}

void timebase_stamp(struct ossicle_stamp *stamp) {
	uint32_t before = interrupts_off();
	bare_time_stamp(stamp, cycles());
	interrupts_restore(before);
}

uint64_t timebase_micros(void) {
	uint32_t before = interrupts_off();
	uint64_t micros = ticker_micros(&state.ticker);
	interrupts_restore(before);
	return micros;
}

/* Never inlined, so that what lies outside of the two readings is the same code in each handler: it is measured in one. */
__attribute__((noinline)) uint32_t timebase_irq_enter(void) {
	return raw();
}

__attribute__((noinline)) void timebase_irq_leave(uint32_t entered) {
	irq_time_add(&bare_time.irq, raw_between(entered, raw()), bare_time.irq.overhead_16ths);
}

void SysTick_Handler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	bare_time_ticked(1, state.hop_micros);
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void TIMER1_IRQHandler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	bare_time_ticked(ticker_hops(&state.ticker), state.hop_micros);
	(void)awake_cycles();
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void SWI5_IRQHandler(void) {
	cycle_marks_irq_enter();
	timebase_irq_leave(timebase_irq_enter());
	cycle_marks_irq_leave();
}

/*
 * What the counter stood still since the start is what TIMER1 counted beyond it. Taken from the start each time, and not
 * from sleep to sleep, the microsecond's rounding never adds up; held back from falling, no stamp goes backwards.
 */
static void account_for_sleep(void) {
	uint64_t total = ticker_micros(&state.ticker) * CYCLES_PER_MICROSECOND;
	uint64_t awake = awake_cycles() - state.awake_at_start;
	if (total > awake + state.stopped) {
		uint64_t slept = total - awake - state.stopped;
		state.stopped += slept;
		bare_time.sleep_cycles += slept;
	}
}

/* The FPU's exception, which may be pending for ever (anomaly 87), does not end it: it is not enabled in the NVIC. */
void timebase_sleep(void) {
	uint32_t before = interrupts_off();
	if (!bare_time.woken) {
		if (state.source == SOURCE_TICK) {
			uint64_t asleep = tick_cycles();
			core_wait();
			bare_time.sleep_cycles += tick_cycles() - asleep;
		} else {
			core_wait();
			account_for_sleep();
		}
	}
	bare_time.woken = false;
	interrupts_restore(before);
}

/* Clocks of a fixed piece of code which makes an interrupt pending: taken when it is enabled, else not. */
static __attribute__((noinline)) uint32_t measure_pending(void) {
	uint32_t from = raw();
	NVIC_ISPR(SWI5_IRQ) = NVIC_BIT(SWI5_IRQ);
	__asm__ volatile("dsb\n\tisb" : : : "memory");
	return raw_between(from, raw());
}

static void allow_swi(void) {
	irq_enable(SWI5_IRQ);
}

static void forbid_swi(void) {
	irq_disable(SWI5_IRQ);
}

static void withdraw_swi(void) {
	NVIC_ICPR(SWI5_IRQ) = NVIC_BIT(SWI5_IRQ);
}

void timebase_calibrate(void) {
	const struct irq_trial trial = { allow_swi, forbid_swi, withdraw_swi, measure_pending };
	irq_time_calibrate(&bare_time.irq, trial, 16);
}
