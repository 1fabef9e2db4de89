/* Time spent in interrupts: what handlers account for, and on top of it what taking an interrupt costs. */
#ifndef IRQ_TIME_H
#define IRQ_TIME_H

#include <stdint.h>

struct irq_time {
	uint64_t cycles;
	uint32_t overhead_16ths; /* cycles of an interrupt outside of the part that its handler accounts for */
	uint32_t left_16ths;     /* below a cycle */
};

/* A handler took so many cycles; the overhead in cycles of the same length. */
static inline __attribute__((always_inline)) void irq_time_add(struct irq_time *time, uint32_t cycles, uint32_t overhead_16ths) {
	time->left_16ths += overhead_16ths;
	time->cycles += cycles + time->left_16ths / 16u;
	time->left_16ths %= 16u;
}

/* An interrupt that can be raised at will, with a handler that does no harm and accounts for itself. */
struct irq_trial {
	void (*allow)(void);
	void (*forbid)(void);
	void (*withdraw)(void);    /* it is no longer pending */
	uint32_t (*measure)(void); /* raises it in a fixed piece of code and returns that one's cycles */
};

/* Finds out the overhead: the same code with the interrupt taken and not taken, less what was accounted for. */
static inline __attribute__((always_inline)) void
irq_time_calibrate(struct irq_time *time, const struct irq_trial trial, uint32_t rounds) {
	uint32_t taken = 0;
	uint32_t not_taken = 0;
	uint64_t before = time->cycles;
	time->overhead_16ths = 0;
	for (uint32_t round = 0; round < rounds; round++) {
		trial.allow();
		taken += trial.measure();
		trial.forbid();
		not_taken += trial.measure();
		trial.withdraw();
	}
	uint32_t accounted = (uint32_t)(time->cycles - before);
	if (taken > not_taken + accounted) {
		time->overhead_16ths = (taken - not_taken - accounted) * 16u / rounds;
	}
}

#endif
