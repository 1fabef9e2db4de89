/* What survives a restart, and what can be told about it from that. */
#ifndef BOOT_H
#define BOOT_H

#include <stdint.h>

/* Why the firmware restarts itself; kept over the restart. */
enum boot_note {
	BOOT_NOTE_NONE = 0,
	BOOT_NOTE_SOFTWARE = 0x50F70001,
	BOOT_NOTE_FAULT = 0x50F70002,
};

/* Finds out id and cause of this boot. Once, at start. */
void boot_start(void);

uint32_t boot_id(void);
const char *boot_cause(void);

void boot_restart(enum boot_note note) __attribute__((noreturn));

#endif
