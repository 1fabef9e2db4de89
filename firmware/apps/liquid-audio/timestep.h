/* How long the cell's steps are, and when one is due. The cell's clock is its own: it advances by a hop's time whenever a hop
 * is heard, and a step is due whenever a whole timestep has come together. All times in tenths of a millisecond. */
#ifndef TIMESTEP_H
#define TIMESTEP_H

#include <stdbool.h>
#include <stdint.h>

#define TIMESTEP_ADAPTIVE 0u /* in place of a timestep: chosen anew for each hop */
#define TIMESTEP_HOP 160u
#define TIMESTEP_COMPLEXITY_ONE 32768u

/* The adaptive timestep at a complexity of 0 to 1 (Q15), as liquid-audio-nets looks it up:
 * from 0: 50 ms, from 0.1: 25, from 0.3: 15, from 0.6: 8, at 1: 5. */
uint16_t timestep_of(uint16_t complexity);

/* A hop has been heard. `due` is what has not been stepped over yet; 0 at the start of a clip. */
void timestep_hear_hop(uint16_t *due);

/* True when a step is due; it is taken off. */
bool timestep_take(uint16_t *due, uint16_t timestep);

#endif
