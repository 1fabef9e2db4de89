/* The liquid time-constant cell and its read-out.
 *
 *   context   the last 5 feature vectors (zeros before the clip)          -> 48 channels, ReLU
 *   cell      dh/dt = -(1/tau + g) h + g tanh(u), g = (1 - 1/tau) sigmoid(v), time in hops, 64 units,
 *             v and u linear in (channels, h). One explicit Euler step of one hop. Since 1/tau + g <= 1, |h| stays
 *             below 1 whatever comes in (test: `the hidden state is bounded`).
 *   pooling   leaky mean of h, each hop weighted by attention = sigmoid(linear in h), and slowly falling maximum of h
 *   read-out  12 logits, linear in both
 *
 * Weights are int8 with one float scale a row, kept in flash; sums are float32 in a fixed order.
 */
#ifndef CELL_H
#define CELL_H

#include <stdint.h>

#include "weights.h"

struct cell {
	float context[CELL_CONTEXT][WEIGHTS_FEATURES]; /* ring; `newest` is the row written last */
	uint32_t newest;
	float hidden[CELL_HIDDEN];
	float pooled[2 * CELL_HIDDEN]; /* weighted sums first, then maxima */
	float pooled_weight;
	float input[CELL_CONTEXT * WEIGHTS_FEATURES]; /* scratch: oldest first */
	float channels[CELL_CHANNELS];                /* scratch */
	float step[CELL_HIDDEN];                      /* scratch: the next hidden state */
};

void cell_reset(struct cell *c);
void cell_step(struct cell *c, const float features[WEIGHTS_FEATURES]);
void cell_read_out(struct cell *c, float scores[CELL_LABELS]);

/* Absolute errors below 3e-7 (test_liquid_audio.c); exact limits far out, NaN gives NaN-free extremes. */
float cell_sigmoid(float x);
float cell_tanh(float x);

#endif
