#include "boot.h"

#include <stdbool.h>
#include <stddef.h>

#include "core.h"
#include "ossicle_crc32.h"

#define MAGIC 0x0551C1E5u

/* Not cleared at start. After power-on it holds noise, which is welcome in the id. */
static struct {
	uint32_t magic;
	uint32_t boots;
	uint32_t note;
} kept __attribute__((section(".rig.kept")));

static uint32_t id;
static const char *cause;

void boot_begin(const char *found, const uint32_t unique[BOOT_UNIQUE_WORDS]) {
	bool warm = kept.magic == MAGIC;
	uint32_t mixed[3u + BOOT_UNIQUE_WORDS] = { kept.magic, 0, kept.note };
	for (uint32_t i = 0; i < BOOT_UNIQUE_WORDS; i++) {
		mixed[3u + i] = unique[i];
	}
	cause = warm && kept.note == BOOT_NOTE_FAULT ? "fault"
		: warm && kept.note == BOOT_NOTE_SOFTWARE ? "software"
		: found != NULL ? found
		: warm ? "pin"
		: "power-on";
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
	core_reset();
}
