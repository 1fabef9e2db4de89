#include "timebase.h"

#include "core_speed.h"
#include "cycle_marks.h"
#include "ossicle_counter.h"
#include "registers.h"
#include "sysclock.h"

#define SYSTICK_MAX 0x1000000u

static struct {
	bool dwt;
	struct core_speed clock;
	uint32_t period_us;
	uint32_t ticks_per_hop;
	volatile uint32_t wraps;
	volatile uint32_t millis;
	uint32_t micros;         /* below a millisecond */
	uint64_t stopped;        /* cycles that CYCCNT stood still */
	uint64_t irq_cycles;
	uint32_t irq_overhead_16ths;
	uint32_t irq_16ths;      /* below a cycle */
	uint64_t sleep_cycles;
	uint32_t hop_start;      /* value of wraps */
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
	return state.wraps;
}

static inline uint64_t systick_cycles(void) {
	const struct ossicle_systick_source source = {
		systick_value, systick_pending, systick_wraps, NULL, core_speed_period(&state.clock) - 1u,
	};
	struct ossicle_systick_time time = ossicle_systick_read(source);
	return (uint64_t)time.wraps * state.clock.period + core_speed_nominal(&state.clock, time.phase);
}

/* Interrupts must be off. */
static inline uint64_t cycles(void) {
	if (state.dwt) {
		return core_speed_extend(&state.clock, DWT_CYCCNT) + state.stopped;
	}
	return systick_cycles();
}

static bool dwt_advances(void) {
	DEMCR |= DEMCR_TRCENA;
	DWT_CTRL |= DWT_CTRL_CYCCNTENA;
	uint32_t before = DWT_CYCCNT;
	__asm__ volatile("nop\n\tnop\n\tnop\n\tnop");
	return DWT_CYCCNT != before;
}

void timebase_start(uint32_t core_hz, uint32_t sample_rate, uint32_t hop) {
	uint64_t hop_cycles = (uint64_t)core_hz * hop / sample_rate;
	state.ticks_per_hop = (uint32_t)((hop_cycles + SYSTICK_MAX - 1u) / SYSTICK_MAX);
	state.dwt = dwt_advances();
	core_speed_init(&state.clock, (uint32_t)(hop_cycles / state.ticks_per_hop), DWT_CYCCNT);
	state.period_us = (uint32_t)((uint64_t)state.clock.period * 1000000u / core_hz);
	/* SysTick and USART1 share one priority: neither interrupts the other, so no interrupt time is counted twice. */
	SCB_SHPR3 = (SCB_SHPR3 & 0x00FFFFFFu) | 0x80000000u;
	NVIC_IPR(USART1_IRQ) = 0x80u;
	SYST_RVR = state.clock.period - 1u;
	SYST_CVR = 0;
	SYST_CSR = SYST_CSR_CLKSOURCE | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
}

bool timebase_uses_dwt(void) {
	return state.dwt;
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

void timebase_hop_start(void) {
	/* The first tick comes at any time within a period; counting from it, no hop is ever early. */
	state.hop_start = state.wraps + 1u;
}

uint32_t timebase_hop_due(void) {
	int32_t ticks = (int32_t)(state.wraps - state.hop_start);
	return ticks < 0 ? 0 : (uint32_t)ticks / state.ticks_per_hop;
}

static inline uint32_t raw(void) {
	return state.dwt ? DWT_CYCCNT : SYST_CVR;
}

/* Clocks from one reading of `raw` to a later one, less than a SysTick period apart. */
static inline uint32_t raw_between(uint32_t from, uint32_t to) {
	if (state.dwt) {
		return to - from;
	}
	return from >= to ? from - to : from + core_speed_period(&state.clock) - to;
}

uint32_t timebase_irq_enter(void) {
	return raw();
}

void timebase_irq_leave(uint32_t entered) {
	state.irq_16ths += (uint32_t)core_speed_nominal(&state.clock, state.irq_overhead_16ths);
	state.irq_cycles += core_speed_nominal(&state.clock, raw_between(entered, raw())) + state.irq_16ths / 16u;
	state.irq_16ths %= 16u;
}

void SysTick_Handler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	state.wraps++;
	state.micros += state.period_us;
	state.millis += state.micros / 1000u;
	state.micros %= 1000u;
	state.woken = true;
	if (state.dwt) {
		(void)core_speed_extend(&state.clock, DWT_CYCCNT); /* no wrap goes unseen, however long a stage */
	}
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void timebase_wake(void) {
	state.woken = true;
}

void timebase_sleep(void) {
	uint32_t before = interrupts_off();
	if (!state.woken) {
		uint64_t asleep = systick_cycles();
		uint32_t counted = DWT_CYCCNT;
		/* A pending interrupt ends WFI even while masked (DDI 0403 B1.5.19): nothing can slip in between. */
		__asm__ volatile("dsb\n\twfi\n\tisb" : : : "memory");
		uint64_t slept = systick_cycles() - asleep;
		state.sleep_cycles += slept;
		if (state.dwt) {
			state.stopped += slept - core_speed_nominal(&state.clock, DWT_CYCCNT - counted);
		}
	}
	state.woken = false;
	interrupts_restore(before);
}

static uint32_t read_cyccnt(void *context) {
	(void)context;
	return DWT_CYCCNT;
}

/* Writing the counter clears it without an exception; it reloads a clock later (DDI 0403 B3.3.1). */
static void set_systick(void *context, uint32_t left, uint32_t period) {
	(void)context;
	SYST_RVR = left - 1u;
	SYST_CVR = 0;
	while (SYST_CVR == 0) {
	}
	SYST_RVR = period - 1u;
}

static void halve_core(void *context, bool halved) {
	(void)context;
	sysclock_halve_core(halved);
}

static void divide_buses_for(void *context, bool halved) {
	(void)context;
	sysclock_divide_buses_for(halved);
}

bool timebase_halve_core(bool halved) {
	static const struct core_speed_source source = {
		read_cyccnt, systick_value, systick_pending, set_systick, halve_core, divide_buses_for, NULL,
	};
	bool changed = !state.dwt;
	/* What is near a tick waits for it, and for its handler: some microseconds. */
	for (uint32_t turn = 0; turn < CORE_SPEED_GUARD_CLOCKS && !changed; turn++) {
		uint32_t before = interrupts_off();
		changed = core_speed_change(&state.clock, &source, halved);
		interrupts_restore(before);
	}
	return state.clock.shift != 0;
}

/* Clocks of a fixed piece of code which makes the USART's interrupt pending: taken when it is enabled, else not. */
static __attribute__((noinline)) uint32_t measure_pending(void) {
	uint32_t from = raw();
	NVIC_ISPR(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
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
		NVIC_ISER(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
		taken += measure_pending();
		NVIC_ICER(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
		not_taken += measure_pending();
		NVIC_ICPR(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
	}
	accounted = state.irq_cycles - accounted;
	if (taken > not_taken + accounted) {
		state.irq_overhead_16ths = (uint32_t)((taken - not_taken - accounted) * 16u / ROUNDS);
	}
}
