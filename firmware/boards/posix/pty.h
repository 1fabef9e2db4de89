/* The posix board's wire: the master end of a pty. */
#ifndef PTY_H
#define PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pty {
	int master;
	int slave;         /* kept open, so that a host that goes away leaves a quiet line and no error loop */
	bool read_dry;     /* the last read found nothing more: worth waiting for input */
	bool deserted;     /* nobody has been reading: do not wait again until a write goes through */
	void (*tick)(void); /* called in each turn of a long wait */
};

/* Opens a pty in raw mode and prints `pty <path>` on standard output. Ends the program when it cannot. */
void pty_open(struct pty *pty);
/* Takes over a pty after a reset; what had been received before is lost, as in a UART. */
void pty_resume(struct pty *pty, int master, int slave);

size_t pty_read(struct pty *pty, uint8_t *to, size_t max);
/* Waits for room, at most DESERTED_MS; then drops what nobody read and returns -1. */
long pty_write(struct pty *pty, const uint8_t *from, size_t count);
/* Sleeps until input comes (if all had been read) or the time is over. Exits when standard input has ended. */
void pty_wait(struct pty *pty, int64_t nanoseconds);

#endif
