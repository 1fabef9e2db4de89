#include "double_cell.h"

#include <math.h>
#include <string.h>

static void multiply(const struct made_matrix *matrix, const double *x, const int32_t *bias, double *to) {
	for (unsigned r = 0; r < matrix->rows; r++) {
		to[r] = bias != NULL ? bias[r] / 4096.0 : 0.0;
		for (unsigned c = 0; c < matrix->columns; c++) {
			to[r] += made_lnn_weight(matrix, r, c) * x[c];
		}
	}
}

void double_cell_reset(struct double_cell *cell, const struct made_lnn *made) {
	memset(cell, 0, sizeof *cell);
	cell->made = made;
}

void double_cell_listen(struct double_cell *cell, const int16_t *features) {
	const unsigned older = 16u * (cell->made->recipe.context - 1u);
	memmove(cell->context, cell->context + 16, older * sizeof cell->context[0]);
	for (unsigned i = 0; i < 16u; i++) {
		cell->context[older + i] = features[i] / 1024.0;
	}
}

void double_cell_drive(struct double_cell *cell) {
	const struct made_lnn *made = cell->made;
	double channels[128];
	multiply(&made->matrix[LNN_CONTEXT], cell->context, made->context_bias, channels);
	for (unsigned i = 0; i < made->recipe.channels; i++) {
		channels[i] = fmin(fmax(channels[i], 0.0), 32767.0 / 1024.0);
	}
	multiply(&made->matrix[LNN_INPUT], channels, made->gate_bias, cell->drive);
}

static void slope(const struct double_cell *cell, const double *state, double *to) {
	const struct made_lnn *made = cell->made;
	const unsigned hidden = made->recipe.hidden;
	double recurrent[256];
	multiply(&made->matrix[LNN_RECURRENT], state, NULL, recurrent);
	for (unsigned i = 0; i < hidden; i++) {
		double leak = made->leak[i] / 32768.0, bound = made->recipe.rate_bound / 32768.0;
		double gate = (bound - leak) / (1.0 + exp(-(cell->drive[i] + recurrent[i])));
		to[i] = gate * tanh(cell->drive[hidden + i] + recurrent[hidden + i]) - (leak + gate) * state[i];
	}
}

static void advance(const struct double_cell *cell, const double *base, const double *by, double step, double *to) {
	for (unsigned i = 0; i < cell->made->recipe.hidden; i++) {
		to[i] = fmin(fmax(base[i] + step * by[i], -1.0), 1.0);
	}
}

static void rk4(struct double_cell *cell, double hops) {
	double k[4][128], stage[128];
	slope(cell, cell->hidden, k[0]);
	advance(cell, cell->hidden, k[0], hops / 2, stage);
	slope(cell, stage, k[1]);
	advance(cell, cell->hidden, k[1], hops / 2, stage);
	slope(cell, stage, k[2]);
	advance(cell, cell->hidden, k[2], hops, stage);
	slope(cell, stage, k[3]);
	for (unsigned i = 0; i < 128u; i++) {
		k[0][i] = (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]) / 6;
	}
	advance(cell, cell->hidden, k[0], hops, cell->hidden);
}

void double_cell_step(struct double_cell *cell, enum solver solver, double hops) {
	double first[128] = { 0 }, last[128] = { 0 }, stage[128];
	if (solver == SOLVER_RK4) {
		rk4(cell, hops);
		return;
	}
	slope(cell, cell->hidden, first);
	if (solver == SOLVER_HEUN) {
		advance(cell, cell->hidden, first, hops, stage);
		slope(cell, stage, last);
		for (unsigned i = 0; i < 128u; i++) {
			first[i] = (first[i] + last[i]) / 2;
		}
	}
	advance(cell, cell->hidden, first, hops, cell->hidden);
}

void double_cell_solve(struct double_cell *cell, double hops) {
	const unsigned steps = (unsigned)ceil(hops * 20.0);
	for (unsigned i = 0; i < steps; i++) {
		double_cell_step(cell, SOLVER_RK4, hops / steps);
	}
}
