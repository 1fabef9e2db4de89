#include "boot.h"

#include <stdbool.h>

#include "ossicle_crc32.h"
#include "registers.h"

#define MAGIC 0x0551C1E5u

/* Not cleared at start: QEMU keeps RAM over a restart, and begins with zeros. */
static struct {
	uint32_t magic;
	uint32_t boots;
	uint32_t note;
} kept __attribute__((section(".rig.kept")));

static uint32_t id;
static const char *cause;

void boot_start(void) {
	bool warm = kept.magic == MAGIC;
	cause = !warm ? "power-on"
		: kept.note == BOOT_NOTE_FAULT ? "fault"
		: kept.note == BOOT_NOTE_SOFTWARE ? "software"
		: "pin";
	kept.boots = warm ? kept.boots + 1u : 0;
	kept.magic = MAGIC;
	kept.note = BOOT_NOTE_NONE;
	const uint32_t mixed[2] = { kept.magic, kept.boots };
	id = ossicle_crc32(0, mixed, sizeof mixed);
}

uint32_t boot_id(void) {
	return id;
}

const char *boot_cause(void) {
	return cause;
}

void boot_restart(enum boot_note note) {
	(void)interrupts_off();
	kept.note = note;
	FPGA_RESET = FPGA_RESET_NOW;
	for (;;) {
	}
}
