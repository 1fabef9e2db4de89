/* Mel levels of given power against the definition in double, at all exponents the spectrum may have. */
#include <math.h>

#include "mel.h"
#include "testing/expect.h"

#define BINS 256
#define STATED_ERROR 4e-4 /* nepers: the logarithm's, and rounded weights */

static uint32_t power[BINS];
static uint32_t seed = 1;

static uint32_t random_word(void) {
	seed = seed * 1664525u + 1013904223u;
	return seed ^ seed >> 15;
}

static double mel(double hz) {
	return 2595.0 * log10(1.0 + hz / 700.0);
}

static double edge(unsigned i) {
	return 700.0 * (pow(10.0, (mel(60.0) + i * (mel(7600.0) - mel(60.0)) / 27.0) / 2595.0) - 1.0);
}

static double emphasis(double hz) {
	return 1.0 + 0.97 * 0.97 - 2.0 * 0.97 * cos(6.283185307179586 * hz / 16000.0);
}

static double level(unsigned band, int32_t exponent) {
	double low = edge(band), centre = edge(band + 1), high = edge(band + 2), sum = 1e-5;
	for (unsigned bin = 1; bin < BINS; bin++) {
		double hz = 31.25 * bin, height = fmin((hz - low) / (centre - low), (high - hz) / (high - centre));
		sum += height > 0.0 ? height * emphasis(centre) / emphasis(hz) * ldexp(power[bin], -exponent) : 0.0;
	}
	return log(sum);
}

static double farthest_at(int32_t exponent) {
	int16_t levels[MFCC_BANDS];
	double farthest = 0.0;
	int32_t greatest = mel_levels(power, exponent, levels), largest = INT16_MIN;
	for (unsigned band = 0; band < MFCC_BANDS; band++) {
		farthest = fmax(farthest, fabs(levels[band] / 2048.0 - level(band, exponent)));
		largest = levels[band] > largest ? levels[band] : largest;
	}
	EXPECT_EQUAL(greatest, largest);
	return farthest;
}

static void random_power(void) {
	double farthest = 0.0;
	for (unsigned round = 0; round < 200; round++) {
		for (unsigned bin = 0; bin < BINS; bin++) {
			power[bin] = random_word() >> (8 + random_word() % 12);
		}
		farthest = fmax(farthest, farthest_at(8 + (int32_t)(round % 40)));
	}
	printf("  farthest: %.3g nepers\n", farthest);
	EXPECT(farthest < STATED_ERROR);
}

/* The floor alone, whatever a step of power stands for; where that is a lot, the floor is few steps, and rounded. */
static void no_power(void) {
	memset(power, 0, sizeof power);
	for (int32_t exponent = 10; exponent <= 48; exponent++) {
		EXPECT(farthest_at(exponent) < (exponent < 16 ? 2e-3 : STATED_ERROR));
	}
}

static void largest_power(void) {
	for (unsigned bin = 0; bin < BINS; bin++) {
		power[bin] = 0x80000000u;
	}
	for (int32_t exponent = 16; exponent <= 48; exponent++) {
		EXPECT(farthest_at(exponent) < STATED_ERROR);
	}
}

static void single_bins(void) {
	for (unsigned bin = 1; bin < BINS; bin++) {
		memset(power, 0, sizeof power);
		power[bin] = 1000000u;
		/* A weight near a triangle's foot is a few 65,536ths, and rounded. */
		EXPECT(farthest_at(20) < 2e-3);
	}
}

int main(void) {
	expect_run("random power", random_power);
	expect_run("no power: the floor", no_power);
	expect_run("the largest power", largest_power);
	expect_run("power in one bin", single_bins);
	return expect_end();
}
