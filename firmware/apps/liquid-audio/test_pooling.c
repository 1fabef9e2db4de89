/* Pooling against its definition in float64. */
#include "pooling.h"

#include <math.h>

#include "testing/expect.h"
#include "testing/made_lnn.h"

#define HOPS 300u
#define MEAN_TOLERANCE 2e-4 /* of 1: the attention is good to 2^-15 and its argument to 2^-12, each hop anew */

static struct made_lnn made;
static struct lnn_model model;
static uint8_t file[LNN_LARGEST_BYTES];
static struct pooling pooling;

static void load(uint32_t seed, uint16_t leak, uint16_t start, uint16_t fall) {
	struct made_recipe recipe = made_lnn_recipe(seed);
	recipe.mean_leak = leak;
	recipe.mean_start = start;
	recipe.maximum_fall = fall;
	made_lnn_fill(&made, &recipe);
	EXPECT(lnn_load(&model, file, made_lnn_write(&made, file)) == NULL);
	pooling_reset(&pooling, &model);
}

/* A wandering state, sometimes against its limits. */
static void wander(int16_t *state, uint32_t *seed) {
	for (unsigned i = 0; i < model.hidden; i++) {
		int32_t next = state[i] + (int32_t)made_dice(seed, 16001) - 8000;
		state[i] = (int16_t)(next > INT16_MAX ? INT16_MAX : next < INT16_MIN ? INT16_MIN : next);
	}
}

static double attention_of(const int16_t *state) {
	double sum = made.attention_bias[0] / 4096.0;
	for (unsigned c = 0; c < model.hidden; c++) {
		sum += made_lnn_weight(&made.matrix[LNN_ATTENTION], 0, c) * state[c] / 32768.0;
	}
	return 1.0 / (1.0 + exp(-sum));
}

static void follows_its_definition(void) {
	static const struct {
		uint16_t leak, start, fall;
	} cases[] = { { 64512, 2048, 128 }, { 65535, 4096, 0 }, { 32768, 0, 32768 }, { 0, 65535, 1 }, { 60000, 1, 500 } };
	double far_mean = 0.0;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t seed = i;
		int16_t state[LNN_MAX_HIDDEN] = { 0 };
		double sum[LNN_MAX_HIDDEN] = { 0 }, weight = 0.0, leak = cases[i].leak / 65536.0, start = cases[i].start / 4096.0;
		int32_t maximum[LNN_MAX_HIDDEN];
		load(i, cases[i].leak, cases[i].start, cases[i].fall);
		for (unsigned j = 0; j < model.hidden; j++) {
			maximum[j] = -32768;
		}
		for (unsigned hop = 0; hop < HOPS; hop++) {
			wander(state, &seed);
			pooling_add(&pooling, state);
			double attention = attention_of(state);
			weight = weight * leak + attention;
			for (unsigned j = 0; j < model.hidden; j++) {
				sum[j] = sum[j] * leak + attention * state[j] / 32768.0;
				far_mean = fmax(far_mean, fabs(pooling.pooled[j] / 32768.0 - sum[j] / (weight + start)));
				int32_t fallen = maximum[j] - cases[i].fall < -32768 ? -32768 : maximum[j] - cases[i].fall;
				maximum[j] = state[j] > fallen ? state[j] : fallen;
				EXPECT_EQUAL(pooling.pooled[model.hidden + j], maximum[j]);
			}
		}
	}
	printf("  largest difference of a mean %.2g\n", far_mean);
	EXPECT(far_mean < MEAN_TOLERANCE);
}

/* Exact in the last step of a score: its sum, its scale, its bias; then rounded from Q12 to Q8. */
static void reads_out_what_is_pooled(void) {
	uint32_t seed = 1;
	int16_t state[LNN_MAX_HIDDEN] = { 0 };
	int32_t scores[LNN_MAX_LABELS];
	load(1, 64512, 2048, 128);
	for (unsigned hop = 0; hop < 50; hop++) {
		wander(state, &seed);
		pooling_add(&pooling, state);
		pooling_read_out(&pooling, scores);
		for (unsigned label = 0; label < model.labels; label++) {
			double expected = made.read_out_bias[label] / 4096.0;
			for (unsigned c = 0; c < 2u * model.hidden; c++) {
				expected += made_lnn_weight(&made.matrix[LNN_READ_OUT], label, c) * pooling.pooled[c] / 32768.0;
			}
			EXPECT(fabs(scores[label] / 256.0 - expected) <= 0.5 / 256.0 + 0.5 / 4096.0 + 1e-9);
		}
	}
}

static void stays_within_what_it_pools(void) {
	for (unsigned i = 0; i < 4; i++) {
		int16_t state[LNN_MAX_HIDDEN];
		load(i, i % 2u ? 65535 : 64512, i < 2u ? 0 : 2048, 128);
		for (unsigned hop = 0; hop < 3000; hop++) {
			for (unsigned j = 0; j < model.hidden; j++) {
				state[j] = hop % 500u < 250u ? INT16_MIN : INT16_MAX;
			}
			pooling_add(&pooling, state);
			for (unsigned j = 0; j < model.hidden; j++) {
				EXPECT(pooling.mean[j] >= -(1 << 30) && pooling.mean[j] <= 1 << 30);
			}
		}
	}
}

/* No start and no attention: there is nothing to take a mean of, and nothing to divide by. */
static void nothing_weighs_nothing(void) {
	struct made_recipe recipe = made_lnn_recipe(1);
	int16_t state[LNN_MAX_HIDDEN];
	recipe.mean_start = 0;
	made_lnn_fill(&made, &recipe);
	made.attention_bias[0] = INT32_MIN / 2; /* sigmoid: 0 */
	EXPECT(lnn_load(&model, file, made_lnn_write(&made, file)) == NULL);
	pooling_reset(&pooling, &model);
	for (unsigned j = 0; j < model.hidden; j++) {
		state[j] = 12345;
	}
	pooling_add(&pooling, state);
	EXPECT_EQUAL(pooling.pooled[0], 0);
	EXPECT_EQUAL(pooling.pooled[model.hidden], 12345);
}

int main(void) {
	expect_run("mean and maximum follow their definition", follows_its_definition);
	expect_run("scores are read out of what is pooled", reads_out_what_is_pooled);
	expect_run("a mean stays within what it is a mean of", stays_within_what_it_pools);
	expect_run("with no weight at all the mean stands still", nothing_weighs_nothing);
	return expect_end();
}
