#include "ossicle_stage.h"

#include <string.h>

uint32_t ossicle_saturate_u32(uint64_t value, bool *saturated) {
	if (value > UINT32_MAX) {
		*saturated = true;
		return UINT32_MAX;
	}
	return (uint32_t)value;
}

void ossicle_stages_init(struct ossicle_stages *stages, const struct ossicle_port *port, uint8_t count) {
	memset(stages, 0, sizeof *stages);
	stages->port = port;
	stages->count = count;
}

static void mark(const struct ossicle_stages *stages, enum ossicle_mark what, uint8_t stage) {
	const struct ossicle_port *port = stages->port;
	if (port->mark != NULL) {
		port->mark(port->context, what, stages->hop, stage);
	}
}

void ossicle_stage_begin(struct ossicle_stages *stages, uint8_t stage) {
	const struct ossicle_port *port = stages->port;
	if (stage >= stages->count) {
		return;
	}
	if (port->stage_enter != NULL) {
		port->stage_enter(port->context);
	}
	/* Last, so that the stage pays for as little of this as possible; a tracer need not count the stamp either. */
	port->stamp(port->context, &stages->begun);
	mark(stages, OSSICLE_MARK_STAGE_BEGIN, stage);
}

void ossicle_stage_end(struct ossicle_stages *stages, uint8_t stage) {
	const struct ossicle_port *port = stages->port;
	if (stage >= stages->count) {
		return;
	}
	struct ossicle_stamp ended;
	mark(stages, OSSICLE_MARK_STAGE_END, stage);
	port->stamp(port->context, &ended);
	if (port->stage_leave != NULL) {
		port->stage_leave(port->context);
	}
	uint64_t irq = ended.irq_cycles - stages->begun.irq_cycles;
	uint64_t whole = ended.cycles - stages->begun.cycles;
	uint64_t own = whole > irq ? whole - irq : 0;
	stages->cycles[stage] = ossicle_saturate_u32((uint64_t)stages->cycles[stage] + own, &stages->saturated);
	stages->irq_cycles += irq;
}
