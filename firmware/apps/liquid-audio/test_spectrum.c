/* Frames to power, against the definition in double: loud, quiet and impossible ones.
 *
 * Stated: noise of all bins together is 55 dB below the pre-emphasised spectrum for noise and the like, and 40 dB for speech,
 * whose low harmonics take bits which pre-emphasis then removes (the features keep 35 dB); nothing overflows whatever the samples.
 */
#include <math.h>
#include <stdlib.h>

#include "golden/golden.h"
#include "spectrum.h"
#include "testing/expect.h"
#include "testing/from_mulaw.h"

#define TURN 6.283185307179586
#define BINS 256
#define LEAST_DECIBELS 55.0
#define SPEECH_DECIBELS 40.0
#define IMPULSE_DECIBELS 45.0 /* one sample against the noise of 512; less as far as the window weakens it */

static struct spectrum spectrum;
static int16_t frame[MFCC_FRAME]; /* history and hop */
static double cosine[MFCC_FRAME];
static uint32_t seed = 1;

static int16_t random_within(int32_t limit) {
	seed = seed * 1664525u + 1013904223u;
	return (int16_t)((int32_t)(seed >> 8) % (2 * limit + 1) - limit);
}

static double windowed(unsigned n) {
	return frame[n] / 32768.0 * (0.5 - 0.5 * cosine[n]);
}

/* Amplitudes of bins 1 to 255 in double. */
static void amplitudes(double amplitude[BINS]) {
	double emphasised[MFCC_FRAME];
	for (unsigned n = 0; n < MFCC_FRAME; n++) {
		emphasised[n] = windowed(n) - 0.97 * windowed((n + MFCC_FRAME - 1) % MFCC_FRAME);
	}
	for (unsigned k = 1; k < BINS; k++) {
		double re = 0.0, im = 0.0;
		for (unsigned n = 0; n < MFCC_FRAME; n++) {
			re += emphasised[n] * cosine[k * n % MFCC_FRAME];
			im += emphasised[n] * cosine[(k * n + MFCC_FRAME / 4) % MFCC_FRAME];
		}
		amplitude[k] = sqrt(re * re + im * im);
	}
}

/* Takes `frame` as two hops. */
static int32_t analyse(void) {
	spectrum_reset(&spectrum);
	spectrum_skip(&spectrum, frame);
	return spectrum_step(&spectrum, &frame[MFCC_HOP]);
}

/* Energy over that of the differences in amplitude. */
static double decibels(void) {
	double amplitude[BINS], signal = 1e-30, noise = 1e-30;
	int32_t exponent = analyse();
	amplitudes(amplitude);
	EXPECT(exponent >= 10 && exponent <= 48);
	for (unsigned k = 1; k < BINS; k++) {
		double error = sqrt(ldexp(spectrum.fft.points[k], -exponent)) - amplitude[k];
		signal += amplitude[k] * amplitude[k];
		noise += error * error;
	}
	return 10.0 * log10(signal / noise);
}

static void speech(void) {
	double least = 200.0;
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		for (unsigned hop = 0; hop + 1 < GOLDEN_HOPS; hop += 3) {
			int peak = 0;
			for (unsigned i = 0; i < MFCC_FRAME; i++) {
				frame[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + hop * MFCC_HOP + i]);
				peak = abs(frame[i]) > peak ? abs(frame[i]) : peak;
			}
			if (peak >= 64) {
				least = fmin(least, decibels());
			}
		}
	}
	printf("  speech: %.1f dB at least\n", least);
	EXPECT(least > SPEECH_DECIBELS);
}

static void noise_of_all_levels(void) {
	for (int32_t limit = 32767; limit >= 1; limit = limit * 2 / 3) {
		for (unsigned i = 0; i < MFCC_FRAME; i++) {
			frame[i] = random_within(limit);
		}
		double got = decibels();
		EXPECT(got > LEAST_DECIBELS);
	}
}

static void square_waves(void) {
	for (unsigned half = 1; half <= MFCC_FRAME; half += half < 16 ? 1 : 37) {
		for (unsigned i = 0; i < MFCC_FRAME; i++) {
			frame[i] = (i + half / 3) / half % 2 ? INT16_MIN : INT16_MAX;
		}
		/* A frame that hardly changes is all but removed by the pre-emphasis; then only the harmless has to be true. */
		EXPECT(decibels() > (half < 100 ? LEAST_DECIBELS : 20.0));
	}
}

/* Every third sample against the two others and the like: as loud as pre-emphasis makes anything. */
static void loudest_signs(void) {
	for (unsigned k = 1; k < BINS; k += 2) {
		for (unsigned i = 0; i < MFCC_FRAME; i++) {
			frame[i] = cosine[(k * i + 1) % MFCC_FRAME] < 0 ? INT16_MIN : INT16_MAX;
		}
		EXPECT(decibels() > LEAST_DECIBELS - (k < 8 ? 15.0 : 0.0));
	}
}

static void impulses(void) {
	for (unsigned at = 8; at < MFCC_FRAME; at += 9) {
		for (int sign = 0; sign < 2; sign++) {
			memset(frame, 0, sizeof frame);
			frame[at] = sign ? INT16_MIN : INT16_MAX;
			double weight = 0.5 - 0.5 * cosine[at];
			EXPECT(decibels() > IMPULSE_DECIBELS + 20.0 * log10(weight));
		}
	}
}

static void constant_is_removed(void) {
	for (unsigned i = 0; i < MFCC_FRAME; i++) {
		frame[i] = INT16_MIN;
	}
	int32_t exponent = analyse();
	for (unsigned k = 2; k < BINS; k++) {
		EXPECT(ldexp(spectrum.fft.points[k], -exponent) < 1e-4); /* of 256^2 at bin 0, before pre-emphasis */
	}
}

static void silence(void) {
	memset(frame, 0, sizeof frame);
	int32_t exponent = analyse();
	for (unsigned k = 1; k < BINS; k++) {
		EXPECT(ldexp(spectrum.fft.points[k], -exponent) < 1e-9);
	}
}

static void skip_remembers_as_step_does(void) {
	int16_t hop[MFCC_HOP];
	struct spectrum stepped, skipped;
	spectrum_reset(&stepped);
	spectrum_reset(&skipped);
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < MFCC_HOP; i++) {
			hop[i] = random_within(32767 >> round % 16);
		}
		(void)spectrum_step(&stepped, hop);
		spectrum_skip(&skipped, hop);
		EXPECT(memcmp(stepped.history, hop, sizeof hop) == 0);
		EXPECT(memcmp(skipped.history, hop, sizeof hop) == 0);
		EXPECT_EQUAL(stepped.history_bits, skipped.history_bits);
	}
}

int main(void) {
	for (unsigned i = 0; i < MFCC_FRAME; i++) {
		cosine[i] = cos(TURN * i / MFCC_FRAME);
	}
	expect_run("speech", speech);
	expect_run("noise from full scale down to one step", noise_of_all_levels);
	expect_run("full-scale square waves", square_waves);
	expect_run("full-scale signs of every second bin", loudest_signs);
	expect_run("impulses", impulses);
	expect_run("a constant is removed", constant_is_removed);
	expect_run("silence", silence);
	expect_run("skipping remembers the hop as a step does", skip_remembers_as_step_does);
	return expect_end();
}
