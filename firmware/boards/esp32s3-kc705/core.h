/* The Xtensa core: its interrupts, how it waits, spins and is restarted. Xtensa Instruction Set Architecture manual. */
#ifndef CORE_H
#define CORE_H

#include <stdint.h>

#define READ_SPECIAL(name) \
	({ \
		uint32_t value_; \
		__asm__ volatile("rsr." name " %0" : "=a"(value_) : : "memory"); \
		value_; \
	})
#define WRITE_SPECIAL(name, value) __asm__ volatile("wsr." name " %0\n\trsync" : : "a"((uint32_t)(value)) : "memory")

/* Masks level 1 and returns PS as it was. */
static inline uint32_t interrupts_off(void) {
	uint32_t before;
	__asm__ volatile("rsil %0, 1" : "=a"(before) : : "memory");
	return before;
}

static inline void interrupts_restore(uint32_t before) {
	WRITE_SPECIAL("ps", before);
}

/* INTENABLE is written by the main loop only, never by a handler. */
static inline void interrupt_enable(uint32_t mask) {
	uint32_t enabled = READ_SPECIAL("intenable");
	WRITE_SPECIAL("intenable", enabled | mask);
}

static inline void interrupt_disable(uint32_t mask) {
	uint32_t enabled = READ_SPECIAL("intenable");
	WRITE_SPECIAL("intenable", enabled & ~mask);
}

/* Exactly two instructions an iteration. */
static inline void core_spin(uint32_t iterations) {
	if (iterations > 0) {
		__asm__ volatile("1: addi %0, %0, -1\n\tbnez %0, 1b" : "+r"(iterations));
	}
}

/* With interrupts of level 1 masked. */
static inline void core_wait(void) {
	__asm__ volatile("waiti 1" : : : "memory");
}

void core_reset(void) __attribute__((noreturn));

#endif
