/*
 * What lies between the board and the network: bytes of both directions and the reset pin, for two threads. Bounded: `down`
 * holds 64 KiB which the board has not taken, `up` 256 KiB which the broker has not acknowledged (firmware/wire/MQTT.md
 * section 2).
 */
#ifndef UART_H
#define UART_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fifo.h"

#define UART_DOWN_BYTES (64u * 1024u)
#define UART_UP_BYTES (256u * 1024u)

struct uart {
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* for whoever waits, board or network */
	int wake;               /* eventfd: readable when the board has something for the network */
	bool woken;
	bool connected; /* while not, the board speaks to nobody: what it writes is gone, as on a line without a cable */
	bool line_ended; /* the newest byte of `up` ends a line */
	bool reset;     /* the board is to start anew as soon as it calls its port */
	bool stop;      /* and then not to start */
	const char *cause;
	uint32_t boots;
	struct fifo down;
	struct fifo up;
	uint8_t down_bytes[UART_DOWN_BYTES];
	uint8_t up_bytes[UART_UP_BYTES];
};

/* Ends the program when it cannot. `uart` is all zeros. */
void uart_init(struct uart *uart);

/* The board's end. Each may find that the board has to leave what it does: uart_leaves() then says so. */

size_t uart_board_read(struct uart *uart, uint8_t *to, size_t max);
/* Takes what there is room for. */
size_t uart_board_write(struct uart *uart, const uint8_t *from, size_t count);
/* Until the time is over; or until bytes are there to be read, if those are waited for; or the board has to leave. */
void uart_board_wait(struct uart *uart, bool for_bytes, int64_t nanoseconds);
bool uart_leaves(struct uart *uart);
/* The board has left what it did, or its power came on. Number of boots before this one, and why it boots. */
uint32_t uart_boot(struct uart *uart, const char **cause);
/* The firmware's own restart. */
void uart_restart(struct uart *uart, const char *cause);
/* Whether the board is not to start any more. */
bool uart_stopped(struct uart *uart);

/* The network's end. */

/*
 * The reset pin: what the board has not read is lost; what it has written goes its way, if somebody is connected before and
 * after. False when the board has not started within the time.
 */
bool uart_reset(struct uart *uart, const char *cause, bool connected, int64_t timeout_ms);
/* The same, without waiting. */
void uart_pull_reset(struct uart *uart, const char *cause);
void uart_disconnect(struct uart *uart);
/* All of it, or false where there is no room. */
bool uart_give(struct uart *uart, const uint8_t *from, size_t count);
/* What the board has written, up to `max`. */
size_t uart_take(struct uart *uart, uint8_t *to, size_t max);
/* How much that is, and whether it ends with a line. */
size_t uart_waiting(struct uart *uart, bool *line_ended);
/* To be called when `wake` is readable. */
void uart_woken(struct uart *uart);
void uart_stop(struct uart *uart);

#endif
