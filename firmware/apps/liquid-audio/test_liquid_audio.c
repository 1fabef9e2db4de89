/* The C inference against the Python reference (golden/golden.h), and properties that hold for any weights.
 *
 * Tolerances. The reference is float64; the C is float32 with 24-bit mantissas. A 512-point float FFT leaves about 3e-7 of
 * the frame's strongest bin in every bin, and levels more than 8 nepers of power below the peak are cut off, so a log band
 * is good to some 1e-5, and so is a feature (a weighted sum of 26 of them). Ten times that is allowed. The cell is a
 * contraction (1/tau + g <= 1) and its input errors average out: 1e-4 again; logits sum 128 states with weights of order
 * one: 1e-3, four orders of magnitude below the differences that decide.
 */
#include <stdio.h>
#include <string.h>

#include "golden/golden.h"
#include "liquid_audio.h"
#include "testing/from_mulaw.h"

#define FEATURE_TOLERANCE 1e-4f
#define HIDDEN_TOLERANCE 1e-4f
#define SCORE_TOLERANCE 1e-3f
#define FUNCTION_TOLERANCE 3e-7f

static struct liquid_audio state;
static int16_t pcm[GOLDEN_SAMPLES];
static unsigned passed, failed;

static void check(int condition, const char *name, double measured)
{
	printf("%s %s (%.3g)\n", condition ? "ok" : "not ok", name, measured);
	if (condition)
		passed++;
	else
		failed++;
}

static float distance(float a, float b)
{
	float d = a - b;
	return d < 0.0f ? -d : d;
}

static float farthest(const float *a, const float *b, unsigned count, float so_far)
{
	for (unsigned i = 0; i < count; i++)
		if (!(distance(a[i], b[i]) <= so_far)) /* NaN counts as far */
			so_far = distance(a[i], b[i]);
	return so_far;
}

static void load(unsigned clip)
{
	for (unsigned i = 0; i < GOLDEN_SAMPLES; i++)
		pcm[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + i]);
}

static uint8_t hop(unsigned t, float features[LIQUID_AUDIO_FEATURES], float scores[LIQUID_AUDIO_LABELS])
{
	uint8_t label;
	liquid_audio_front_end(&state, &pcm[t * LIQUID_AUDIO_HOP], features);
	liquid_audio_cell(&state, features);
	liquid_audio_read_out(&state, scores, &label);
	return label;
}

static unsigned greatest(const float *values, unsigned count)
{
	unsigned best = 0;
	for (unsigned i = 1; i < count; i++)
		if (values[i] > values[best])
			best = i;
	return best;
}

static uint32_t hash_scores(const float *scores, uint32_t value)
{
	for (unsigned i = 0; i < LIQUID_AUDIO_LABELS; i++) {
		uint32_t bits;
		memcpy(&bits, &scores[i], sizeof bits);
		for (unsigned byte = 0; byte < 4; byte++) /* little-endian whatever the machine is */
			value = (value ^ (bits >> 8 * byte & 0xffu)) * 0x01000193u;
	}
	return value;
}

static void test_against_reference(void)
{
	float features[LIQUID_AUDIO_FEATURES], scores[LIQUID_AUDIO_LABELS];
	uint32_t bits = 0x811c9dc5u;
	char name[96];
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		float far_features = 0.0f, far_hidden = 0.0f, far_scores = 0.0f;
		const float *expected = golden_scores;
		uint8_t label = 0, decision;
		load(clip);
		liquid_audio_reset(&state);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			unsigned row = clip * GOLDEN_HOPS + t;
			label = hop(t, features, scores);
			expected = &golden_scores[row * LIQUID_AUDIO_LABELS];
			far_features = farthest(features, &golden_features[row * LIQUID_AUDIO_FEATURES], LIQUID_AUDIO_FEATURES, far_features);
			far_scores = farthest(scores, expected, LIQUID_AUDIO_LABELS, far_scores);
			if (t % GOLDEN_HIDDEN_EVERY == 0) {
				unsigned hidden_row = clip * GOLDEN_HIDDEN_ROWS + t / GOLDEN_HIDDEN_EVERY;
				far_hidden = farthest(state.cell.hidden, &golden_hidden[hidden_row * CELL_HIDDEN], CELL_HIDDEN, far_hidden);
			}
			bits = hash_scores(scores, bits);
		}
		snprintf(name, sizeof name, "%s: features as the reference", golden_names[clip]);
		check(far_features <= FEATURE_TOLERANCE, name, far_features);
		snprintf(name, sizeof name, "%s: hidden state as the reference", golden_names[clip]);
		check(far_hidden <= HIDDEN_TOLERANCE, name, far_hidden);
		snprintf(name, sizeof name, "%s: scores as the reference", golden_names[clip]);
		check(far_scores <= SCORE_TOLERANCE, name, far_scores);
		liquid_audio_decide(&state, scores, &decision);
		snprintf(name, sizeof name, "%s: decision as the reference", golden_names[clip]);
		check(decision == greatest(expected, LIQUID_AUDIO_LABELS) && decision == label, name, decision);
	}
	check(bits == GOLDEN_BITS, "scores have the same bits as on the exporting machine", bits);
}

static void test_functions(void)
{
	float far_log = 0.0f, far_sigmoid = 0.0f, far_tanh = 0.0f;
	for (unsigned i = 0; i < GOLDEN_LOGS; i++) {
		float size = distance(golden_log_y[i], 0.0f);
		float error = distance(mfcc_log(golden_log_x[i]), golden_log_y[i]) / (size > 1.0f ? size : 1.0f);
		far_log = farthest(&error, &(float){0.0f}, 1, far_log);
	}
	for (unsigned i = 0; i < GOLDEN_STEPS; i++) {
		float sigmoid = cell_sigmoid(golden_step_x[i]), tangent = cell_tanh(golden_step_x[i]);
		far_sigmoid = farthest(&sigmoid, &golden_sigmoid_y[i], 1, far_sigmoid);
		far_tanh = farthest(&tangent, &golden_tanh_y[i], 1, far_tanh);
	}
	check(far_log <= FUNCTION_TOLERANCE, "logarithm: error relative to max(1, |log x|)", far_log);
	check(far_sigmoid <= FUNCTION_TOLERANCE, "sigmoid: absolute error", far_sigmoid);
	check(far_tanh <= FUNCTION_TOLERANCE, "tanh: absolute error", far_tanh);
}

/* A square wave with `half` samples a half period, full scale: the loudest thing there is. */
static void square_wave(unsigned half)
{
	for (unsigned i = 0; i < GOLDEN_SAMPLES; i++)
		pcm[i] = i / half % 2 ? INT16_MIN : INT16_MAX;
}

static void test_tone_lands_in_its_band(void)
{
	float features[LIQUID_AUDIO_FEATURES];
	for (unsigned i = 0; i < GOLDEN_SAMPLES; i++) { /* 1 kHz is bin 32; the table holds half a turn of cosine */
		unsigned angle = 32 * i % 512;
		pcm[i] = (int16_t)(angle < 256 ? 20000.0f * mfcc_twiddle[2 * angle] : -20000.0f * mfcc_twiddle[2 * (angle - 256)]);
	}
	liquid_audio_reset(&state);
	for (unsigned t = 0; t < 4; t++)
		liquid_audio_front_end(&state, &pcm[t * LIQUID_AUDIO_HOP], features);
	unsigned bin = 32, band = greatest(state.mfcc.bands, MFCC_BANDS);
	int inside = bin >= mfcc_mel_first[band] && bin < mfcc_mel_first[band] + (unsigned)mfcc_mel_count[band];
	check(inside, "a 1 kHz tone is loudest in a band that holds bin 32", band);
}

static void test_hidden_state_is_bounded(void)
{
	float features[LIQUID_AUDIO_FEATURES], scores[LIQUID_AUDIO_LABELS], largest = 0.0f;
	for (unsigned half = 1; half < 4096; half *= 2) {
		square_wave(half);
		liquid_audio_reset(&state);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			hop(t, features, scores);
			for (unsigned i = 0; i < CELL_HIDDEN; i++)
				largest = farthest(&state.cell.hidden[i], &(float){0.0f}, 1, largest);
		}
	}
	check(largest <= 1.0f, "the hidden state is bounded", largest);
}

static void test_reset_forgets(void)
{
	float features[LIQUID_AUDIO_FEATURES], first[LIQUID_AUDIO_LABELS], second[LIQUID_AUDIO_LABELS];
	uint8_t label;
	liquid_audio_reset(&state);
	liquid_audio_decide(&state, first, &label);
	check(label == LIQUID_AUDIO_LABELS - 1 && first[0] == 0.0f, "before any hop the decision is silence", label);
	for (unsigned round = 0; round < 2; round++) {
		if (round == 1) { /* another clip between */
			square_wave(5);
			for (unsigned t = 0; t < GOLDEN_HOPS; t++)
				hop(t, features, first);
		}
		load(0);
		liquid_audio_reset(&state);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++)
			hop(t, features, round ? first : second);
	}
	check(memcmp(first, second, sizeof first) == 0, "after a reset a clip gives the same bits again", 0);
}

static void test_digital_silence(void)
{
	float features[LIQUID_AUDIO_FEATURES], scores[LIQUID_AUDIO_LABELS];
	uint8_t label = 0;
	memset(pcm, 0, sizeof pcm);
	liquid_audio_reset(&state);
	for (unsigned t = 0; t < GOLDEN_HOPS; t++)
		label = hop(t, features, scores);
	check(label == LIQUID_AUDIO_LABELS - 1, "digital silence is silence", label);
}

int main(void)
{
	test_against_reference();
	test_functions();
	test_tone_lands_in_its_band();
	test_hidden_state_is_bounded();
	test_reset_forgets();
	test_digital_silence();
	printf("%u passed, %u failed\n", passed, failed);
	return failed ? 1 : 0;
}
