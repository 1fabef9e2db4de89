/* An energy gate: after some hops of quiet there is nothing to hear, and front end, cell and read-out may rest.
 *
 * A hop is quiet when its RMS is below a tenth (energy threshold 0.1) of a reference: the loudest hop so far, falling by half
 * in 2.8 s, and never below an RMS of 120. So in silence the threshold is an RMS of 12 (-69 dB of full scale), where the front
 * end takes a hop for silence anyway: the mean band level is then more than its own gate below the lowest peak there is, its
 * running mean would not move, and mfcc_skip leaves it as mfcc_step would (test_gate.c).
 */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "mfcc.h"

#define GATE_QUIET_HOPS 8u                       /* 128 ms: the end of a word is still heard out */
#define GATE_ENERGY_RATIO 100u                   /* of reference to threshold: 1 / 0.1, squared */
#define GATE_LEAST_PEAK (120u * 120u * MFCC_HOP) /* as the energy of a hop: the sum of its squares */
#define GATE_PEAK_FALL 7u                        /* the reference energy falls by 2^-7 a hop */

struct gate {
	uint64_t peak;       /* energy of the reference */
	uint32_t quiet_hops; /* below the threshold, up to and with the last one; at most GATE_QUIET_HOPS */
};

void gate_reset(struct gate *gate);

/* True when this hop and the GATE_QUIET_HOPS - 1 before it were quiet. */
bool gate_is_shut(struct gate *gate, const int16_t hop[MFCC_HOP]);

#endif
