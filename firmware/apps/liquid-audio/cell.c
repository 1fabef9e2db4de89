#include "cell.h"

#include <string.h>

#include "activation.h"
#include "fixed.h"

#define CHANNEL_SHIFT 2u /* Q12 to Q10 */
#define STATE_SHIFT 13u  /* Q28 to Q15 */
#define STATE_BITS 29u   /* of [-1, 1) in Q28 */

void cell_reset(struct cell *cell, const struct lnn_model *model) {
	memset(cell, 0, sizeof *cell);
	cell->model = model;
}

void cell_listen(struct cell *cell, const int16_t features[LNN_MAX_FEATURES]) {
	const uint32_t older = (cell->model->context - 1u) * LNN_MAX_FEATURES;
	memmove(cell->context, cell->context + LNN_MAX_FEATURES, older * sizeof cell->context[0]);
	memcpy(cell->context + older, features, LNN_MAX_FEATURES * sizeof cell->context[0]);
}

void cell_drive(struct cell *cell) {
	const struct lnn_model *model = cell->model;
	matrix_multiply(&model->matrix[LNN_CONTEXT], cell->context, model->context_bias, cell->preactivations);
	for (uint32_t i = 0; i < model->channels; i++) {
		int32_t positive = cell->preactivations[i] > 0 ? cell->preactivations[i] : 0;
		positive = (int32_t)(((uint32_t)positive + (1u << (CHANNEL_SHIFT - 1u))) >> CHANNEL_SHIFT);
		cell->activations[i] = fixed_saturate16(positive);
	}
	matrix_multiply(&model->matrix[LNN_INPUT], cell->activations, model->gate_bias, cell->drive);
}

static void to_activations(uint32_t count, const int32_t *state, int16_t *to) {
	for (uint32_t i = 0; i < count; i++) {
		to[i] = fixed_saturate16((state[i] + (1 << (STATE_SHIFT - 1u))) >> STATE_SHIFT);
	}
}

void cell_state(const struct cell *cell, int16_t *to) {
	to_activations(cell->model->hidden, cell->hidden, to);
}

/* -(leak + g) h + g tanh(u): each product is the upper word of Q30 x Q31. */
static int32_t slope_of(int32_t leak, int32_t bound, int32_t state, int32_t v, int32_t u) {
	int32_t gate = (bound - leak) * activation_sigmoid(v);
	int32_t rate = leak * (1 << 15) + gate;
	return fixed_multiply_high(gate, activation_tanh(u) * (1 << 16)) - fixed_multiply_high(rate, state * (1 << 3));
}

const int32_t *cell_slope(struct cell *cell, const int32_t *state) {
	const struct lnn_model *model = cell->model;
	const uint32_t count = model->hidden;
	int32_t *v = cell->preactivations;
	const int32_t *u = v + count;
	to_activations(count, state, cell->activations);
	matrix_multiply(&model->matrix[LNN_RECURRENT], cell->activations, cell->drive, v);
	for (uint32_t i = 0; i < count; i++) {
		v[i] = slope_of(model->leak[i], model->rate_bound, state[i], v[i], u[i]);
	}
	return v;
}

/* Q29 x Q29 leaves Q26 in the upper word. |base| <= 1 and |step x slope| < 3.125 x 2, so nothing leaves 32 bits. */
void cell_advance(const struct cell *cell, const int32_t *base, const int32_t *slope, int32_t step, int32_t *to) {
	for (uint32_t i = 0; i < cell->model->hidden; i++) {
		to[i] = fixed_saturate(base[i] + 4 * fixed_multiply_high(step, slope[i]), STATE_BITS);
	}
}
