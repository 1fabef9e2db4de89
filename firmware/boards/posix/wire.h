/*
 * The wire of a board that is a program: what the library's port reads from, writes to and waits for. wire_pty.c is a pty;
 * ../posix-mqtt/wire.c a channel on a broker.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"

/* What only this wire's command line has. */
extern const struct option_set wire_options;

/*
 * Brings the wire up; ends the program when it cannot. Called at each boot, with the arguments of `main`. Fills in what a
 * reset leaves alone: `resets` and `cause` of the options.
 */
void wire_open(int argc, char **argv, struct options *options);

/* As `read` and `write` of ossicle_port.h. */
size_t wire_read(uint8_t *to, size_t max);
long wire_write(const uint8_t *from, size_t count);
/* Sleeps until bytes come (if all had been read) or the time is over. */
void wire_wait(int64_t nanoseconds);
/* Called now and then in long work: does not return when a reset was pulled that needs the board's own help. */
void wire_poll(void);

/* Runs the device's loop on the stack of stack.h. Does not return. */
void wire_run(void (*loop)(void));
/* The firmware's own restart. Does not return. */
void wire_restart(void);

#endif
