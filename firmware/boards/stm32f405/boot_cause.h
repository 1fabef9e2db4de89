/* Why this board was reset, by its own flags. */
#ifndef BOOT_CAUSE_H
#define BOOT_CAUSE_H

#include <stdbool.h>

/* Begins the boot (boot.h) with what the chip knows of it; an emulator knows nothing. */
void boot_start(bool is_virtual);

#endif
