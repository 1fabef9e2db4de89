/* Why this board was reset, by its own flags. */
#ifndef BOOT_CAUSE_H
#define BOOT_CAUSE_H

#include "machine.h"

/* Begins the boot (boot.h) with what the machine knows of it. */
void boot_start(enum machine machine);

#endif
