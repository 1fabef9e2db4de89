/* Sparse rows against the same sums written out, and their scaling against exact arithmetic. */
#include "matrix.h"

#include "testing/expect.h"
#include "testing/made_lnn.h"

#define ROWS 40u
#define COLUMNS 64u
#define MOST_BLOCKS (ROWS * COLUMNS / 4u)

/* |sum x mantissa| / 2^shift by hand: quotient, remainder, ties up; then the sign, then the limits of 32 bits. */
static int32_t exact(int32_t sum, uint16_t mantissa, int shift) {
	uint64_t size = (uint64_t)(sum < 0 ? -(int64_t)sum : sum) * mantissa;
	uint64_t quotient = shift <= 0 ? size << -shift : size >> shift;
	if (shift > 0 && (size >> (shift - 1) & 1u) != 0) {
		quotient++;
	}
	int64_t value = sum < 0 ? -(int64_t)quotient : (int64_t)quotient;
	return (int32_t)(value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value);
}

static void scales_exactly(void) {
	static const int32_t sums[] = { 0, 1, -1, 2, -2, 3, -3, 32767, -32768, 1 << 30, -(1 << 30), INT32_MAX, INT32_MIN, INT32_MIN + 1 };
	uint32_t seed = 1;
	for (int shift = -2; shift <= 43; shift++) {
		for (unsigned i = 0; i < 3000; i++) {
			int32_t sum = i < 14 * 20 ? sums[i % 14] : (int32_t)((uint32_t)made_dice(&seed, UINT32_MAX) >> made_dice(&seed, 32));
			sum = i % 2u && sum > INT32_MIN ? -sum : sum;
			uint16_t mantissa = (uint16_t)(i % 3 == 0 ? 0x8000u : i % 3 == 1 ? 0xFFFFu : 0x8000u + made_dice(&seed, 0x8000));
			struct matrix_row row = { .mantissa = mantissa, .left = (int8_t)(32 - shift) };
			EXPECT_EQUAL(matrix_scale(sum, row), exact(sum, mantissa, shift));
		}
	}
}

static void rounds_ties_away_from_zero(void) {
	struct matrix_row half = { .mantissa = 0x8000, .left = 32 - 16 }; /* x 1/2 */
	struct matrix_row rare = { .mantissa = 0x8000, .left = 32 - 33 }; /* x 2^-18, beyond the usual shifts */
	struct matrix_row usual = { .mantissa = 0x8000, .left = 0 };
	EXPECT_EQUAL(matrix_scale(3, half), 2);
	EXPECT_EQUAL(matrix_scale(-3, half), -2);
	EXPECT_EQUAL(matrix_scale(1 << 16, usual), 1);
	EXPECT_EQUAL(matrix_scale(-(1 << 16), usual), -1);
	EXPECT_EQUAL(matrix_scale((1 << 16) - 1, usual), 0);
	EXPECT_EQUAL(matrix_scale(1 - (1 << 16), usual), 0);
	EXPECT_EQUAL(matrix_scale(1 << 17, rare), 1);
	EXPECT_EQUAL(matrix_scale(-(1 << 17), rare), -1);
	EXPECT_EQUAL(matrix_scale(1 - (1 << 17), rare), 0);
}

static int8_t dense[ROWS][COLUMNS];
static struct matrix_row rows[ROWS];
static uint32_t weights[MOST_BLOCKS];
static uint8_t columns[MOST_BLOCKS];

static struct matrix make(uint32_t *seed, unsigned percent) {
	unsigned blocks = 0;
	memset(dense, 0, sizeof dense);
	for (unsigned r = 0; r < ROWS; r++) {
		rows[r] = (struct matrix_row){ .mantissa = (uint16_t)(0x8000u + made_dice(seed, 0x8000)), .left = (int8_t)((int)made_dice(seed, 30) - 8) };
		for (unsigned c = 0; c < COLUMNS; c += 4) {
			if (made_dice(seed, 100) < percent) {
				for (unsigned i = 0; i < 4; i++) {
					dense[r][c + i] = (int8_t)(made_dice(seed, 255) - 127u);
				}
				weights[blocks] = matrix_pack(&dense[r][c]);
				columns[blocks++] = (uint8_t)(c / 4u);
				rows[r].blocks++;
			}
		}
	}
	return (struct matrix){ .row = rows, .weights = weights, .columns = columns, .rows = ROWS };
}

static void multiplies_what_is_stored(void) {
	uint32_t seed = 2;
	for (unsigned round = 0; round < 200; round++) {
		struct matrix matrix = make(&seed, round % 101u);
		int16_t x[COLUMNS];
		int32_t start[ROWS], to[ROWS];
		for (unsigned c = 0; c < COLUMNS; c++) {
			x[c] = round % 10u == 0 ? INT16_MIN : (int16_t)(made_dice(&seed, 65536) - 32768u);
		}
		for (unsigned r = 0; r < ROWS; r++) {
			start[r] = round % 7u == 0 ? INT32_MIN : (int32_t)made_dice(&seed, 200000) - 100000;
		}
		matrix_multiply(&matrix, x, start, to);
		for (unsigned r = 0; r < ROWS; r++) {
			int32_t sum = 0;
			for (unsigned c = 0; c < COLUMNS; c++) {
				sum += dense[r][c] * x[c];
			}
			int64_t value = (int64_t)start[r] + exact(sum, rows[r].mantissa, 32 - rows[r].left);
			EXPECT_EQUAL(to[r], value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value);
		}
		matrix_multiply(&matrix, x, start, start);
		EXPECT(memcmp(start, to, sizeof to) == 0);
	}
}

int main(void) {
	expect_run("scales exactly, by every scale there may be", scales_exactly);
	expect_run("rounds ties away from zero", rounds_ties_away_from_zero);
	expect_run("multiplies what is stored, in place too", multiplies_what_is_stored);
	return expect_end();
}
