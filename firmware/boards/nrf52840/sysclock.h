/* The 64 MHz core clock: from the 32 MHz crystal (HFXO), or from the internal oscillator (HFINT) where that does not start. */
#ifndef SYSCLOCK_H
#define SYSCLOCK_H

#include <stdint.h>

#include "machine.h"

#define CORE_HZ 64000000u

struct sysclock {
	enum machine machine;
	const char *source; /* `hfxo`, `hfint`, `virtual` */
};

void sysclock_start(struct sysclock *clock);

#endif
