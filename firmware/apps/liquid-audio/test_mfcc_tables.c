/*
 * The tables of FFT and front end against their definition, in double and by C's library: every value is the rounded one. It
 * takes the place of `front_end_tables.py --check` where there is no Python.
 */
#include <math.h>
#include <stdlib.h>

#include "fft_tables.h"
#include "mfcc_tables.h"
#include "testing/expect.h"

#define TURN 6.283185307179586
#define HALF_STEP 0.5000001

static double q15(double value) {
	return fmin(32767.0, 32768.0 * value);
}

static bool is_rounded(double value, double exact) {
	return fabs(value - exact) <= HALF_STEP;
}

static void twiddles(void) {
	for (unsigned j = 0; j < FFT_POINTS / 4; j++) {
		for (unsigned r = 1; r <= 3; r++) {
			fixed_pair root = fft_twiddles[3 * j + r - 1];
			EXPECT(is_rounded(fixed_low(root), q15(cos(TURN * j * r / FFT_POINTS))));
			EXPECT(is_rounded(fixed_high(root), q15(sin(TURN * j * r / FFT_POINTS))));
		}
	}
	for (unsigned k = 0; k <= FFT_POINTS / 2; k++) {
		EXPECT(is_rounded(fixed_low(fft_halves[k]), q15(sin(TURN * k / (2 * FFT_POINTS)))));
		EXPECT(is_rounded(fixed_high(fft_halves[k]), q15(cos(TURN * k / (2 * FFT_POINTS)))));
	}
}

/* The number of a butterfly, in base 4, read from the other end: three digits, and four points a butterfly. */
static void places(void) {
	for (unsigned n = 0; n < FFT_POINTS / 4; n++) {
		unsigned from_the_end = n % 4 * 16 + n / 4 % 4 * 4 + n / 16;
		EXPECT_EQUAL(fft_places[n], 4 * from_the_end);
	}
}

static double hann(unsigned n) {
	return 0.5 - 0.5 * cos(TURN * n / MFCC_FRAME);
}

/* Samples 2(n + 64 q) and the next, n = 0..63, q = 0..3: each with the weight of the one before it and its own. */
static void window(void) {
	for (unsigned n = 0; n < FFT_POINTS / 4; n++) {
		for (unsigned part = 0; part < 8; part++) {
			unsigned sample = 2 * (n + part / 2 * (FFT_POINTS / 4)) + part % 2;
			fixed_pair weights = mfcc_window[8 * n + part];
			EXPECT(is_rounded(fixed_low(weights), q15(-0.97 * hann((sample + MFCC_FRAME - 1) % MFCC_FRAME))));
			EXPECT(is_rounded(fixed_high(weights), q15(hann(sample))));
			/* Products of any samples have to stay inside 32 bits. */
			EXPECT((abs(fixed_low(weights)) + abs(fixed_high(weights))) * 32768.0 < 2147483648.0);
		}
	}
}

static double mel(double hz) {
	return 2595.0 * log10(1.0 + hz / 700.0);
}

static double edge(unsigned i) {
	return 700.0 * (pow(10.0, (mel(60.0) + i * (mel(7600.0) - mel(60.0)) / 27.0) / 2595.0) - 1.0);
}

static double emphasis(double hz) {
	return 1.0 + 0.97 * 0.97 - 2.0 * 0.97 * cos(TURN * hz / 16000.0);
}

/* Weight of the bin in the band, before the front end's own pre-emphasis. */
static double triangle(unsigned bin, unsigned band) {
	double hz = 31.25 * bin, low = edge(band), centre = edge(band + 1), high = edge(band + 2);
	double height = fmin((hz - low) / (centre - low), (high - hz) / (high - centre));
	return height > 0.0 ? height * emphasis(centre) : 0.0;
}

/* Every bin's weight in every band, from wherever the table has it. */
static void mel_weights(void) {
	static double found[MFCC_BANDS][256];
	const uint32_t *weight = mfcc_mel_weight;
	for (unsigned segment = 0; segment <= MFCC_BANDS; segment++) {
		EXPECT(mfcc_mel_pairs[segment] > 0);
		for (unsigned i = 0; i < 2u * mfcc_mel_pairs[segment]; i++, weight += 2) {
			unsigned bin = mfcc_mel_first[segment] + i;
			EXPECT(bin < 256 && weight[0] < 65536 && weight[1] < 65536);
			EXPECT(segment < MFCC_BANDS || weight[0] == 0);
			EXPECT(segment > 0 || weight[1] == 0);
			if (segment < MFCC_BANDS) {
				found[segment][bin] += weight[0];
			}
			if (segment > 0) {
				found[segment - 1][bin] += weight[1];
			}
		}
	}
	EXPECT_EQUAL(weight - mfcc_mel_weight, 4 * MFCC_MEL_PAIRS);
	for (unsigned band = 0; band < MFCC_BANDS; band++) {
		for (unsigned bin = 1; bin < 256; bin++) {
			EXPECT(is_rounded(found[band][bin], 65536.0 * triangle(bin, band) / emphasis(31.25 * bin)));
		}
	}
}

static void logarithms(void) {
	for (unsigned i = 0; i <= LOGARITHM_STEPS; i++) {
		EXPECT(is_rounded(logarithm_table[i] - 1, 65536.0 * log(1.0 + (double)i / LOGARITHM_STEPS)));
	}
	EXPECT(is_rounded(LOGARITHM_OF_2_Q24, 16777216.0 * log(2.0)));
}

static void dct(void) {
	for (unsigned k = 1; k < MFCC_COEFFICIENTS; k++) {
		const int16_t *row = &mfcc_dct[(k - 1) * MFCC_DCT_ROW];
		for (unsigned n = 0; n < MFCC_BANDS / 2; n++) {
			EXPECT(is_rounded(row[n], q15(sqrt(2.0 / MFCC_BANDS) * cos(TURN / 4.0 * k * (2 * n + 1) / MFCC_BANDS))));
		}
		EXPECT_EQUAL(row[MFCC_DCT_ROW - 1], 0);
	}
	EXPECT(is_rounded(MFCC_FLAT_Q29, 536870912.0 / sqrt(MFCC_BANDS)));
}

static void numbers(void) {
	EXPECT(is_rounded(MFCC_POWER_FLOOR_Q40, 1e-5 * ldexp(1.0, 40)));
	EXPECT(is_rounded(MFCC_SILENCE_Q11, 2048.0 * log(1e-5)));
	EXPECT(is_rounded(MFCC_PEAK_DECAY_Q16, 0.01 * 65536.0));
	EXPECT_EQUAL(MFCC_PEAK_START_Q16, 65536);
	EXPECT_EQUAL(MFCC_RANGE_Q11, 8 * 2048);
	EXPECT_EQUAL(MFCC_GATE_Q11, 6 * 2048);
	EXPECT_EQUAL(MFCC_COMPLEXITY_FULL_Q11, 2 * 2048);
	EXPECT_EQUAL(MFCC_PRIOR_HOPS, 20);
	EXPECT_EQUAL(MFCC_WEIGHT_CAP_HOPS, 120);
	EXPECT_EQUAL(MFCC_HOP, 256);
	EXPECT_EQUAL(MFCC_FRAME, 512);
	EXPECT_EQUAL(MFCC_BANDS, 26);
	EXPECT_EQUAL(MFCC_COEFFICIENTS, 13);
	EXPECT_EQUAL(MFCC_MEL_WEIGHT_BITS, 16);
}

int main(void) {
	expect_run("roots of unity", twiddles);
	expect_run("places of the first butterflies", places);
	expect_run("window and pre-emphasis", window);
	expect_run("mel weights", mel_weights);
	expect_run("logarithms", logarithms);
	expect_run("DCT", dct);
	expect_run("numbers", numbers);
	return expect_end();
}
