/* The front end against the Python reference (golden/golden.h: float64, from numpy's FFT), and properties that hold for any
 * audio.
 *
 * Tolerances. A band is good to 0.002 nepers on average; one that lies 35 dB below the peak, where noise of the 16-bit FFT is
 * largest, to 0.06 at worst. A feature is a weighted sum of 26 of them. Over the 64 keyword clips, as they are and 20 dB quieter,
 * features came to within 0.026 of the reference, 0.0012 on average (RMS).
 */
#include <math.h>
#include <stdlib.h>

#include "golden/golden.h"
#include "mfcc.h"
#include "testing/expect.h"
#include "testing/from_mulaw.h"

#define FEATURE_TOLERANCE 0.03
#define FEATURE_RMS_TOLERANCE 0.003
#define COMPLEXITY_TOLERANCE 0.003
#define FULL 32768u /* complexity 1 */

static struct mfcc mfcc;
static int16_t hop[MFCC_HOP];
static int16_t features[MFCC_FEATURES];
static uint32_t seed = 1;

static int16_t random_within(int32_t limit) {
	seed = seed * 1664525u + 1013904223u;
	return (int16_t)((int32_t)(seed >> 8) % (2 * limit + 1) - limit);
}

static void begin(void) {
	memset(&mfcc, 0x5a, sizeof mfcc);
	mfcc_configure(&mfcc, golden_front_end, golden_front_end + MFCC_COEFFICIENTS);
	mfcc_reset(&mfcc);
}

static uint16_t hear(void) {
	mfcc_step(&mfcc, hop, features);
	return mfcc_complexity(&mfcc);
}

static void noise(int32_t limit) {
	for (unsigned i = 0; i < MFCC_HOP; i++) {
		hop[i] = random_within(limit);
	}
}

/* A tone of whole periods in a hop, so that every hop is the same. */
static void tone(double amplitude, unsigned periods) {
	for (unsigned i = 0; i < MFCC_HOP; i++) {
		hop[i] = (int16_t)lrint(amplitude * sin(6.283185307179586 * periods * i / MFCC_HOP));
	}
}

static void load(unsigned clip, unsigned at) {
	for (unsigned i = 0; i < MFCC_HOP; i++) {
		hop[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + at * MFCC_HOP + i]);
	}
}

static void agrees_with_the_reference(void) {
	double far_feature = 0.0, squares = 0.0, far_complexity = 0.0;
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		begin();
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			const unsigned row = clip * GOLDEN_HOPS + t;
			load(clip, t);
			double complexity = hear() / 32768.0;
			far_complexity = fmax(far_complexity, fabs(complexity - golden_complexity[row]));
			for (unsigned c = 0; c < MFCC_COEFFICIENTS; c++) {
				double error = fabs(features[c] / 1024.0 - golden_features[row * MFCC_COEFFICIENTS + c]);
				far_feature = fmax(far_feature, error);
				squares += error * error;
			}
			for (unsigned c = MFCC_COEFFICIENTS; c < MFCC_FEATURES; c++) {
				EXPECT_EQUAL(features[c], 0);
			}
		}
	}
	double rms = sqrt(squares / (GOLDEN_CLIPS * GOLDEN_HOPS * MFCC_COEFFICIENTS));
	printf("  features: farthest %.4f, RMS %.4f; complexity: farthest %.4f\n", far_feature, rms, far_complexity);
	EXPECT(far_feature < FEATURE_TOLERANCE);
	EXPECT(rms < FEATURE_RMS_TOLERANCE);
	EXPECT(far_complexity < COMPLEXITY_TOLERANCE);
}

static void a_reset_forgets(void) {
	int16_t first[GOLDEN_HOPS][MFCC_FEATURES];
	for (unsigned round = 0; round < 2; round++) {
		begin();
		for (unsigned t = 0; round == 1 && t < 30; t++) { /* another clip between */
			noise(30000);
			(void)hear();
		}
		mfcc_reset(&mfcc);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			load(0, t);
			(void)hear();
			EXPECT(round == 0 || memcmp(first[t], features, sizeof features) == 0);
			memcpy(first[t], features, sizeof features);
		}
	}
}

static void silence_is_not_complex(void) {
	begin();
	memset(hop, 0, sizeof hop);
	for (unsigned t = 0; t < 200; t++) {
		EXPECT_EQUAL(hear(), 0);
	}
}

static void a_steady_tone_is_complex_only_at_first(void) {
	for (unsigned periods = 2; periods < 120; periods += 9) {
		begin();
		tone(8000.0, periods);
		EXPECT(hear() > 0);
		(void)hear(); /* the first frame held half a tone */
		for (unsigned t = 2; t < 20; t++) {
			EXPECT(hear() < FULL / 1000);
		}
	}
}

static void steady_noise_is_hardly_complex(void) {
	double sum = 0.0;
	begin();
	for (unsigned t = 0; t < 300; t++) {
		noise(2000);
		uint16_t complexity = hear();
		sum += t < 3 ? 0.0 : complexity;
		EXPECT(t < 3 || complexity < 3 * FULL / 10);
	}
	EXPECT(sum / 297.0 < FULL / 8);
}

/* From a hop of quiet noise to the same `gain` times louder. */
static uint16_t complexity_of_onset(double gain) {
	begin();
	seed = 7;
	for (unsigned t = 0; t < 4; t++) {
		noise(30);
		(void)hear();
	}
	noise(30);
	for (unsigned i = 0; i < MFCC_HOP; i++) {
		hop[i] = (int16_t)lrint(hop[i] * gain);
	}
	return hear();
}

static void grows_with_the_onset(void) {
	uint16_t last = 0;
	for (double gain = 1.0; gain < 1000.0; gain *= 1.5) {
		uint16_t complexity = complexity_of_onset(gain);
		EXPECT(complexity >= last);
		last = complexity;
	}
	EXPECT_EQUAL(last, FULL);
}

/* A frame of low-passed noise, with all bands near the peak, and then the same frame `gain` times louder. */
static uint16_t complexity_of_rise(double gain) {
	double quiet[MFCC_HOP], last = 0.0;
	seed = 7;
	for (unsigned i = 0; i < MFCC_HOP; i++) {
		last = 0.97 * last + random_within(300);
		quiet[i] = last;
	}
	begin();
	for (unsigned t = 0; t < 4; t++) {
		for (unsigned i = 0; i < MFCC_HOP; i++) {
			hop[i] = (int16_t)lrint(quiet[i] * (t < 2 ? 1.0 : gain));
		}
		if (t % 2 == 0) {
			mfcc_skip(&mfcc, hop);
		} else {
			(void)hear();
		}
	}
	return mfcc_complexity(&mfcc);
}

/* Nepers of power: twice the logarithm of the gain. */
static void two_nepers_are_full(void) {
	for (double nepers = 0.0; nepers < 3.0; nepers += 0.1) {
		double expected = fmin(1.0, nepers / 2.0);
		EXPECT(fabs(complexity_of_rise(exp(nepers / 2.0)) / 32768.0 - expected) < 0.005);
	}
	EXPECT_EQUAL(complexity_of_rise(exp(1.05)), FULL);
}

static void falls_count_nothing(void) {
	begin();
	tone(20000.0, 30);
	for (unsigned t = 0; t < 4; t++) {
		(void)hear();
	}
	memset(hop, 0, sizeof hop);
	for (unsigned t = 0; t < 10; t++) {
		EXPECT(hear() < FULL / 3); /* the edge itself clicks, in the first */
		EXPECT(t == 0 || mfcc_complexity(&mfcc) == 0);
	}
}

/* A hop left out: the next one's frame holds it, the peak has fallen, mean and compared bands are as they were. */
static void skipping(void) {
	struct mfcc before;
	begin();
	for (unsigned t = 0; t < 20; t++) {
		load(0, 20 + t);
		(void)hear();
	}
	before = mfcc;
	noise(5);
	mfcc_skip(&mfcc, hop);
	EXPECT(memcmp(mfcc.spectrum.history, hop, sizeof hop) == 0);
	EXPECT(memcmp(mfcc.mean, before.mean, sizeof before.mean) == 0);
	EXPECT(memcmp(mfcc.levels, before.levels, sizeof before.levels) == 0);
	EXPECT_EQUAL(mfcc.weight, before.weight);
	EXPECT_EQUAL(mfcc.peak, before.peak - MFCC_PEAK_DECAY_Q16);
	for (unsigned t = 0; t < 3000; t++) {
		mfcc_skip(&mfcc, hop);
	}
	EXPECT_EQUAL(mfcc.peak, MFCC_PEAK_START_Q16);
}

/* In silence a step moves as little as a skip does, so that a gate changes nothing but the work. */
static void silence_steps_as_it_skips(void) {
	struct mfcc stepped;
	begin();
	for (unsigned t = 0; t < 30; t++) {
		load(0, 20 + t);
		(void)hear();
	}
	memset(hop, 0, sizeof hop);
	(void)hear();
	stepped = mfcc;
	for (unsigned t = 0; t < 50; t++) {
		mfcc_skip(&mfcc, hop);
		mfcc_step(&stepped, hop, features);
	}
	EXPECT_EQUAL(mfcc.peak, stepped.peak);
	EXPECT_EQUAL(mfcc.weight, stepped.weight);
	EXPECT(memcmp(mfcc.mean, stepped.mean, sizeof mfcc.mean) == 0);
	EXPECT_EQUAL(mfcc.spectrum.history_bits, stepped.spectrum.history_bits);
}

/* For the sanitizers: every level of noise, full-scale squares, lone samples, in any order; and the estimates stay in bounds. */
static void takes_any_audio(void) {
	begin();
	for (unsigned t = 0; t < 3000; t++) {
		switch (t * 7 % 5) {
		case 0:
			noise(32767 >> t % 16);
			break;
		case 1:
			for (unsigned i = 0; i < MFCC_HOP; i++) {
				hop[i] = i / (1 + t % 97) % 2 ? INT16_MIN : INT16_MAX;
			}
			break;
		case 2:
			memset(hop, 0, sizeof hop);
			hop[t % MFCC_HOP] = INT16_MIN;
			break;
		case 3:
			memset(hop, t % 2 ? 0x80 : 0, sizeof hop);
			break;
		default:
			tone(32767.0, t % 128);
		}
		EXPECT(hear() <= FULL);
		EXPECT(mfcc.weight <= 120u * 26u * 2048u);
		for (unsigned c = 0; c < MFCC_COEFFICIENTS; c++) {
			EXPECT(abs(mfcc.mean[c]) < 64 << 20);
		}
	}
}

/* A model is a file: whatever it says, nothing overflows, and features saturate. */
static void takes_any_model(void) {
	static const int32_t extremes[] = { INT32_MIN, INT32_MAX };
	for (unsigned i = 0; i < 4; i++) {
		int32_t mean[MFCC_COEFFICIENTS], scale[MFCC_COEFFICIENTS];
		for (unsigned c = 0; c < MFCC_COEFFICIENTS; c++) {
			mean[c] = extremes[i % 2];
			scale[c] = extremes[i / 2];
		}
		mfcc_configure(&mfcc, mean, scale);
		mfcc_reset(&mfcc);
		noise(10000);
		(void)hear();
		EXPECT_EQUAL(features[3], i % 2 == i / 2 ? INT16_MIN : INT16_MAX);
	}
}

int main(void) {
	expect_run("features and complexity as the reference", agrees_with_the_reference);
	expect_run("a reset forgets", a_reset_forgets);
	expect_run("silence is not complex", silence_is_not_complex);
	expect_run("a steady tone is complex only at first", a_steady_tone_is_complex_only_at_first);
	expect_run("steady noise is hardly complex", steady_noise_is_hardly_complex);
	expect_run("complexity grows with the onset, up to 1", grows_with_the_onset);
	expect_run("two nepers are complexity 1", two_nepers_are_full);
	expect_run("falls count nothing", falls_count_nothing);
	expect_run("skipping a hop", skipping);
	expect_run("silence steps as it skips", silence_steps_as_it_skips);
	expect_run("takes any audio", takes_any_audio);
	expect_run("takes any model", takes_any_model);
	return expect_end();
}
