#include "boot_cause.h"

#include <stddef.h>

#include "boot.h"
#include "registers.h"

/* Turns of a polling loop for one random byte: it takes 120 us with bias correction (PS 6.19.3; from memory). */
#define RNG_PATIENCE 100000u

/* 0 where the generator does not answer: the rest of the id must do then. */
static uint32_t random_word(void) {
	uint32_t word = 0;
	NRF_RNG->CONFIG = RNG_CONFIG_DERCEN;
	event_clear(&NRF_RNG->EVENTS_VALRDY);
	task(&NRF_RNG->TASKS_START);
	for (int byte = 0; byte < 4; byte++) {
		for (uint32_t turn = 0; turn < RNG_PATIENCE && NRF_RNG->EVENTS_VALRDY == 0; turn++) {
		}
		event_clear(&NRF_RNG->EVENTS_VALRDY);
		word = word << 8 | (NRF_RNG->VALUE & 0xFFu);
	}
	task(&NRF_RNG->TASKS_STOP);
	return word;
}

/* The register keeps what earlier resets left in it until that is cleared. After one by pin other bits may be set that
 * should not be (anomaly 136), so that one is asked about first. No bit at all: power-on or brown-out; PS 5.3.7. */
static const char *cause_on_silicon(void) {
	uint32_t reasons = NRF_CLOCK_POWER->RESETREAS;
	NRF_CLOCK_POWER->RESETREAS = reasons;
	if ((reasons & RESETREAS_RESETPIN) != 0) {
		return "pin";
	}
	if ((reasons & RESETREAS_DOG) != 0) {
		return "watchdog";
	}
	if ((reasons & RESETREAS_LOCKUP) != 0) {
		return "lockup";
	}
	if ((reasons & (RESETREAS_SREQ | RESETREAS_DIF)) != 0) {
		return "software"; /* a debugger's reset is one, too */
	}
	return reasons == 0 ? "power-on" : "wake-up";
}

void boot_start(enum machine machine) {
	uint32_t unique[BOOT_UNIQUE_WORDS] = { 0 };
	const char *found = NULL;
	if (machine == MACHINE_NRF52840) {
		found = cause_on_silicon();
		unique[0] = FICR_DEVICEID_0;
		unique[1] = FICR_DEVICEID_1;
	}
	if (machine != MACHINE_MPS2) {
		unique[2] = random_word();
	}
	boot_begin(found, unique);
}
