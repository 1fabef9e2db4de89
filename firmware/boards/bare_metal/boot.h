/* What survives a reset in memory that nobody clears, and what can be told about the reset from it. */
#ifndef BOOT_H
#define BOOT_H

#include <stdint.h>

#define BOOT_UNIQUE_WORDS 3u

/* Why the firmware restarts itself; kept over the reset. */
enum boot_note {
	BOOT_NOTE_NONE = 0,
	BOOT_NOTE_SOFTWARE = 0x50F70001,
	BOOT_NOTE_FAULT = 0x50F70002,
};

/*
 * Finds out id and cause of this boot. Once, at start.
 *
 * `found` is the cause by the chip's own flags; NULL where there are none: then it is a power-on if memory was not kept, else a
 * reset by pin. `unique` is what tells this boot from others beside what was kept: device id, random bits, zeros.
 */
void boot_begin(const char *found, const uint32_t unique[BOOT_UNIQUE_WORDS]);

uint32_t boot_id(void);
const char *boot_cause(void);

void boot_restart(enum boot_note note) __attribute__((noreturn));

#endif
