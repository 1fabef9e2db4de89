/* The liquid time-constant cell: its state, what drives it, and the slope of its equation.
 *
 *   context   the last feature vectors (zeros before the clip)       -> channels, ReLU
 *   cell      dh/dt = -(leak + g) h + g tanh(u), g = (rateBound - leak) sigmoid(v), time in hops,
 *             v and u linear in (channels, h)
 *
 * A solver (solver.h) moves the state; the channels' part of v and u is computed once a hop, whatever the solver.
 * State is Q28 and clipped to [-1, 1), so |h| <= 1 whatever the weights and the step; the matrix sees it as Q15.
 */
#ifndef CELL_H
#define CELL_H

#include <stdint.h>

#include "lnn.h"

#define CELL_STATE_FRACTION 28
#define CELL_SLOPE_FRACTION 29 /* |dh/dt| < 2 per hop */

/* The larger of what matrices write into it. */
#define CELL_SCRATCH (LNN_MAX_GATES > LNN_MAX_CHANNELS ? LNN_MAX_GATES : LNN_MAX_CHANNELS)

struct cell {
	const struct lnn_model *model;
	int16_t context[LNN_MAX_CONTEXT * LNN_MAX_FEATURES]; /* Q10, oldest hop first */
	int32_t drive[LNN_MAX_GATES];                        /* Q12: v and u without the state's part */
	int32_t hidden[LNN_MAX_HIDDEN];                      /* Q28 */

	/* scratch of a step */
	int16_t activations[LNN_MAX_CHANNELS > LNN_MAX_HIDDEN ? LNN_MAX_CHANNELS : LNN_MAX_HIDDEN];
	int32_t preactivations[CELL_SCRATCH]; /* Q12; its first `hidden` become the slope, Q29 */
	int32_t stage[LNN_MAX_HIDDEN];        /* Q28 */
	int32_t sum[LNN_MAX_HIDDEN];          /* Q28, or a slope */
};

void cell_reset(struct cell *cell, const struct lnn_model *model);

/* A hop's features, Q10: they are the newest of the context from here on. */
void cell_listen(struct cell *cell, const int16_t features[LNN_MAX_FEATURES]);

/* Computes the drive from the context: before the first step of a hop. */
void cell_drive(struct cell *cell);

/* dh/dt at `state` (Q28, each in [-1, 1)), as Q29 per hop. It stays in the cell until the next call of any function here. */
const int32_t *cell_slope(struct cell *cell, const int32_t *state);

/* to = base + step x slope, clipped to [-1, 1); step in hops, Q29. `to` may be `base`. */
void cell_advance(const struct cell *cell, const int32_t *base, const int32_t *slope, int32_t step, int32_t *to);

/* The hidden state as Q15. */
void cell_state(const struct cell *cell, int16_t *to);

#endif
