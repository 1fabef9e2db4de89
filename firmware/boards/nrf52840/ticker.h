/*
 * TIMER1 at 1 MHz: microseconds as 64 bits, and an interrupt each hop. It goes on while the core sleeps, which neither
 * SysTick nor CYCCNT does on this chip, and it is fed by the same HFCLK as the core: 64 cycles are a microsecond exactly.
 *
 * The timer runs freely and its compare register is moved on hop by hop, so that no hop length is lost to rounding. How many
 * hops are over is told by the time and not by the number of interrupts: one that came late or twice changes nothing.
 */
#ifndef TICKER_H
#define TICKER_H

#include <stdint.h>

#include "registers.h"

struct ticker {
	struct nrf_timer *timer;
	uint32_t last;          /* counter when it was last looked at */
	uint64_t micros;        /* the same as 64 bits */
	uint32_t next;          /* counter at which the next hop is over */
	uint32_t hop_micros;    /* whole microseconds of a hop */
	uint32_t hop_rest;      /* what is left of them, in fractions of `rate` */
	uint32_t rate;
	uint32_t rest;          /* fractions gathered */
};

/* Starts it: a hop is `hop` samples at `rate` Hz, at least 4 us. Its interrupt is not enabled in the NVIC here. */
void ticker_start(struct ticker *ticker, struct nrf_timer *timer, uint32_t hop, uint32_t rate);

/* Microseconds since the start. To be asked once in 71 minutes at least; not from two contexts at once. */
uint64_t ticker_micros(struct ticker *ticker);

/* For the interrupt handler: hops that have ended since it was last called. */
uint32_t ticker_hops(struct ticker *ticker);

#endif
