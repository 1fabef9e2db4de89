#include "timebase.h"

#include "bare_time.h"
#include "core_speed.h"
#include "cycle_marks.h"
#include "registers.h"
#include "sysclock.h"
#include "systick.h"

static struct {
	bool dwt;
	struct core_speed clock;
	uint32_t period_us;
	uint64_t stopped; /* cycles that CYCCNT stood still */
} state;

static inline uint64_t systick_cycles(void) {
	struct ossicle_systick_time time = systick_read(core_speed_period(&state.clock));
	return (uint64_t)time.wraps * state.clock.period + core_speed_nominal(&state.clock, time.phase);
}

/* Interrupts must be off. */
static inline uint64_t cycles(void) {
	if (state.dwt) {
		return core_speed_extend(&state.clock, DWT_CYCCNT) + state.stopped;
	}
	return systick_cycles();
}

void timebase_start(uint32_t core_hz, uint32_t sample_rate, uint32_t hop) {
	uint64_t hop_cycles = (uint64_t)core_hz * hop / sample_rate;
	uint32_t ticks_per_hop = (uint32_t)((hop_cycles + SYSTICK_LONGEST_PERIOD - 1u) / SYSTICK_LONGEST_PERIOD);
	bare_time.hops.ticks_per_hop = ticks_per_hop;
	state.dwt = dwt_advances();
	core_speed_init(&state.clock, (uint32_t)(hop_cycles / ticks_per_hop), DWT_CYCCNT);
	state.period_us = (uint32_t)((uint64_t)state.clock.period * 1000000u / core_hz);
	/* SysTick and USART1 share one priority: neither interrupts the other, so no interrupt time is counted twice. */
	systick_set_priority();
	NVIC_IPR_BYTE(USART1_IRQ) = IRQ_PRIORITY;
	systick_start(state.clock.period, SYST_CSR_TICKINT);
}

bool timebase_uses_dwt(void) {
	return state.dwt;
}

void timebase_stamp(struct ossicle_stamp *stamp) {
	uint32_t before = interrupts_off();
	bare_time_stamp(stamp, cycles());
	interrupts_restore(before);
}

static inline uint32_t raw(void) {
	return state.dwt ? DWT_CYCCNT : SYST_CVR;
}

/* Clocks from one reading of `raw` to a later one, less than a SysTick period apart. */
static inline uint32_t raw_between(uint32_t from, uint32_t to) {
	if (state.dwt) {
		return to - from;
	}
	return systick_between(from, to, core_speed_period(&state.clock));
}

/* Never inlined, so that what lies outside of the two readings is the same code in each handler: it is measured in one. */
__attribute__((noinline)) uint32_t timebase_irq_enter(void) {
	return raw();
}

__attribute__((noinline)) void timebase_irq_leave(uint32_t entered) {
	irq_time_add(
		&bare_time.irq, core_speed_nominal(&state.clock, raw_between(entered, raw())),
		core_speed_nominal(&state.clock, bare_time.irq.overhead_16ths)
	);
}

void SysTick_Handler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	bare_time_ticked(1, state.period_us);
	if (state.dwt) {
		(void)core_speed_extend(&state.clock, DWT_CYCCNT); /* no wrap goes unseen, however long a stage */
	}
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void timebase_sleep(void) {
	uint32_t before = interrupts_off();
	if (!bare_time.woken) {
		uint64_t asleep = systick_cycles();
		uint32_t counted = DWT_CYCCNT;
		core_wait();
		uint64_t slept = systick_cycles() - asleep;
		bare_time.sleep_cycles += slept;
		if (state.dwt) {
			state.stopped += slept - core_speed_nominal(&state.clock, DWT_CYCCNT - counted);
		}
	}
	bare_time.woken = false;
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

static void allow_usart(void) {
	NVIC_ISER(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
}

static void forbid_usart(void) {
	NVIC_ICER(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
}

static void withdraw_usart(void) {
	NVIC_ICPR(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
}

void timebase_calibrate(void) {
	const struct irq_trial trial = { allow_usart, forbid_usart, withdraw_usart, measure_pending };
	irq_time_calibrate(&bare_time.irq, trial, 16);
}
