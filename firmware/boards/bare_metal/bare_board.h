/* What is the same of every board.c without an operating system below it: receive ring, clip store, and the functions of the
 * port that need no more than a serial line, a timebase, a core.h and an image. */
#ifndef BARE_BOARD_H
#define BARE_BOARD_H

#include "board.h"
#include "port_functions.h"

void port_spin(void *context, uint32_t iterations);
void port_memory(void *context, struct ossicle_memory *memory);
void port_reset(void *context);
/* They hold the receive interrupt back: serial_defer. */
void port_stage_enter(void *context);
void port_stage_leave(void *context);

/* In the initialiser of a struct ossicle_port. */
#define BARE_PORT_FUNCTIONS PORT_FUNCTIONS, .spin = port_spin, .memory = port_memory, .reset = port_reset

/* The receive ring, empty, for the driver of the serial line. Once, at start. */
struct ossicle_ring *bare_board_ring(void);

/* The end of board_start: fills in build and boot, which are told alike everywhere, and hands all of it over. */
void bare_board_hand_over(const struct ossicle_port *port, struct ossicle_identity *identity, struct board *board);

#endif
