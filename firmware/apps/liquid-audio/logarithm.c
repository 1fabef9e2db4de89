#include "logarithm.h"

#include "mfcc_tables.h"

/* The highest 32 bits, from the highest one on; `exponent` becomes that of the lowest of them. */
static uint32_t normalised(uint64_t value, int32_t *exponent) {
	uint32_t high = (uint32_t)(value >> 32), low = (uint32_t)value;
	if (high == 0) {
		unsigned zeros = fixed_leading_zeros(low);
		*exponent -= (int32_t)zeros;
		return low << zeros;
	}
	unsigned zeros = fixed_leading_zeros(high);
	*exponent += 32 - (int32_t)zeros;
	return high << zeros | low >> 1 >> (31u - zeros);
}

int16_t logarithm(uint64_t value, int32_t exponent) {
	uint32_t mantissa = normalised(value, &exponent); /* 2^31 (1 + index / 64 + fraction / 2^22) */
	uint32_t index = mantissa << 1 >> 26, fraction = mantissa << 7 >> 16;
	const uint16_t *entry = &logarithm_table[index];
	uint32_t mantissa_q16 = entry[0] + ((uint32_t)(entry[1] - entry[0]) * fraction >> 16);
	int32_t exponent_q16 = (exponent + 31) * LOGARITHM_OF_2_Q24 >> 8;
	return (int16_t)((exponent_q16 + (int32_t)mantissa_q16 + 16) >> 5);
}
