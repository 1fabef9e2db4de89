/* The energy gate: what it shuts on, and that a hop left out leaves the front end as a hop taken would. */
#include "gate.h"
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

/* yes-01: a word among near-silence; stop-04 and noise-02: noise throughout. */
static void hears_speech(void) {
	static const unsigned most_gated[GOLDEN_CLIPS] = { GOLDEN_HOPS, 0, 0 };
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		unsigned gated = 0;
		load(clip);
		gate_reset(&gate);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			const int16_t *hop = &pcm[t * MFCC_HOP];
			bool shut = gate_is_shut(&gate, hop);
			gated += shut;
			for (unsigned i = 0; i < MFCC_HOP; i++) {
				EXPECT(!shut || (hop[i] < 200 && hop[i] > -200)); /* the word peaks at some thousands */
			}
		}
		EXPECT(gated <= most_gated[clip]);
		EXPECT(clip > 0 || gated > 10);
	}
}

static void leaves_the_front_end_alike(void) {
	struct mfcc taken, skipped;
	float features[MFCC_COEFFICIENTS], after_skip[MFCC_COEFFICIENTS];
	unsigned gated = 0;
	load(0);
	mfcc_reset(&taken);
	mfcc_reset(&skipped);
	gate_reset(&gate);
	for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
		const int16_t *hop = &pcm[t * MFCC_HOP];
		mfcc_step(&taken, hop, features);
		if (gate_is_shut(&gate, hop)) {
			gated++;
			mfcc_skip(&skipped, hop);
		} else {
			mfcc_step(&skipped, hop, after_skip);
			EXPECT(memcmp(features, after_skip, sizeof features) == 0);
		}
		EXPECT(memcmp(taken.history, skipped.history, sizeof taken.history) == 0);
		EXPECT(memcmp(&taken.peak, &skipped.peak, sizeof taken.peak) == 0);
		EXPECT(memcmp(&taken.weight, &skipped.weight, sizeof taken.weight) == 0);
		EXPECT(memcmp(taken.mean, skipped.mean, sizeof taken.mean) == 0);
	}
	EXPECT(gated > 10 && gated < GOLDEN_HOPS);
}

/* White noise as loud as the gate lets pass for silence, from the start, where the peak is lowest: the claim of gate.h. */
static void threshold_is_silence_to_the_front_end(void) {
	struct mfcc mfcc, before;
	float features[MFCC_COEFFICIENTS];
	int16_t hop[MFCC_HOP];
	uint32_t dice = 1;
	unsigned quiet = 0;
	mfcc_reset(&mfcc);
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
			EXPECT(mfcc.weight == before.weight);
		}
	}
	EXPECT(quiet > 20);
}

int main(void) {
	expect_run("shuts after lasting quiet, opens at once", shuts_after_quiet);
	expect_run("never shuts on speech or noise", hears_speech);
	expect_run("a hop left out leaves the front end as a hop taken would", leaves_the_front_end_alike);
	expect_run("what it shuts on is silence to the front end", threshold_is_silence_to_the_front_end);
	return expect_end();
}
