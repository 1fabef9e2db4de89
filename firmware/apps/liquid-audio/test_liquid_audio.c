/* The whole inference against the Python reference (golden/golden.h: float64, from numpy's FFT and the weights of model.lnn),
 * and properties that hold for any weights.
 *
 * Tolerances. The front end is 16-bit inside: a band is good to 0.06 neper at worst and a feature to FEATURE_TOLERANCE
 * (test_mfcc.c has the figures). The cell is a contraction, so features that are off by that much for a hop or two move it by
 * less than its own step: HIDDEN_TOLERANCE. A score sums 160 such numbers with weights of order one, and the differences that
 * decide are of order one.
 */
#include <math.h>

#include "gate.h"
#include "golden/golden.h"
#include "liquid_audio.h"
#include "model.h"
#include "testing/expect.h"
#include "testing/from_mulaw.h"
#include "testing/made_lnn.h"

#define HOPS 62u /* a clip of a second */
#define SAMPLES (HOPS * LIQUID_AUDIO_HOP)

#define FEATURE_TOLERANCE 0.03
#define HIDDEN_TOLERANCE 0.01
#define SCORE_TOLERANCE 0.04

static struct liquid_audio state;
static struct made_lnn made;
static uint8_t file[LNN_LARGEST_BYTES];
static int16_t pcm[GOLDEN_SAMPLES];

static void use_model_of_this_tree(void) {
	EXPECT(liquid_audio_init(model_lnn, (size_t)(model_lnn_end - model_lnn)) == NULL);
}

static void use_made_model(const struct made_recipe *recipe) {
	made_lnn_fill(&made, recipe);
	EXPECT(liquid_audio_init(file, made_lnn_write(&made, file)) == NULL);
}

static void load(unsigned clip) {
	for (unsigned i = 0; i < GOLDEN_SAMPLES; i++) {
		pcm[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + i]);
	}
}

/* Full scale, `half` samples a half period: the loudest thing there is. */
static void square_wave(unsigned half) {
	for (unsigned i = 0; i < SAMPLES; i++) {
		pcm[i] = i / half % 2u ? INT16_MIN : INT16_MAX;
	}
}

/* True when there was something to read out. */
static bool hear(unsigned hop, int16_t *features, int32_t *scores, uint8_t *label) {
	liquid_audio_front_end(&state, &pcm[hop * LIQUID_AUDIO_HOP], features);
	if (!liquid_audio_cell(&state, features)) {
		return false;
	}
	liquid_audio_read_out(&state, scores, label);
	return true;
}

static uint32_t hash(const void *values, size_t count, uint32_t value) {
	const uint8_t *bytes = values;
	for (size_t i = 0; i < count; i++) {
		value = (value ^ bytes[i]) * 0x01000193u;
	}
	return value;
}

static uint32_t hash_clip(uint32_t value) {
	int16_t features[LIQUID_AUDIO_FEATURES];
	int32_t scores[LNN_MAX_LABELS];
	uint8_t label;
	liquid_audio_reset(&state);
	for (unsigned hop = 0; hop < HOPS; hop++) {
		(void)hear(hop, features, scores, &label);
		liquid_audio_decide(&state, scores, &label);
		value = hash(scores, sizeof scores, value);
	}
	return value;
}

static void golden_is_of_this_model(void) {
	use_model_of_this_tree();
	EXPECT(strcmp(liquid_audio_model()->id, GOLDEN_MODEL) == 0);
	EXPECT_EQUAL(liquid_audio_model()->hidden, GOLDEN_HIDDEN);
	EXPECT_EQUAL(liquid_audio_model()->labels, GOLDEN_LABELS);
	EXPECT_EQUAL(GOLDEN_HOPS, HOPS);
}

static double farthest(double so_far, double value, double expected) {
	return fmax(so_far, fabs(value - expected));
}

static unsigned greatest(const float *values, unsigned count) {
	unsigned best = 0;
	for (unsigned i = 1; i < count; i++) {
		best = values[i] > values[best] ? i : best;
	}
	return best;
}

static void agrees_with_the_reference(void) {
	use_model_of_this_tree();
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		double far_features = 0.0, far_hidden = 0.0, far_scores = 0.0;
		const float *expected = golden_scores;
		uint8_t label = 0;
		load(clip);
		liquid_audio_reset(&state);
		for (unsigned hop = 0; hop < GOLDEN_HOPS; hop++) {
			int16_t features[LIQUID_AUDIO_FEATURES], hidden[LNN_MAX_HIDDEN];
			int32_t scores[LNN_MAX_LABELS];
			const unsigned row = clip * GOLDEN_HOPS + hop;
			EXPECT(hear(hop, features, scores, &label));
			expected = &golden_scores[row * GOLDEN_LABELS];
			for (unsigned i = 0; i < MFCC_COEFFICIENTS; i++) {
				far_features = farthest(far_features, features[i] / 1024.0, golden_features[row * MFCC_COEFFICIENTS + i]);
			}
			for (unsigned i = 0; i < GOLDEN_LABELS; i++) {
				far_scores = farthest(far_scores, scores[i] / 256.0, expected[i]);
			}
			if (hop % GOLDEN_HIDDEN_EVERY == 0) {
				const float *states = &golden_hidden[(clip * GOLDEN_HIDDEN_ROWS + hop / GOLDEN_HIDDEN_EVERY) * GOLDEN_HIDDEN];
				cell_state(&state.cell, hidden);
				for (unsigned i = 0; i < GOLDEN_HIDDEN; i++) {
					far_hidden = farthest(far_hidden, hidden[i] / 32768.0, states[i]);
				}
			}
		}
		printf("  %s: features within %.4f, state %.4f, scores %.3f\n", golden_names[clip], far_features, far_hidden, far_scores);
		EXPECT(far_features <= FEATURE_TOLERANCE);
		EXPECT(far_hidden <= HIDDEN_TOLERANCE);
		EXPECT(far_scores <= SCORE_TOLERANCE);
		EXPECT_EQUAL(label, greatest(expected, GOLDEN_LABELS));
	}
}

/* One hop as app.c has it: with the gate, when `gate` is there. */
static void hear_gated(struct gate *gate, unsigned hop, int32_t *scores, uint8_t *label) {
	int16_t features[LIQUID_AUDIO_FEATURES];
	if (gate != NULL && gate_is_shut(gate, &pcm[hop * LIQUID_AUDIO_HOP])) {
		liquid_audio_skip(&state, &pcm[hop * LIQUID_AUDIO_HOP]);
	} else {
		(void)hear(hop, features, scores, label);
	}
	liquid_audio_decide(&state, scores, label);
}

/* Every solver, timestep and gate of the golden file: the same bits as on the exporting machine, and last scores near the
 * reference's. */
static void each_setting_as_on_the_exporting_machine(void) {
	for (unsigned i = 0; i < GOLDEN_CONFIGURATIONS; i++) {
		const struct golden_configuration *setting = &golden_configurations[i];
		uint32_t bits = 0x811c9dc5u;
		double far_scores = 0.0;
		use_model_of_this_tree();
		EXPECT(liquid_audio_set_solver(setting->solver) && liquid_audio_set_timestep(setting->timestep));
		for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
			const float *expected = &golden_final[(i * GOLDEN_CLIPS + clip) * GOLDEN_LABELS];
			struct gate gate;
			int32_t scores[LNN_MAX_LABELS];
			uint8_t label = 0;
			load(clip);
			gate_reset(&gate);
			liquid_audio_reset(&state);
			for (unsigned hop = 0; hop < GOLDEN_HOPS; hop++) {
				hear_gated(setting->gating ? &gate : NULL, hop, scores, &label);
				bits = hash(scores, GOLDEN_LABELS * sizeof scores[0], bits);
			}
			for (unsigned j = 0; j < GOLDEN_LABELS; j++) {
				far_scores = farthest(far_scores, scores[j] / 256.0, expected[j]);
			}
			EXPECT_EQUAL(label, greatest(expected, GOLDEN_LABELS));
		}
		printf("  solver %d, timestep %d, gating %d: %08x, scores within %.3f\n", (int)setting->solver, (int)setting->timestep,
			(int)setting->gating, (unsigned)bits, far_scores);
		EXPECT_EQUAL(bits, setting->bits);
		EXPECT(far_scores <= SCORE_TOLERANCE);
	}
}

static void hidden_state_is_bounded(void) {
	for (unsigned solver = 0; solver < SOLVERS; solver++) {
		use_model_of_this_tree();
		EXPECT(liquid_audio_set_solver((int32_t)solver));
		EXPECT(liquid_audio_set_timestep(solver % 2u ? 500 : 10));
		for (unsigned half = 1; half < 4096; half *= 4) {
			int16_t features[LIQUID_AUDIO_FEATURES];
			int32_t scores[LNN_MAX_LABELS];
			uint8_t label;
			square_wave(half);
			liquid_audio_reset(&state);
			for (unsigned hop = 0; hop < HOPS; hop++) {
				(void)hear(hop, features, scores, &label);
				for (unsigned i = 0; i < liquid_audio_model()->hidden; i++) {
					EXPECT(state.cell.hidden[i] >= -(1 << 28) && state.cell.hidden[i] < 1 << 28);
				}
			}
		}
	}
}

static void a_reset_forgets(void) {
	int32_t scores[LNN_MAX_LABELS];
	uint8_t label;
	use_model_of_this_tree();
	liquid_audio_reset(&state);
	liquid_audio_decide(&state, scores, &label);
	EXPECT(strcmp(liquid_audio_model()->label[label], "silence") == 0);
	EXPECT_EQUAL(scores[0], 0);
	load(0);
	uint32_t first = hash_clip(1);
	square_wave(5);
	EXPECT(hash_clip(1) != first);
	load(0);
	EXPECT_EQUAL(hash_clip(1), first);
}

/* A skipped hop moves nothing but the front end's history. */
static void a_skipped_hop_moves_nothing(void) {
	int16_t features[LIQUID_AUDIO_FEATURES];
	int32_t scores[LNN_MAX_LABELS];
	uint8_t label;
	use_model_of_this_tree();
	liquid_audio_reset(&state);
	square_wave(20);
	EXPECT(hear(0, features, scores, &label));
	static struct liquid_audio before;
	before = state;
	liquid_audio_skip(&state, &pcm[LIQUID_AUDIO_HOP]);
	EXPECT(memcmp(&state.cell, &before.cell, sizeof before.cell) == 0);
	EXPECT(memcmp(&state.pooling, &before.pooling, sizeof before.pooling) == 0);
	EXPECT(memcmp(state.scores, before.scores, sizeof before.scores) == 0);
	EXPECT(state.due == before.due && state.label == before.label && state.timestep == before.timestep);
}

static void settings_are_taken_or_refused(void) {
	struct made_recipe recipe = made_lnn_recipe(1);
	recipe.solver = SOLVER_RK4;
	recipe.timestep = 80;
	use_made_model(&recipe);
	liquid_audio_reset(&state);
	EXPECT_EQUAL(state.timestep, 80);
	square_wave(20);
	uint32_t as_trained = hash_clip(1);
	EXPECT(!liquid_audio_set_solver(-1) && !liquid_audio_set_solver(4));
	EXPECT(!liquid_audio_set_timestep(-1) && !liquid_audio_set_timestep(9) && !liquid_audio_set_timestep(501));
	EXPECT_EQUAL(hash_clip(1), as_trained);
	EXPECT(liquid_audio_set_solver(SOLVER_EULER));
	EXPECT(hash_clip(1) != as_trained);
	EXPECT(liquid_audio_set_solver(SOLVER_RK4) && liquid_audio_set_timestep(500));
	EXPECT(hash_clip(1) != as_trained);
	liquid_audio_restore_settings();
	EXPECT_EQUAL(hash_clip(1), as_trained);
}

/* Of a step of 50 ms every third or fourth hop has one; the scores stand still in between, the features do not. */
static void hops_without_a_step_change_nothing(void) {
	int16_t features[LIQUID_AUDIO_FEATURES];
	int32_t scores[LNN_MAX_LABELS], before[LNN_MAX_LABELS];
	uint8_t label;
	unsigned heard = 0;
	use_model_of_this_tree();
	EXPECT(liquid_audio_set_timestep(500));
	load(1);
	liquid_audio_reset(&state);
	for (unsigned hop = 0; hop < HOPS; hop++) {
		liquid_audio_decide(&state, before, &label);
		if (hear(hop, features, scores, &label)) {
			heard++;
			EXPECT_EQUAL((hop + 1u) * 160u % 500u < 160u, 1);
		} else {
			liquid_audio_decide(&state, scores, &label);
			EXPECT(memcmp(scores, before, sizeof before) == 0);
			EXPECT((hop + 1u) * 160u % 500u >= 160u);
		}
	}
	EXPECT_EQUAL(heard, HOPS * 160u / 500u);
}

/* Noise and tone after silence are new; a steady tone is not. */
static void adaptive_timestep_follows_the_sound(void) {
	int16_t features[LIQUID_AUDIO_FEATURES];
	int32_t scores[LNN_MAX_LABELS];
	uint8_t label;
	uint16_t shortest = 500;
	use_model_of_this_tree();
	EXPECT(liquid_audio_set_timestep(0));
	square_wave(20);
	memset(pcm, 0, 20u * LIQUID_AUDIO_HOP * sizeof pcm[0]);
	liquid_audio_reset(&state);
	for (unsigned hop = 0; hop < HOPS; hop++) {
		(void)hear(hop, features, scores, &label);
		EXPECT(state.timestep == 500 || state.timestep == 250 || state.timestep == 150 || state.timestep == 80 || state.timestep == 50);
		if (hop > 5 && hop < 20) {
			EXPECT_EQUAL(state.timestep, 500);
		} else if (hop < 23) {
			shortest = state.timestep < shortest ? state.timestep : shortest;
		} else if (hop > 25) {
			EXPECT_EQUAL(state.timestep, 500);
		}
	}
	EXPECT(shortest <= 80);
}

static void refuses_a_model_it_cannot_feed(void) {
	struct made_recipe recipe = made_lnn_recipe(1);
	recipe.features = 12;
	made_lnn_fill(&made, &recipe);
	EXPECT(liquid_audio_init(file, made_lnn_write(&made, file)) != NULL);
	EXPECT(liquid_audio_init(file, 100) != NULL);
}

static void digital_silence_is_silence(void) {
	int16_t features[LIQUID_AUDIO_FEATURES];
	int32_t scores[LNN_MAX_LABELS];
	uint8_t label = 0;
	use_model_of_this_tree();
	memset(pcm, 0, sizeof pcm);
	liquid_audio_reset(&state);
	for (unsigned hop = 0; hop < HOPS; hop++) {
		EXPECT(hear(hop, features, scores, &label));
	}
	EXPECT(strcmp(liquid_audio_model()->label[label], "silence") == 0);
}

int main(void) {
	expect_run("the golden vectors are of this model", golden_is_of_this_model);
	expect_run("features, state, scores and decisions agree with the reference", agrees_with_the_reference);
	expect_run("each solver, timestep and gate gives the bits of the exporting machine", each_setting_as_on_the_exporting_machine);
	expect_run("digital silence is silence", digital_silence_is_silence);
	expect_run("the hidden state is bounded", hidden_state_is_bounded);
	expect_run("a reset forgets", a_reset_forgets);
	expect_run("a skipped hop moves nothing", a_skipped_hop_moves_nothing);
	expect_run("settings are taken, or refused", settings_are_taken_or_refused);
	expect_run("hops without a step change nothing", hops_without_a_step_change_nothing);
	expect_run("the adaptive timestep follows the sound", adaptive_timestep_follows_the_sound);
	expect_run("refuses a model it cannot feed", refuses_a_model_it_cannot_feed);
	return expect_end();
}
