/* Sigmoid and hyperbolic tangent of an int32 Q12, as Q15: one table of tanh, 1/64 apart from 0 to 6, and straight lines between.
 *
 * Errors against the real functions of the same Q12 argument, over all arguments (test_activation.c), in steps of 2^-15:
 * tanh below ACTIVATION_TANH_ERROR, sigmoid below ACTIVATION_SIGMOID_ERROR. Neither ever falls where the function rises.
 */
#ifndef ACTIVATION_H
#define ACTIVATION_H

#include <stdint.h>

#define ACTIVATION_ONE 32767 /* what 1.0 is clipped to */
#define ACTIVATION_TANH_ERROR 1.4
#define ACTIVATION_SIGMOID_ERROR 1.01 /* at 1.0, which is clipped */

#define ACTIVATION_STEPS 384u   /* 6 x 64 */
#define ACTIVATION_ENTRIES 386u /* with the last one twice, so that its line has an end */

/* tanh(i / 64) x 2^16, clipped so that it rounds to ACTIVATION_ONE. From firmware/model/activation_table.py. */
extern const uint16_t activation_table[ACTIVATION_ENTRIES];

#define ACTIVATION_TANH_BITS 6u    /* of Q12 below the table's step of 1/64 */
#define ACTIVATION_SIGMOID_BITS 7u /* sigmoid(x) = (1 + tanh(x / 2)) / 2: the step is 1/32 */

/* tanh at `at` x 2^-bits steps of the table, as Q(16 + bits). */
static inline uint32_t activation_interpolate(uint32_t at, unsigned bits) {
	uint32_t limit = ACTIVATION_STEPS << bits;
	uint32_t clipped = at < limit ? at : limit;
	const uint16_t *entry = &activation_table[clipped >> bits];
	uint32_t beyond = clipped & ((1u << bits) - 1u);
	return ((uint32_t)entry[0] << bits) + (uint32_t)(entry[1] - entry[0]) * beyond;
}

static inline uint32_t activation_magnitude(int32_t x) {
	return x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
}

/* -ACTIVATION_ONE to ACTIVATION_ONE */
static inline int32_t activation_tanh(int32_t x) {
	uint32_t q22 = activation_interpolate(activation_magnitude(x), ACTIVATION_TANH_BITS);
	int32_t size = (int32_t)((q22 + 64u) >> 7);
	return x < 0 ? -size : size;
}

/* 0 to ACTIVATION_ONE */
static inline int32_t activation_sigmoid(int32_t x) {
	uint32_t q24 = activation_interpolate(activation_magnitude(x), ACTIVATION_SIGMOID_BITS); /* Q23 of tanh(x / 2), halved */
	int32_t half = (int32_t)((q24 + 256u) >> 9);
	int32_t value = x < 0 ? 16384 - half : 16384 + half;
	return value < ACTIVATION_ONE ? value : ACTIVATION_ONE;
}

#endif
