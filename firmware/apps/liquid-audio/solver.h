/* Solvers of the cell's equation, chosen at run time. One step of each, with the newest input held:
 *
 *   euler          h + dt f(h)                                                                      1 slope
 *   heun           the mean of the slopes at both ends of an Euler step                             2 slopes
 *   rk4            the classic Runge-Kutta of order 4                                               4 slopes
 *   adaptive_heun  heun, its step halved (down to 1 ms) while it differs from euler's by more than SOLVER_TOLERANCE in any
 *                  unit, and doubled again where it differs by less than a quarter of that          2 slopes and more
 *
 * Each state is clipped to [-1, 1), between the slopes too.
 */
#ifndef SOLVER_H
#define SOLVER_H

#include "cell.h"

enum solver { SOLVER_EULER, SOLVER_HEUN, SOLVER_RK4, SOLVER_ADAPTIVE_HEUN, SOLVERS };

#define SOLVER_SHORTEST_STEP 10u  /* tenths of a millisecond */
#define SOLVER_LONGEST_STEP 500u
#define SOLVER_HOP 160u           /* tenths of a millisecond in a hop, the unit of time of the equation */
#define SOLVER_TOLERANCE (1 << 22) /* Q28: 2^-6 */

/* Moves the state on by `timestep` tenths of a millisecond, shortest to longest. Returns how many slopes it took. */
uint32_t solver_step(struct cell *cell, enum solver solver, uint16_t timestep);

#endif
