/* Matrices of small integers, stored in blocks of four: blocks of zeros are not stored and cost nothing.
 *
 * A row is worth sum(weight x activation) x mantissa x 2^exponent. Its product comes out as int32 Q12, rounded to nearest,
 * ties away from zero, and clipped: the same bits on every core, because the sum of a row is exact.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include <stdint.h>

#define MATRIX_BLOCK 4u    /* weights in a block */
#define MATRIX_FRACTION 12 /* of what comes out */

/* The product of a row, Q12, is sum x mantissa x 2^left / 2^32. */
struct matrix_row {
	uint16_t mantissa;
	int8_t left; /* -11 to 34 */
	uint8_t blocks;
};

/* Views into arrays of the model. */
struct matrix {
	const struct matrix_row *row;
	const uint32_t *weights; /* matrix_pack, row by row */
	const uint8_t *columns;  /* of each block: number of its first column / 4 */
	uint16_t rows;
};

/* Four weights as one word: bytes 0 and 2 are the first two, 1 and 3 the others, as SXTB16 takes them apart. */
static inline uint32_t matrix_pack(const int8_t weights[MATRIX_BLOCK]) {
	return (uint32_t)(uint8_t)weights[0] | (uint32_t)(uint8_t)weights[2] << 8 | (uint32_t)(uint8_t)weights[1] << 16 |
		(uint32_t)(uint8_t)weights[3] << 24;
}

/* to[r] = start[r] + row r x activations, for all rows. `to` may be `start`. */
void matrix_multiply(const struct matrix *matrix, const int16_t *activations, const int32_t *start, int32_t *to);

/* sum x mantissa x 2^left / 2^32, for any sum: what every row goes through. For tests. */
int32_t matrix_scale(int32_t sum, struct matrix_row row);

#endif
