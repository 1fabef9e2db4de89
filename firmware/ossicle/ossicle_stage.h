/*
 * Cycles of each stage of an inference, interrupt time taken out.
 *
 * A stage is the counter's difference between two stamps less the interrupt cycles between them. Differences are taken
 * in 64 bits and saturate at 2^32 - 1, with a flag.
 */
#ifndef OSSICLE_STAGE_H
#define OSSICLE_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "ossicle_port.h"
#include "ossicle_wire.h"

struct ossicle_stages {
	const struct ossicle_port *port;
	uint8_t count;
	uint32_t hop;
	bool saturated;
	uint64_t irq_cycles;                  /* inside the stages, so far */
	struct ossicle_stamp begun;
	uint32_t cycles[OSSICLE_MAX_STAGES];
};

/* Clears the counts for one inference of `count` stages. `hop`, the inference's number in its clip, is for marks alone and 0
 * after this. */
void ossicle_stages_init(struct ossicle_stages *stages, const struct ossicle_port *port, uint8_t count);

/* Stages do not nest. One begun twice in an inference adds up. A stage number out of range is ignored. */
void ossicle_stage_begin(struct ossicle_stages *stages, uint8_t stage);
void ossicle_stage_end(struct ossicle_stages *stages, uint8_t stage);

/* `value` as 32 bits, at most 2^32 - 1; then `*saturated` becomes true. */
uint32_t ossicle_saturate_u32(uint64_t value, bool *saturated);

#endif
