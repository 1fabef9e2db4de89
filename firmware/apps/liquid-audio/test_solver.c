/* The solvers against the same ones in float64, their orders of convergence, and their bounds.
 *
 * Tolerances. A preactivation is rounded to 2^-12 twice (the input's part and the state's), sigmoid and tanh to 2^-15 with an
 * error of 1.4 such steps, the state that the matrix sees to 2^-15. Where the step is stable these errors do not grow but
 * settle: SAME_TOLERANCE is one rounding of a preactivation. */
#include "solver.h"

#include <math.h>

#include "testing/double_cell.h"
#include "testing/expect.h"

#define SAME_TOLERANCE 2.5e-4
#define DRIVE_TOLERANCE 1.5e-3 /* 16 blocks of channels rounded to 2^-10 */
#define STATE_ONE 268435456.0

static struct made_lnn made;
static struct lnn_model model;
static uint8_t file[LNN_LARGEST_BYTES];
static struct cell cell;
static struct double_cell reference, truth;

static void load(const struct made_recipe *recipe) {
	made_lnn_fill(&made, recipe);
	EXPECT(lnn_load(&model, file, made_lnn_write(&made, file)) == NULL);
	cell_reset(&cell, &model);
	double_cell_reset(&reference, &made);
}

static void listen(uint32_t *seed, int32_t largest) {
	int16_t features[LNN_MAX_FEATURES] = { 0 };
	for (unsigned i = 0; i < model.features; i++) {
		features[i] = (int16_t)((int32_t)made_dice(seed, 2u * (uint32_t)largest + 1u) - largest);
	}
	cell_listen(&cell, features);
	double_cell_listen(&reference, features);
}

static void drive(void) {
	cell_drive(&cell);
	double_cell_drive(&reference);
}

/* From here on the reference solves the very equation that the cell has. */
static void share_drive(void) {
	drive();
	for (unsigned i = 0; i < 2u * model.hidden; i++) {
		reference.drive[i] = cell.drive[i] / 4096.0;
	}
	truth = reference;
}

static void begin(uint32_t seed, uint16_t rate_bound) {
	struct made_recipe recipe = made_lnn_recipe(seed);
	recipe.rate_bound = rate_bound;
	load(&recipe);
	for (unsigned i = 0; i < model.context; i++) {
		listen(&seed, 3000);
	}
	share_drive();
}

static double distance(const struct double_cell *to) {
	double largest = 0.0;
	for (unsigned i = 0; i < model.hidden; i++) {
		largest = fmax(largest, fabs(cell.hidden[i] / STATE_ONE - to->hidden[i]));
	}
	return largest;
}

static double distance_of_doubles(void) {
	double largest = 0.0;
	for (unsigned i = 0; i < model.hidden; i++) {
		largest = fmax(largest, fabs(reference.hidden[i] - truth.hidden[i]));
	}
	return largest;
}

static void drive_is_the_reference_s(void) {
	double largest = 0.0;
	for (uint32_t seed = 0; seed < 20; seed++) {
		struct made_recipe recipe = made_lnn_recipe(seed);
		uint32_t dice = seed;
		load(&recipe);
		for (unsigned hop = 0; hop < 8; hop++) { /* the first ones with zeros in the context */
			listen(&dice, hop == 7 ? 32767 : 3000);
			drive();
			for (unsigned i = 0; i < 2u * model.hidden; i++) {
				largest = fmax(largest, fabs(cell.drive[i] / 4096.0 - reference.drive[i]));
			}
		}
	}
	printf("  largest difference %.2g\n", largest);
	EXPECT(largest < DRIVE_TOLERANCE);
}

/* Over 20 hops, with new features in each. Longest steps that are stable for each bound on the rate. */
static void agree_with_float64(void) {
	static const struct {
		uint16_t rate_bound, timestep;
	} cases[] = { { 10240, 10 }, { 10240, 50 }, { 10240, 160 }, { 10240, 333 }, { 10240, 500 }, { 32768, 11 }, { 32768, 80 }, { 32768, 160 } };
	for (unsigned solver = SOLVER_EULER; solver <= SOLVER_RK4; solver++) {
		double largest = 0.0;
		for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			uint32_t dice = i;
			begin(i, cases[i].rate_bound);
			for (unsigned hop = 0; hop < 20; hop++) {
				listen(&dice, 3000);
				drive();
				for (unsigned j = 0; j < 2u * model.hidden; j++) {
					reference.drive[j] = cell.drive[j] / 4096.0;
				}
				(void)solver_step(&cell, (enum solver)solver, cases[i].timestep);
				double_cell_step(&reference, (enum solver)solver, cases[i].timestep / 160.0);
				largest = fmax(largest, distance(&reference));
			}
		}
		printf("  solver %u: largest difference %.2g\n", solver, largest);
		EXPECT(largest < SAME_TOLERANCE);
	}
}

/* Error after 80 ms of held input, against the true solution, in float64 and in fixed point. */
static void errors_at(enum solver solver, uint16_t timestep, double *of_double, double *of_fixed) {
	begin(3, 32768);
	for (unsigned i = 0; i < 800u / timestep; i++) {
		(void)solver_step(&cell, solver, timestep);
		double_cell_step(&reference, solver, timestep / 160.0);
	}
	double_cell_solve(&truth, 5.0);
	*of_double = distance_of_doubles();
	*of_fixed = distance(&truth);
}

/* The error falls with the order's power of the step. Fixed point is held to that where its error is far above rounding. */
static void converge_at_their_order(void) {
	static const double orders[] = { 1.0, 2.0, 4.0 };
	static const uint16_t steps[] = { 200, 100, 50, 25 };
	for (unsigned solver = SOLVER_EULER; solver <= SOLVER_RK4; solver++) {
		double before_double = 0.0, before_fixed = 0.0;
		unsigned shown = 0;
		for (unsigned i = 0; i < 4; i++) {
			double of_double, of_fixed;
			errors_at((enum solver)solver, steps[i], &of_double, &of_fixed);
			printf("  solver %u, step %4.1f ms: error %.2e in float64, %.2e in fixed point\n", solver, steps[i] / 10.0, of_double, of_fixed);
			EXPECT(of_fixed < of_double + SAME_TOLERANCE);
			if (i >= 2) { /* steps small enough for the order to show */
				EXPECT(fabs(log2(before_double / of_double) - orders[solver]) < 0.35);
			}
			if (i >= 1 && of_fixed > 4.0 * SAME_TOLERANCE) {
				EXPECT(fabs(log2(before_fixed / of_fixed) - orders[solver]) < 0.5 * orders[solver]);
				shown++;
			}
			before_double = of_double;
			before_fixed = of_fixed;
		}
		EXPECT(shown >= (solver == SOLVER_EULER ? 3u : solver == SOLVER_HEUN ? 1u : 0u));
	}
}

/* rk4 drowns in rounding at ordinary steps: its order shows from 40 to 20 ms. */
static void rk4_converges_in_fixed_point(void) {
	double of_double, at_40, at_20;
	errors_at(SOLVER_RK4, 400, &of_double, &at_40);
	errors_at(SOLVER_RK4, 200, &of_double, &at_20);
	printf("  %.2e at 40 ms, %.2e at 20 ms\n", at_40, at_20);
	EXPECT(at_40 > 8.0 * SAME_TOLERANCE);
	EXPECT(at_20 < at_40 / 8.0);
}

static void adaptive_keeps_its_error(void) {
	for (uint32_t seed = 0; seed < 4; seed++) {
		for (unsigned i = 0; i < 4; i++) {
			static const uint16_t timesteps[] = { 500, 250, 160, 50 };
			uint32_t slopes = 0;
			begin(seed, seed % 2u ? 32768 : 10240);
			for (unsigned step = 0; step < 1000u / timesteps[i]; step++) {
				slopes += solver_step(&cell, SOLVER_ADAPTIVE_HEUN, timesteps[i]);
			}
			double_cell_solve(&truth, 1000u / timesteps[i] * timesteps[i] / 160.0);
			EXPECT(distance(&truth) < SOLVER_TOLERANCE / STATE_ONE / 3.0);
			EXPECT(slopes < 100); /* at 1 ms throughout it would be 200 */
		}
	}
}

/* Where nothing happens it takes its longest step at once; when something does, smaller ones. */
static void adaptive_spends_where_it_matters(void) {
	begin(0, 10240);
	uint32_t moving = solver_step(&cell, SOLVER_ADAPTIVE_HEUN, 500);
	for (unsigned i = 0; i < 100; i++) {
		(void)solver_step(&cell, SOLVER_ADAPTIVE_HEUN, 500);
	}
	EXPECT_EQUAL(solver_step(&cell, SOLVER_ADAPTIVE_HEUN, 500), 2);
	EXPECT(moving > 8);
	for (uint16_t timestep = 10; timestep < 20; timestep++) { /* no half of these is as long as 1 ms */
		begin(1, 32768);
		EXPECT_EQUAL(solver_step(&cell, SOLVER_ADAPTIVE_HEUN, timestep), 2);
	}
	begin(1, 32768);
	EXPECT(solver_step(&cell, SOLVER_ADAPTIVE_HEUN, 500) <= 64u + 5u); /* 32 steps, and 5 refused */
}

static void slopes_are_counted(void) {
	begin(0, 10240);
	EXPECT_EQUAL(solver_step(&cell, SOLVER_EULER, 160), 1);
	EXPECT_EQUAL(solver_step(&cell, SOLVER_HEUN, 160), 2);
	EXPECT_EQUAL(solver_step(&cell, SOLVER_RK4, 160), 4);
}

/* The fastest units there may be, preactivations that clip, and every timestep: explicit solvers are unstable here, and the
 * state has to stay within [-1, 1] all the same. The sanitizer sees what overflows. */
static void bounded_whatever_comes(void) {
	int32_t least = 0, most = 0;
	for (uint32_t seed = 0; seed < 12; seed++) {
		struct made_recipe recipe = made_lnn_recipe(seed);
		uint32_t dice = seed;
		recipe.rate_bound = 32768;
		recipe.least_exponent = seed % 3u == 0 ? -40 : -20;
		recipe.most_exponent = seed % 3u == 1 ? -18 : 0;
		recipe.largest_bias = seed % 2u ? 0x3FFFFFFF : 1 << 14;
		load(&recipe);
		for (unsigned timestep = SOLVER_SHORTEST_STEP; timestep <= SOLVER_LONGEST_STEP; timestep += 7u) {
			for (unsigned solver = 0; solver < SOLVERS; solver++) {
				listen(&dice, 32767);
				cell_drive(&cell);
				(void)solver_step(&cell, (enum solver)solver, (uint16_t)timestep);
				for (unsigned i = 0; i < model.hidden; i++) {
					least = cell.hidden[i] < least ? cell.hidden[i] : least;
					most = cell.hidden[i] > most ? cell.hidden[i] : most;
				}
			}
		}
	}
	printf("  %.9f to %.9f\n", least / STATE_ONE, most / STATE_ONE);
	EXPECT(least >= -(1 << 28) && most < 1 << 28);
	EXPECT(least < -(1 << 27) && most > 1 << 27); /* it was tried hard */
}

/* With rate x step <= 1 an Euler step is a mean of what there is: the bound needs no clipping. */
static void euler_of_a_stable_step_is_a_mean(void) {
	for (uint32_t seed = 0; seed < 5; seed++) {
		begin(seed, 10240);
		for (unsigned i = 0; i < 200; i++) {
			(void)solver_step(&cell, SOLVER_EULER, 500);
		}
		for (unsigned i = 0; i < model.hidden; i++) {
			EXPECT(cell.hidden[i] > -(1 << 28) && cell.hidden[i] < (1 << 28) - 1);
		}
	}
}

int main(void) {
	expect_run("the drive is the reference's", drive_is_the_reference_s);
	expect_run("each solver agrees with the same one in float64", agree_with_float64);
	expect_run("errors fall with the order of the solver", converge_at_their_order);
	expect_run("rk4's do in fixed point too", rk4_converges_in_fixed_point);
	expect_run("adaptive_heun keeps its error", adaptive_keeps_its_error);
	expect_run("adaptive_heun spends slopes where they matter", adaptive_spends_where_it_matters);
	expect_run("slopes are counted", slopes_are_counted);
	expect_run("the state is bounded whatever the weights, the step and the solver", bounded_whatever_comes);
	expect_run("euler needs no clipping while rate x step <= 1", euler_of_a_stable_step_is_a_mean);
	return expect_end();
}
