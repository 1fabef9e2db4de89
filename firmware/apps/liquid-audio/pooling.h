/* What the clip has come to: the hidden state pooled over the hops, and the scores read out of it.
 *
 *   mean      leaky mean of the state; a hop weighs attention = sigmoid(linear in h), what came before `mean_leak` a hop;
 *             it starts as 0 with the weight `mean_start`, which does not leak
 *   maximum   of the state, falling by `maximum_fall` a hop, from -1
 *   scores    linear in both
 */
#ifndef POOLING_H
#define POOLING_H

#include <stdint.h>

#include "lnn.h"

#define POOLING_SCORE_FRACTION 8

struct pooling {
	const struct lnn_model *model;
	uint32_t weight;                   /* Q15: of all hops so far */
	int32_t mean[LNN_MAX_HIDDEN];      /* Q30 */
	int16_t pooled[2u * LNN_MAX_HIDDEN]; /* Q15: means, then maxima, as the matrix takes them */
};

void pooling_reset(struct pooling *pooling, const struct lnn_model *model);

/* A hop in which the cell has moved, to `state` (Q15). */
void pooling_add(struct pooling *pooling, const int16_t *state);

/* One score a label, Q8. */
void pooling_read_out(const struct pooling *pooling, int32_t *scores);

#endif
