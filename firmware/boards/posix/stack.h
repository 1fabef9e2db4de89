/* A stack of known size, painted, for the device's loop. */
#ifndef STACK_H
#define STACK_H

#include <stdint.h>

/* Runs `loop` on a thread of its own, on a stack painted anew, until it returns. */
void stack_run(void (*loop)(void));

/* Size of that stack. */
uint32_t stack_bytes(void);
/* Deepest use below the frame that called `loop`: the C library's own thread data above it is not counted. */
uint32_t stack_high_bytes(void);

#endif
