/*
 * Nordic's UARTE, TIMER, PPI and SAADC as far as this board uses them, made after PS for the drivers' tests on a PC. A model
 * by the same reader of the same pages: it shows that the drivers do what that reader took the pages to say, under all
 * timings, and not that the chip does.
 *
 * Time passes by fake_run only, a microsecond at a time. Interrupt handlers are called there, unless held back.
 */
#ifndef FAKE_NRF_H
#define FAKE_NRF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registers.h"

#define FAKE_TIMERS 3u

struct fake_nrf {
	struct nrf_uarte uarte;
	struct nrf_saadc saadc;
	struct nrf_ppi ppi;
	struct nrf_gpio port;
	struct nrf_timer timers[FAKE_TIMERS];

	/* Set by the test. */
	void (*uarte_handler)(void);
	void (*timer_handlers[FAKE_TIMERS])(void);
	uint32_t held_micros;                    /* interrupts are held back for so long */
	int16_t (*voltage)(uint32_t sample);     /* what the converter finds at its sample number */
	bool converter_is_dead;

	/* For the test to look at. */
	uint64_t micros;
	uint32_t timer_values[FAKE_TIMERS];
	bool timer_runs[FAKE_TIMERS];
	uint8_t sent[8192];
	size_t sent_count;
	uint32_t interrupts;
	uint32_t samples;
	uint32_t wrong;                          /* things no driver may do; each is printed */
};

extern struct fake_nrf fake;

void fake_reset(void);
/* Lets time pass. */
void fake_run(uint32_t micros);
/* A byte has arrived on the line. It is in RAM 5 us later. */
void fake_arrives(uint8_t byte);

#endif
