/* Stack painting: how deep did it ever go? Works on any stack that grows downwards. */
#ifndef OSSICLE_STACK_H
#define OSSICLE_STACK_H

#include <stdint.h>

#define OSSICLE_STACK_PAINT 0xA5A5A5A5u

/* Fills the words from `low` up to, not including, `high`. `high` must lie below the caller's own frame. */
static inline void ossicle_stack_paint(uint32_t *low, const uint32_t *high) {
	for (volatile uint32_t *at = low; at < high; at++) {
		*at = OSSICLE_STACK_PAINT;
	}
}

/* Bytes from the deepest word that is no longer paint up to `top`. A frame that leaves its lowest words unwritten can
 * hide them: this is a lower bound, in practice off by a few words. */
static inline uint32_t ossicle_stack_high_bytes(const uint32_t *low, const uint32_t *top) {
	const volatile uint32_t *at = low;
	while (at < top && *at == OSSICLE_STACK_PAINT) {
		at++;
	}
	return (uint32_t)((uintptr_t)top - (uintptr_t)at);
}

#endif
