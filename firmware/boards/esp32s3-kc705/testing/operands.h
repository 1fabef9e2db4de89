/* From random words to operands, and from results to words. */
#ifndef OPERANDS_H
#define OPERANDS_H

#include <stdint.h>

static inline float float_of(uint64_t bits) {
	union {
		uint32_t bits;
		float value;
	} both = { .bits = (uint32_t)bits };
	return both.value;
}

/* All NaN are alike: which payload comes through is left open by IEEE 754. */
static inline uint64_t bits_of(float value) {
	union {
		float value;
		uint32_t bits;
	} both = { .value = value };
	return (both.bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC00000u : both.bits;
}

/* What C leaves undefined becomes something defined: no divisor is 0, and none is -1. */
static inline uint32_t divisor32(uint64_t bits) {
	return (uint32_t)bits == 0 ? 7u : (uint32_t)bits;
}

static inline int32_t signed_divisor32(uint64_t bits) {
	return (int32_t)bits == -1 ? 5 : (int32_t)divisor32(bits);
}

static inline uint64_t divisor64(uint64_t bits) {
	return bits == 0 ? 7u : bits;
}

static inline int64_t signed_divisor64(uint64_t bits) {
	return (int64_t)bits == -1 ? 5 : (int64_t)divisor64(bits);
}

static inline float in_uint32(uint64_t bits) {
	float value = float_of(bits);
	return value >= 0.0f && value < 4294967296.0f ? value : 1.5f;
}

#define OPERATION(name, expression) \
	static uint64_t name(uint64_t a, uint64_t b) { \
		(void)b; \
		return (uint64_t)(expression); \
	}

#endif
