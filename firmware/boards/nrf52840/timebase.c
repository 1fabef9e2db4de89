#include "timebase.h"

#include <stddef.h>

#include "cmsdk.h"
#include "core.h"
#include "cycle_marks.h"
#include "ossicle_counter.h"
#include "registers.h"
#include "sysclock.h"
#include "ticker.h"

#define SYSTICK_PERIOD 0x1000000u
#define CYCLES_PER_MICROSECOND (CORE_HZ / 1000000u)

enum source {
	SOURCE_DWT,     /* stands still in sleep */
	SOURCE_SYSTICK, /* likewise; runs freely over its 24 bits */
	SOURCE_TICK,    /* SysTick of mps2-an386: a period a hop, goes on in sleep */
};

static struct {
	enum source source;
	uint32_t counter_hz;
	uint32_t systick_period;  /* clocks */
	uint32_t hop_micros;
	volatile uint32_t hops;   /* ended since the start */
	volatile uint32_t millis;
	uint32_t micros;          /* below a millisecond */
	struct ticker ticker;
	struct ossicle_counter32 awake; /* the counter that stands still in sleep, as 64 bits */
	uint64_t awake_at_start;  /* its value when TIMER1 began */
	uint64_t stopped;         /* cycles that it stood still */
	uint64_t irq_cycles;
	uint32_t irq_overhead_16ths;
	uint32_t irq_16ths;       /* below a cycle */
	uint64_t sleep_cycles;
	uint32_t hop_start;       /* value of hops */
	volatile bool woken;
} state;

static uint32_t systick_value(void *context) {
	(void)context;
	return SYST_CVR;
}

static bool systick_pending(void *context) {
	(void)context;
	return (SCB_ICSR & SCB_ICSR_PENDSTSET) != 0;
}

static uint32_t systick_wraps(void *context) {
	(void)context;
	return state.hops;
}

static inline uint64_t tick_cycles(void) {
	const struct ossicle_systick_source source = {
		systick_value, systick_pending, systick_wraps, NULL, state.systick_period - 1u,
	};
	struct ossicle_systick_time time = ossicle_systick_read(source);
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
	return from >= to ? from - to : from + state.systick_period - to;
}

/* Interrupts must be off. It is looked at each hop, so no wrap goes unseen, however long a stage. */
static inline uint64_t awake_cycles(void) {
	uint32_t now = raw();
	if (state.source == SOURCE_SYSTICK) {
		/* SysTick counts down over 24 bits: what went by, added to what is known, is a 32-bit counter going up. */
		now = state.awake.last + ((0u - now - state.awake.last) & (SYSTICK_PERIOD - 1u));
	}
	return ossicle_counter32_extend(&state.awake, now);
}

/* Interrupts must be off. */
static inline uint64_t cycles(void) {
	return state.source == SOURCE_TICK ? tick_cycles() : awake_cycles() + state.stopped;
}

static bool dwt_advances(void) {
	DEMCR |= DEMCR_TRCENA;
	DWT_CTRL |= DWT_CTRL_CYCCNTENA;
	uint32_t before = DWT_CYCCNT;
	__asm__ volatile("nop\n\tnop\n\tnop\n\tnop");
	return DWT_CYCCNT != before;
}

static void start_systick(uint32_t period, uint32_t interrupt) {
	state.systick_period = period;
	SYST_RVR = period - 1u;
	SYST_CVR = 0;
	SYST_CSR = SYST_CSR_CLKSOURCE | interrupt | SYST_CSR_ENABLE;
}

void timebase_start(enum machine machine, uint32_t sample_rate, uint32_t hop) {
	SCB_SHPR3 = (SCB_SHPR3 & 0x00FFFFFFu) | IRQ_PRIORITY << 24;
	state.hop_micros = (uint32_t)((uint64_t)hop * 1000000u / sample_rate);
	if (machine == MACHINE_MPS2) {
		state.source = SOURCE_TICK;
		state.counter_hz = MPS2_SYSTICK_HZ;
		start_systick((uint32_t)((uint64_t)MPS2_SYSTICK_HZ * hop / sample_rate), SYST_CSR_TICKINT);
	} else {
		state.source = dwt_advances() ? SOURCE_DWT : SOURCE_SYSTICK;
		state.counter_hz = CORE_HZ;
		if (state.source == SOURCE_SYSTICK) {
			start_systick(SYSTICK_PERIOD, 0);
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
	stamp->cycles = cycles();
	stamp->irq_cycles = state.irq_cycles;
	stamp->sleep_cycles = state.sleep_cycles;
	interrupts_restore(before);
}

uint32_t timebase_millis(void) {
	return state.millis;
}

uint64_t timebase_micros(void) {
	uint32_t before = interrupts_off();
	uint64_t micros = ticker_micros(&state.ticker);
	interrupts_restore(before);
	return micros;
}

void timebase_hop_start(void) {
	/* The first tick comes at any time within a hop; counting from it, no hop is ever early. */
	state.hop_start = state.hops + 1u;
}

uint32_t timebase_hop_due(void) {
	int32_t hops = (int32_t)(state.hops - state.hop_start);
	return hops < 0 ? 0 : (uint32_t)hops;
}

uint32_t timebase_irq_enter(void) {
	return raw();
}

void timebase_irq_leave(uint32_t entered) {
	state.irq_16ths += state.irq_overhead_16ths;
	state.irq_cycles += raw_between(entered, raw()) + state.irq_16ths / 16u;
	state.irq_16ths %= 16u;
}

static void hops_ended(uint32_t hops) {
	state.hops += hops;
	state.micros += hops * state.hop_micros;
	state.millis += state.micros / 1000u;
	state.micros %= 1000u;
	state.woken = true;
}

void SysTick_Handler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	hops_ended(1);
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void TIMER1_IRQHandler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	hops_ended(ticker_hops(&state.ticker));
	(void)awake_cycles();
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void SWI5_IRQHandler(void) {
	cycle_marks_irq_enter();
	timebase_irq_leave(timebase_irq_enter());
	cycle_marks_irq_leave();
}

void timebase_wake(void) {
	state.woken = true;
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
		state.sleep_cycles += slept;
	}
}

static void sleep_until_interrupt(void) {
	/* A pending interrupt ends WFI even while masked (DDI 0403 B1.5.19): nothing can slip in between. The FPU's exception,
	 * which may be pending for ever (anomaly 87), does not: it is not enabled in the NVIC. */
	__asm__ volatile("dsb\n\twfi\n\tisb" : : : "memory");
}

void timebase_sleep(void) {
	uint32_t before = interrupts_off();
	if (!state.woken) {
		if (state.source == SOURCE_TICK) {
			uint64_t asleep = tick_cycles();
			sleep_until_interrupt();
			state.sleep_cycles += tick_cycles() - asleep;
		} else {
			sleep_until_interrupt();
			account_for_sleep();
		}
	}
	state.woken = false;
	interrupts_restore(before);
}

/* Clocks of a fixed piece of code which makes an interrupt pending: taken when it is enabled, else not. */
static __attribute__((noinline)) uint32_t measure_pending(void) {
	uint32_t from = raw();
	NVIC_ISPR(SWI5_IRQ) = NVIC_BIT(SWI5_IRQ);
	__asm__ volatile("dsb\n\tisb" : : : "memory");
	return raw_between(from, raw());
}

void timebase_calibrate(void) {
	enum { ROUNDS = 16 };
	uint32_t taken = 0;
	uint32_t not_taken = 0;
	uint64_t accounted = state.irq_cycles;
	state.irq_overhead_16ths = 0;
	for (int round = 0; round < ROUNDS; round++) {
		irq_enable(SWI5_IRQ);
		taken += measure_pending();
		irq_disable(SWI5_IRQ);
		not_taken += measure_pending();
		NVIC_ICPR(SWI5_IRQ) = NVIC_BIT(SWI5_IRQ);
	}
	accounted = state.irq_cycles - accounted;
	if (taken > not_taken + accounted) {
		state.irq_overhead_16ths = (uint32_t)((taken - not_taken - accounted) * 16u / ROUNDS);
	}
}
