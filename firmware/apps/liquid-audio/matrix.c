#include "matrix.h"

#include "fixed.h"

/* Left shifts of the mantissa that stay below 2^31: then the upper word of one product is the answer. Weights of ordinary size
 * (2^-14 to 2^2 a step) have such ones. */
#define MOST_USUAL_SHIFT 15u

/* Not inlined: the loop would keep registers for it. */
static __attribute__((noinline)) int32_t scale_any(int32_t sum, struct matrix_row row) {
	int64_t product = (int64_t)sum * row.mantissa;
	int shift = 32 - row.left;
	if (shift <= 0) {
		return fixed_saturate64(product * ((int64_t)1 << -shift));
	}
	return fixed_saturate64(fixed_round_shift64(product, (unsigned)shift));
}

static inline int32_t scale(int32_t sum, struct matrix_row row) {
	if ((unsigned)row.left > MOST_USUAL_SHIFT) {
		return scale_any(sum, row);
	}
	int32_t factor = fixed_opaque((int32_t)((uint32_t)row.mantissa << row.left));
	int64_t nearest = (int64_t)(uint32_t)(0x80000000u + (uint32_t)(sum >> 31)); /* the mantissa is never negative */
	return (int32_t)((nearest + (int64_t)sum * factor) >> 32);
}

int32_t matrix_scale(int32_t sum, struct matrix_row row) {
	return scale(sum, row);
}

/* Where the next block is. */
struct blocks {
	const uint32_t *weights;
	const uint8_t *column;
};

static inline int32_t add_block(int32_t sum, struct blocks *at, const int16_t *activations) {
	const int16_t *four = activations + MATRIX_BLOCK * *at->column++;
	uint32_t weights = *at->weights++;
	sum = fixed_multiply_add_pairs(fixed_even_bytes(weights), fixed_load_pair(four), sum);
	return fixed_multiply_add_pairs(fixed_odd_bytes(weights), fixed_load_pair(four + 2), sum);
}

/* Two blocks at once: 15 instructions. The compiler takes 18, for it neither loads both words of weights with one instruction
 * nor lets a load shift its index. `upper` is activations + 2. */
static inline int32_t add_two_blocks(int32_t sum, struct blocks *at, const int16_t *activations, const int16_t *upper) {
#if FIXED_SIMD
	uint32_t first, second, column, next, low, even;
	__asm__("ldrb %[column], [%[columns]], #1\n\t"
		"ldrb %[next], [%[columns]], #1\n\t"
		"ldrd %[first], %[second], [%[weights]], #8\n\t"
		"ldr %[low], [%[activations], %[column], lsl #3]\n\t"
		"ldr %[column], [%[upper], %[column], lsl #3]\n\t"
		"sxtb16 %[even], %[first]\n\t"
		"smlad %[sum], %[even], %[low], %[sum]\n\t"
		"sxtb16 %[first], %[first], ror #8\n\t"
		"smlad %[sum], %[first], %[column], %[sum]\n\t"
		"ldr %[low], [%[activations], %[next], lsl #3]\n\t"
		"ldr %[next], [%[upper], %[next], lsl #3]\n\t"
		"sxtb16 %[even], %[second]\n\t"
		"smlad %[sum], %[even], %[low], %[sum]\n\t"
		"sxtb16 %[second], %[second], ror #8\n\t"
		"smlad %[sum], %[second], %[next], %[sum]"
		: [sum] "+r"(sum), [weights] "+r"(at->weights), [columns] "+r"(at->column), [first] "=&r"(first), [second] "=&r"(second),
		  [column] "=&r"(column), [next] "=&r"(next), [low] "=&r"(low), [even] "=&r"(even)
		: [activations] "r"(activations), [upper] "r"(upper)
		: "memory");
	return sum;
#else
	(void)upper;
	sum = add_block(sum, at, activations);
	return add_block(sum, at, activations);
#endif
}

void matrix_multiply(const struct matrix *matrix, const int16_t *activations, const int32_t *start, int32_t *to) {
	const struct matrix_row *row = matrix->row;
	const struct matrix_row *end = row + matrix->rows;
	struct blocks at = { matrix->weights, matrix->columns };
	for (; row < end; row++) {
		int32_t sum = 0;
		if (row->blocks % 2u != 0) {
			sum = add_block(sum, &at, activations);
		}
		for (unsigned pairs = row->blocks / 2u; pairs > 0; pairs--) {
			sum = add_two_blocks(sum, &at, activations, activations + 2);
		}
		*to++ = fixed_add_saturating(*start++, scale(sum, *row));
	}
}
