#include "solver.h"

#include <stdbool.h>
#include <string.h>

#include "fixed.h"

/* Steps of adaptive_heun are a power of two of these: 1/32 of 50 ms is the last that is not below 1 ms. */
#define TICKS 32u

/* Tenths of a millisecond to hops, Q29: x 2^29 / 160 = x 3355443.2. */
static int32_t in_hops(uint16_t timestep) {
	return (int32_t)(timestep * 3355443u + (timestep + 2u) / 5u);
}

static uint32_t euler(struct cell *cell, int32_t step) {
	cell_advance(cell, cell->hidden, cell_slope(cell, cell->hidden), step, cell->hidden);
	return 1;
}

static uint32_t heun(struct cell *cell, int32_t step) {
	const int32_t *slope = cell_slope(cell, cell->hidden);
	cell_advance(cell, cell->hidden, slope, step, cell->stage);
	cell_advance(cell, cell->hidden, slope, step / 2, cell->sum);
	cell_advance(cell, cell->sum, cell_slope(cell, cell->stage), step / 2, cell->hidden);
	return 2;
}

static uint32_t rk4(struct cell *cell, int32_t step) {
	const int32_t *slope = cell_slope(cell, cell->hidden);
	cell_advance(cell, cell->hidden, slope, step / 2, cell->stage);
	cell_advance(cell, cell->hidden, slope, step / 6, cell->sum);
	slope = cell_slope(cell, cell->stage);
	cell_advance(cell, cell->hidden, slope, step / 2, cell->stage);
	cell_advance(cell, cell->sum, slope, step / 3, cell->sum);
	slope = cell_slope(cell, cell->stage);
	cell_advance(cell, cell->hidden, slope, step, cell->stage);
	cell_advance(cell, cell->sum, slope, step / 3, cell->sum);
	cell_advance(cell, cell->sum, cell_slope(cell, cell->stage), step / 6, cell->hidden);
	return 4;
}

/* Half the step times the difference of the slopes at its ends: what euler and heun differ by, at most, Q28. */
static int32_t difference(const struct cell *cell, const int32_t *first, const int32_t *last, int32_t step) {
	int32_t largest = 0;
	for (uint32_t i = 0; i < cell->model->hidden; i++) {
		int32_t off = 2 * fixed_multiply_high(step, fixed_subtract_saturating(last[i], first[i]));
		off = off < 0 ? -off : off;
		largest = off > largest ? off : largest;
	}
	return largest;
}

static uint32_t adaptive_heun(struct cell *cell, uint16_t timestep) {
	const int32_t whole = in_hops(timestep);
	unsigned halvings = 0, most = 0;
	uint32_t slopes = 0;
	while ((uint32_t)timestep >= SOLVER_SHORTEST_STEP << (most + 1u)) {
		most++;
	}
	for (unsigned position = 0; position < TICKS;) {
		const int32_t *first = cell->sum;
		memcpy(cell->sum, cell_slope(cell, cell->hidden), cell->model->hidden * sizeof cell->sum[0]);
		slopes++;
		for (;;) {
			const int32_t step = whole >> halvings;
			cell_advance(cell, cell->hidden, first, step, cell->stage);
			const int32_t *last = cell_slope(cell, cell->stage);
			int32_t off = difference(cell, first, last, step);
			slopes++;
			if (off > SOLVER_TOLERANCE && halvings < most) {
				halvings++;
				continue;
			}
			cell_advance(cell, cell->hidden, first, step / 2, cell->stage);
			cell_advance(cell, cell->stage, last, step / 2, cell->hidden);
			position += TICKS >> halvings;
			if (off < SOLVER_TOLERANCE / 4 && halvings > 0 && (position & ((TICKS >> (halvings - 1u)) - 1u)) == 0) {
				halvings--; /* twice the step, where that ends on a multiple of itself */
			}
			break;
		}
	}
	return slopes;
}

uint32_t solver_step(struct cell *cell, enum solver solver, uint16_t timestep) {
	switch (solver) {
	case SOLVER_HEUN:
		return heun(cell, in_hops(timestep));
	case SOLVER_RK4:
		return rk4(cell, in_hops(timestep));
	case SOLVER_ADAPTIVE_HEUN:
		return adaptive_heun(cell, timestep);
	case SOLVER_EULER:
	case SOLVERS:
	default:
		return euler(cell, in_hops(timestep));
	}
}
