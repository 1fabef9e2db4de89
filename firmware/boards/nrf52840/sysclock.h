/* The 64 MHz core clock: from the 32 MHz crystal (HFXO), or from the internal oscillator (HFINT) where that does not start. */
#ifndef SYSCLOCK_H
#define SYSCLOCK_H

#include <stdint.h>

#include "machine.h"

#define CORE_HZ 64000000u

struct sysclock {
	enum machine machine;
	/* In the words of the protocol: `pll` (64 MHz made from the crystal), `hsi` (the internal oscillator), `virtual`. */
	const char *source;
};

void sysclock_start(struct sysclock *clock);

#endif
