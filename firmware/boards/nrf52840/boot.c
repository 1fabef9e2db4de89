#include "boot.h"

#include <stdbool.h>

#include "core.h"
#include "ossicle_crc32.h"
#include "registers.h"

#define MAGIC 0x0551C1E5u
/* Turns of a polling loop for one random byte: it takes 120 us with bias correction (PS 6.19.3; from memory). */
#define RNG_PATIENCE 100000u

/* Not cleared at start. After power-on it holds noise, which is welcome in the id. */
static struct {
	uint32_t magic;
	uint32_t boots;
	uint32_t note;
} kept __attribute__((section(".rig.kept")));

static uint32_t id;
static const char *cause;

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
	bool warm = kept.magic == MAGIC;
	uint32_t mixed[6] = { kept.magic, 0, kept.note, 0, 0, 0 };
	const char *by_machine = warm ? "pin" : "power-on";
	if (machine == MACHINE_NRF52840) {
		by_machine = cause_on_silicon();
		mixed[3] = FICR_DEVICEID_0;
		mixed[4] = FICR_DEVICEID_1;
	}
	if (machine != MACHINE_MPS2) {
		mixed[5] = random_word();
	}
	cause = warm && kept.note == BOOT_NOTE_FAULT ? "fault"
		: warm && kept.note == BOOT_NOTE_SOFTWARE ? "software"
		: by_machine;
	kept.boots = warm ? kept.boots + 1u : kept.boots ^ kept.magic;
	kept.magic = MAGIC;
	kept.note = BOOT_NOTE_NONE;
	mixed[1] = kept.boots;
	id = ossicle_crc32(0, mixed, sizeof mixed);
}

uint32_t boot_id(void) {
	return id;
}

const char *boot_cause(void) {
	return cause;
}

void boot_restart(enum boot_note note) {
	kept.note = note;
	__asm__ volatile("dsb" : : : "memory");
	SCB_AIRCR = SCB_AIRCR_SYSRESETREQ;
	for (;;) {
		__asm__ volatile("dsb");
	}
}
