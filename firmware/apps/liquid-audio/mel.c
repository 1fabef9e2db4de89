#include "mel.h"

#include "logarithm.h"

/* MFCC_POWER_FLOOR in the units of the sums. */
static uint64_t floor_of(int32_t exponent) {
	int32_t shift = exponent + MFCC_MEL_WEIGHT_BITS - 40;
	uint64_t floor = MFCC_POWER_FLOOR_Q40;
	return shift < 0 ? floor >> -shift : floor << shift;
}

/* Adds to the band that falls in a segment and to the one that rises there what its pairs of bins hold. Returns the weights that
 * follow. A function of its own, so that the compiler keeps the loop's values in registers. */
static __attribute__((noinline)) const uint32_t *add_segment(
	const uint32_t *bin, const uint32_t *weight, uint32_t pairs, uint64_t sums[2]
) {
	uint64_t falling = sums[0], rising = sums[1];
	do {
		uint32_t first = bin[0], second = bin[1];
		bin += 2;
		rising = fixed_multiply_add_wide(first, weight[0], rising);
		falling = fixed_multiply_add_wide(first, weight[1], falling);
		rising = fixed_multiply_add_wide(second, weight[2], rising);
		falling = fixed_multiply_add_wide(second, weight[3], falling);
		weight += 4;
	} while (--pairs > 0);
	sums[0] = falling;
	sums[1] = rising;
	return weight;
}

int32_t mel_levels(const uint32_t power[], int32_t exponent, int16_t levels[MFCC_BANDS]) {
	uint64_t sums[MFCC_BANDS + 2]; /* between one for what falls before the first band and one for what rises after the last */
	const uint64_t floor = floor_of(exponent);
	const uint32_t *weight = mfcc_mel_weight;
	sums[0] = 0;
	for (uint32_t segment = 0; segment <= MFCC_BANDS; segment++) {
		sums[segment + 1] = floor;
		weight = add_segment(&power[mfcc_mel_first[segment]], weight, mfcc_mel_pairs[segment], &sums[segment]);
	}
	int32_t greatest = INT16_MIN;
	for (uint32_t band = 0; band < MFCC_BANDS; band++) {
		int16_t level = logarithm(sums[band + 1], -exponent - MFCC_MEL_WEIGHT_BITS);
		levels[band] = level;
		greatest = level > greatest ? level : greatest;
	}
	return greatest;
}
