/* The energy gate: what it shuts on, and that a hop left out leaves the front end as a hop taken would. */
#include "gate.h"

#include <math.h>

#include "golden/golden.h"
#include "liquid_audio.h"
#include "testing/expect.h"
#include "testing/from_mulaw.h"

static int16_t pcm[GOLDEN_SAMPLES];
static struct gate gate;

static void load(unsigned clip) {
	for (unsigned i = 0; i < GOLDEN_SAMPLES; i++) {
		pcm[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + i]);
	}
}

static void fill(int16_t hop[MFCC_HOP], int16_t value) {
	for (unsigned i = 0; i < MFCC_HOP; i++) {
		hop[i] = (int16_t)(i % 2 ? value : -value);
	}
}

static double rms_of(const int16_t *hop) {
	double sum = 0.0;
	for (unsigned i = 0; i < MFCC_HOP; i++) {
		sum += (double)hop[i] * hop[i];
	}
	return sqrt(sum / MFCC_HOP);
}

static void begin(struct mfcc *mfcc) {
	static const int32_t mean[MFCC_COEFFICIENTS];
	int32_t scale[MFCC_COEFFICIENTS];
	for (unsigned i = 0; i < MFCC_COEFFICIENTS; i++) {
		scale[i] = 4096;
	}
	memset(mfcc, 0, sizeof *mfcc);
	mfcc_configure(mfcc, mean, scale);
	mfcc_reset(mfcc);
}

static void shuts_after_quiet(void) {
	int16_t hop[MFCC_HOP];
	gate_reset(&gate);
	for (unsigned round = 0; round < 2; round++) {
		fill(hop, 11);
		for (unsigned i = 1; i <= 3 * GATE_QUIET_HOPS; i++) {
			EXPECT_EQUAL(gate_is_shut(&gate, hop), i >= GATE_QUIET_HOPS);
		}
		fill(hop, 12); /* at the threshold is sound, and opens at once */
		EXPECT(!gate_is_shut(&gate, hop));
	}
	fill(hop, 0);
	hop[255] = INT16_MIN; /* one loud sample, the last */
	for (unsigned i = 0; i < 3 * GATE_QUIET_HOPS; i++) {
		EXPECT(!gate_is_shut(&gate, hop));
	}
}

/* The rule in float64: RMS against a tenth of a falling peak of itself. */
static void follows_its_rule(void) {
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		double reference = 120.0;
		unsigned quiet = 0;
		load(clip);
		gate_reset(&gate);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			double rms = rms_of(&pcm[t * MFCC_HOP]);
			reference = fmax(fmax(rms, reference * sqrt(1.0 - 1.0 / 128.0)), 120.0);
			quiet = rms < 0.1 * reference ? quiet + 1 : 0;
			bool is_near = fabs(rms / reference - 0.1) < 1e-6;
			EXPECT(is_near || gate_is_shut(&gate, &pcm[t * MFCC_HOP]) == (quiet >= GATE_QUIET_HOPS));
		}
	}
}

/* yes-01: a word among near-silence; stop-04: noise throughout. */
static void hears_speech(void) {
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		unsigned gated = 0;
		double loudest = 0.0;
		load(clip);
		gate_reset(&gate);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			const int16_t *hop = &pcm[t * MFCC_HOP];
			bool shut = gate_is_shut(&gate, hop);
			loudest = fmax(loudest, rms_of(hop));
			gated += shut;
			EXPECT(!shut || rms_of(hop) < 0.1 * fmax(loudest, 120.0));
		}
		EXPECT(clip == 0 ? gated > 10 && gated < GOLDEN_HOPS / 2 : gated == 0);
	}
}

/* A loud hop raises the threshold to a tenth of it, from where it falls by half in 177 hops, to an RMS of 12 again. */
static void threshold_follows_the_peak(void) {
	int16_t hop[MFCC_HOP];
	gate_reset(&gate);
	fill(hop, 10000);
	EXPECT(!gate_is_shut(&gate, hop));
	fill(hop, 900);
	for (unsigned i = 1; i <= 2u * GATE_QUIET_HOPS; i++) {
		EXPECT_EQUAL(gate_is_shut(&gate, hop), i >= GATE_QUIET_HOPS);
	}
	fill(hop, 490);
	for (unsigned i = 2u * GATE_QUIET_HOPS + 1u; i <= 400; i++) {
		EXPECT_EQUAL(gate_is_shut(&gate, hop), i <= 181); /* 10000 x (127/128)^(182/2) x 0.1 is 489.9 */
	}
	fill(hop, 12);
	for (unsigned i = 0; i < 3000; i++) {
		(void)gate_is_shut(&gate, hop);
	}
	EXPECT(!gate_is_shut(&gate, hop));
	fill(hop, INT16_MIN);
	EXPECT(!gate_is_shut(&gate, hop)); /* the largest energy there is */
}

/* Below an RMS of 12 the front end takes a hop for silence whatever came before, and skipping it changes no estimate. */
static void leaves_the_front_end_alike(void) {
	struct mfcc taken, skipped;
	int16_t features[MFCC_FEATURES], after_skip[MFCC_FEATURES];
	unsigned gated = 0;
	load(0);
	begin(&taken);
	begin(&skipped);
	gate_reset(&gate);
	for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
		const int16_t *hop = &pcm[t * MFCC_HOP];
		mfcc_step(&taken, hop, features);
		if (gate_is_shut(&gate, hop) && rms_of(hop) < 12.0) {
			gated++;
			mfcc_skip(&skipped, hop);
		} else {
			mfcc_step(&skipped, hop, after_skip);
			EXPECT(memcmp(features, after_skip, sizeof features) == 0);
		}
		EXPECT(memcmp(taken.spectrum.history, skipped.spectrum.history, sizeof taken.spectrum.history) == 0);
		EXPECT_EQUAL(taken.peak, skipped.peak);
		EXPECT_EQUAL(taken.weight, skipped.weight);
		EXPECT(memcmp(taken.mean, skipped.mean, sizeof taken.mean) == 0);
	}
	EXPECT(gated > 10 && gated < GOLDEN_HOPS);
}

/* White noise as loud as the gate lets pass for silence, from the start, where the peak is lowest: the claim of gate.h. */
static void threshold_is_silence_to_the_front_end(void) {
	struct mfcc mfcc, before;
	int16_t features[MFCC_FEATURES];
	int16_t hop[MFCC_HOP];
	uint32_t dice = 1;
	unsigned quiet = 0;
	begin(&mfcc);
	gate_reset(&gate);
	for (unsigned t = 0; t < 2000; t++) {
		for (unsigned i = 0; i < MFCC_HOP; i++) {
			dice = dice * 1664525u + 1013904223u;
			hop[i] = (int16_t)((int32_t)(dice >> 16) % 41 - 20); /* RMS 11.8 */
		}
		before = mfcc;
		bool shut = gate_is_shut(&gate, hop);
		mfcc_step(&mfcc, hop, features);
		if (shut) {
			quiet++;
			EXPECT(memcmp(before.mean, mfcc.mean, sizeof mfcc.mean) == 0);
			EXPECT_EQUAL(mfcc.weight, before.weight);
		}
	}
	EXPECT(quiet > 20);
}

int main(void) {
	expect_run("shuts after lasting quiet, opens at once", shuts_after_quiet);
	expect_run("follows its rule", follows_its_rule);
	expect_run("never shuts on speech or noise", hears_speech);
	expect_run("the threshold follows the peak", threshold_follows_the_peak);
	expect_run("a hop left out leaves the front end as a hop taken would", leaves_the_front_end_alike);
	expect_run("what it shuts on is silence to the front end", threshold_is_silence_to_the_front_end);
	return expect_end();
}
