/* An energy gate: after some hops of quiet there is nothing to hear, and front end, cell and read-out may rest.
 *
 * Built in with GATING=1. The threshold lies where the front end takes a hop for silence anyway: at an RMS of 12 the mean band
 * level is more than MFCC_GATE below the lowest peak there is, so the running mean would not move, and mfcc_skip leaves the
 * front end as mfcc_step would (test_gate.c). The cell and its pooling stand still.
 */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "mfcc.h"

#define GATE_MEAN_SQUARE 144u /* of 16-bit samples: RMS 12, -69 dB of full scale */
#define GATE_QUIET_HOPS 8u    /* 128 ms: the end of a word is still heard out */

struct gate {
	uint32_t quiet_hops; /* below the threshold, up to and with the last one; at most GATE_QUIET_HOPS */
};

void gate_reset(struct gate *g);

/* True when this hop and the GATE_QUIET_HOPS - 1 before it were quiet. */
bool gate_is_shut(struct gate *g, const int16_t hop[MFCC_HOP]);

#endif
