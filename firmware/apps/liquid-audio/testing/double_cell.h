/* The cell of a made model in float64, and the solvers as textbooks have them: what the fixed-point ones are held against. */
#ifndef DOUBLE_CELL_H
#define DOUBLE_CELL_H

#include "solver.h"
#include "testing/made_lnn.h"

struct double_cell {
	const struct made_lnn *made;
	double context[8 * 16];
	double drive[256];
	double hidden[128];
};

void double_cell_reset(struct double_cell *cell, const struct made_lnn *made);
void double_cell_listen(struct double_cell *cell, const int16_t *features);
void double_cell_drive(struct double_cell *cell);

/* Moves the state by `hops`; solvers of a fixed step only. Clips as the fixed-point ones do. */
void double_cell_step(struct double_cell *cell, enum solver solver, double hops);

/* Very nearly the true solution: rk4 in steps of a twentieth of a hop. */
void double_cell_solve(struct double_cell *cell, double hops);

#endif
