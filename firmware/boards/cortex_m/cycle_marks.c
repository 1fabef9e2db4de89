#include "cycle_marks.h"

/* ITM_STIM0, DDI 0403 C1.7.2. A store there does nothing while ITM_TCR.ITMENA is 0, as it is from reset. */
#define ITM_STIMULUS ((volatile uint32_t *)0xE0000000u)
/* Ports 0 to 15 are digits, what is marked is a port from here on: account.h of the plugin has the same numbers. */
#define FIRST_MARK_PORT 16u
#define IRQ_ENTER 6u
#define IRQ_LEAVE 7u

static volatile uint32_t spare;
volatile uint32_t *cycle_marks_enter_port = &spare;
volatile uint32_t *cycle_marks_leave_port = &spare;

static void digit(uint32_t value) {
	ITM_STIMULUS[value & 15u] = 0;
}

/* Digits from the first that is not 0: a mark in a stage, of which the hop's last digit is enough, has to be short. */
static void mark(void *context, enum ossicle_mark what, uint32_t number, uint8_t part) {
	(void)context;
	if (what == OSSICLE_MARK_STAGE_BEGIN || what == OSSICLE_MARK_STAGE_END) {
		digit(number);
	} else {
		for (uint32_t shift = 32; shift > 0; shift -= 4) {
			if (number >> (shift - 4u) != 0) {
				digit(number >> (shift - 4u));
			}
		}
	}
	digit(part);
	ITM_STIMULUS[FIRST_MARK_PORT + (uint32_t)what] = 0;
}

void cycle_marks_start(struct ossicle_port *port) {
	port->mark = mark;
	cycle_marks_enter_port = ITM_STIMULUS + FIRST_MARK_PORT + IRQ_ENTER;
	cycle_marks_leave_port = ITM_STIMULUS + FIRST_MARK_PORT + IRQ_LEAVE;
}
