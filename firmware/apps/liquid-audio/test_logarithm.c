/* The logarithm against the C library's: every small number, and a dense grid up to the largest. */
#include <math.h>

#include "logarithm.h"
#include "mfcc_tables.h"
#include "testing/expect.h"

#define STATED_ERROR 2.8e-4
#define LARGEST 0x7fffffffffffffffu

static double error_at(uint64_t value, int32_t exponent) {
	return fabs(logarithm(value, exponent) / 2048.0 - (log((double)value) + exponent * log(2.0)));
}

static void small_numbers(void) {
	double largest = 0.0;
	for (uint32_t value = 1; value < 2000000; value++) {
		largest = fmax(largest, error_at(value, -20));
	}
	printf("  largest error: %.3g nepers\n", largest);
	EXPECT(largest < STATED_ERROR);
	EXPECT(largest > 0.9 * STATED_ERROR); /* what is stated is not far from what is */
}

static void grid_up_to_the_largest(void) {
	double largest = 0.0;
	for (double at = 1e6; at < 9.2e18; at *= 1.00001) {
		largest = fmax(largest, error_at((uint64_t)at, -40));
	}
	EXPECT(largest < STATED_ERROR);
	EXPECT(error_at(LARGEST, -56) < STATED_ERROR);
}

static void never_falls(void) {
	for (uint64_t value = 1; value < 1000000; value++) {
		EXPECT(logarithm(value, 0) <= logarithm(value + 1, 0));
	}
	for (unsigned bit = 1; bit < 63; bit++) {
		EXPECT(logarithm(((uint64_t)1 << bit) - 1, -40) <= logarithm((uint64_t)1 << bit, -40));
	}
}

static void exponents(void) {
	for (int32_t exponent = -63; exponent <= -40; exponent++) {
		EXPECT(error_at((uint64_t)1 << 56, exponent) < STATED_ERROR);
	}
	for (int32_t exponent = -20; exponent <= 20; exponent++) {
		EXPECT(error_at(3, exponent) < STATED_ERROR);
	}
}

int main(void) {
	expect_run("small numbers: error as stated", small_numbers);
	expect_run("a grid up to the largest number: error as stated", grid_up_to_the_largest);
	expect_run("never falls where the function rises", never_falls);
	expect_run("exponents", exponents);
	return expect_end();
}
