/*
 * What an instruction costs on a Cortex-M4 with memory that never lets it wait: Arm's table of processor instructions
 * (DDI 0439D 3.3.1, floating point 7.2.3; the newer 100166 has the same figures). README.md says what the table leaves open
 * and what is taken for it.
 */
#ifndef COST_H
#define COST_H

#include <stdbool.h>
#include <stdint.h>

/* Cycles to refill the pipeline after any branch that is taken: Arm says 1 to 3. */
#define COST_BRANCH_TAKEN 2u
/* SDIV and UDIV: Arm says 2 to 12, by the values divided. */
#define COST_DIVIDE 6u
/* From the last instruction of the interrupted code to the first of the handler, and back (DDI 0439D 3.9.1). */
#define COST_EXCEPTION_ENTRY 12u
#define COST_EXCEPTION_RETURN 10u

enum cost_kind {
	COST_PLAIN,
	COST_LOAD,          /* one register, or a VLDR */
	COST_STORE,
	COST_FLOAT_STORE,   /* VSTR */
	COST_MULTIPLE,      /* several registers: LDM, PUSH, LDRD, VLDM, ... */
	COST_MULTIPLY,
	COST_DIVISION,
	COST_BRANCH,
	COST_SYSTEM,
};

struct cost {
	enum cost_kind kind;
	uint16_t cycles;     /* by itself, branches as if not taken */
	bool is_float;       /* floating point, its loads, stores and moves included */
	bool may_return;     /* takes its target from a register or from memory: an exception may end with it */
};

/* `second` is 0 for an instruction of one halfword. */
struct cost cost_of(uint16_t first, uint16_t second);

/* True where the second of two neighbours begins while the first is still at the bus: one cycle less. */
bool cost_overlaps(enum cost_kind before, enum cost_kind after);

#endif
