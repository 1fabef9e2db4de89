#include "pooling.h"

#include <string.h>

#include "activation.h"
#include "fixed.h"

#define SCORE_SHIFT 4u /* Q12 to Q8 */

void pooling_reset(struct pooling *pooling, const struct lnn_model *model) {
	memset(pooling, 0, sizeof *pooling);
	pooling->model = model;
	for (uint32_t i = 0; i < model->hidden; i++) {
		pooling->pooled[model->hidden + i] = INT16_MIN;
	}
}

/* 2^31 x part / whole for part <= whole, a little low: relative error below 2^-14. One division. */
static uint32_t share(uint32_t part, uint32_t whole) {
	unsigned shift = fixed_leading_zeros(whole);
	uint32_t per_whole = UINT32_MAX / (((whole << shift) >> 16) + 1u); /* of 2^15 to 2^16: 16 to 17 bits */
	uint64_t product = (uint64_t)(part << shift) * per_whole;
	return (uint32_t)(product >> 17);
}

/* With W = weight + start: mean += (attention (h - mean) - lost mean) / W, where `lost` is what the start would have leaked.
 * (attention + lost) / W <= 1, so the mean stays within what it is a mean of. */
static void add_to_mean(struct pooling *pooling, const int16_t *state, uint32_t attention) {
	const struct lnn_model *model = pooling->model;
	uint32_t start = (uint32_t)model->mean_start << 3; /* Q12 to Q15 */
	uint32_t lost = start - (uint32_t)(((uint64_t)start * model->mean_leak) >> 16);
	pooling->weight = (uint32_t)(((uint64_t)pooling->weight * model->mean_leak) >> 16) + attention;
	uint32_t whole = pooling->weight + start;
	if (whole == 0) {
		return;
	}
	const int32_t gain = fixed_opaque((int32_t)(share(attention, whole) >> 1)); /* Q30 */
	const int32_t decay = fixed_opaque(-(int32_t)(share(attention + lost, whole) >> 1));
	for (uint32_t i = 0; i < model->hidden; i++) {
		int64_t move = (int64_t)gain * (state[i] * (1 << 15)) + (int64_t)decay * pooling->mean[i];
		pooling->mean[i] += (int32_t)(move >> 30);
		pooling->pooled[i] = fixed_saturate16((pooling->mean[i] + (1 << 14)) >> 15);
	}
}

static void add_to_maximum(struct pooling *pooling, const int16_t *state) {
	const struct lnn_model *model = pooling->model;
	int16_t *maximum = pooling->pooled + model->hidden;
	for (uint32_t i = 0; i < model->hidden; i++) {
		int16_t fallen = fixed_saturate16(maximum[i] - (int32_t)model->maximum_fall);
		maximum[i] = state[i] > fallen ? state[i] : fallen;
	}
}

void pooling_add(struct pooling *pooling, const int16_t *state) {
	int32_t attention;
	matrix_multiply(&pooling->model->matrix[LNN_ATTENTION], state, pooling->model->attention_bias, &attention);
	add_to_mean(pooling, state, (uint32_t)activation_sigmoid(attention));
	add_to_maximum(pooling, state);
}

void pooling_read_out(const struct pooling *pooling, int32_t *scores) {
	const struct lnn_model *model = pooling->model;
	matrix_multiply(&model->matrix[LNN_READ_OUT], pooling->pooled, model->read_out_bias, scores);
	for (uint32_t i = 0; i < model->labels; i++) {
		scores[i] = (int32_t)fixed_round_shift64(scores[i], SCORE_SHIFT);
	}
}
