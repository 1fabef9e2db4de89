/* What the serial line of every board gives, whatever is below it; how it is started stands in a header of the board's own. */
#ifndef SERIAL_LINE_H
#define SERIAL_LINE_H

#include <stddef.h>
#include <stdint.h>

/* How many bytes were taken: fewer than `count` where there is no room for more. */
size_t serial_write(const uint8_t *from, size_t count);
/* Waits until all that was written has left. */
void serial_flush(void);
/* What was lost before it reached the receive ring: bytes, or where a driver does not tell, times. */
uint32_t serial_overruns(void);

/* The rest is there where no operating system is below. */

/* Hold the receive interrupt back: only where the sender can be held back, too, which is on an emulator. */
void serial_defer(void);
void serial_resume(void);

/* For a fault handler: sends without interrupts, whatever state all else is in. */
void serial_cry(const char *text);

#endif
