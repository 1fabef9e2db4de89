/*
 * Marks for the cycle model of an emulated board (devices/emulated/cycle-plugin): stores to the stimulus ports of the ITM,
 * which the plugin sees by their address. For any Cortex-M board. To add it to one:
 *
 *   1. board.mk: include cortex_m.mk and add $(CORTEX_M) to BOARD_SOURCES, as in boards/stm32f405/board.mk
 *   2. board_start, only where an emulator was found: cycle_marks_start(&port), before interrupt times are calibrated
 *   3. each interrupt handler: cycle_marks_irq_enter() as its first statement, cycle_marks_irq_leave() as its last; handlers
 *      must not nest
 *
 * Before cycle_marks_start, and for ever on silicon, the marks of handlers go to a spare word, and there are no others.
 */
#ifndef CYCLE_MARKS_H
#define CYCLE_MARKS_H

#include <stdint.h>

#include "ossicle_port.h"

/* Sets `port->mark` and lets the handlers' marks count. */
void cycle_marks_start(struct ossicle_port *port);

extern volatile uint32_t *cycle_marks_enter_port;
extern volatile uint32_t *cycle_marks_leave_port;

/* Without a branch: all that the plugin sees since the last one is then the handler's. */
static inline __attribute__((always_inline)) void cycle_marks_irq_enter(void) {
	*cycle_marks_enter_port = 0;
}

static inline __attribute__((always_inline)) void cycle_marks_irq_leave(void) {
	*cycle_marks_leave_port = 0;
}

#endif
