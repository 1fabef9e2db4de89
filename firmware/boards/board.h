/* What a board gives to main.c. One of boards/<board>/ is linked in. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

#include "ossicle_port.h"
#include "ossicle_ring.h"

struct board {
	const struct ossicle_port *port;
	struct ossicle_ring *rx;
	/* Clip store: memory that exists only for the rig. */
	uint8_t *store;
	uint32_t store_bytes;
};

/* Brings the board up for an app that takes `hop` samples at a time at `sample_rate` Hz. Ends the program when it cannot. */
void board_start(int argc, char **argv, uint32_t sample_rate, uint32_t hop, struct board *board);

/* Calls `loop`, which does not return, on the stack that `memory` reports about. */
void board_run(void (*loop)(void));

/* The firmware cannot go on: says why where a person may see it, and stops. */
void board_stop(const char *why);

#endif
