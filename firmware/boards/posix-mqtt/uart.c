#define _GNU_SOURCE
#include "uart.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
	perror(what);
	exit(1);
}

void uart_init(struct uart *uart) {
	pthread_condattr_t attributes;
	if (pthread_mutex_init(&uart->mutex, NULL) != 0 || pthread_condattr_init(&attributes) != 0
		|| pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) != 0
		|| pthread_cond_init(&uart->changed, &attributes) != 0) {
		fail("liquid-audio: cannot make a lock");
	}
	pthread_condattr_destroy(&attributes);
	uart->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (uart->wake < 0) {
		fail("liquid-audio: eventfd");
	}
	fifo_init(&uart->down, uart->down_bytes, sizeof uart->down_bytes);
	fifo_init(&uart->up, uart->up_bytes, sizeof uart->up_bytes);
	uart->cause = "power-on";
}

static void lock(struct uart *uart) {
	pthread_mutex_lock(&uart->mutex);
}

static void unlock(struct uart *uart) {
	pthread_mutex_unlock(&uart->mutex);
}

static struct timespec after(int64_t nanoseconds) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	int64_t sum = time.tv_nsec + nanoseconds;
	time.tv_sec += (time_t)(sum / 1000000000);
	time.tv_nsec = (long)(sum % 1000000000);
	return time;
}

/* Under the lock, as is connect(). */
static void wake_network(struct uart *uart) {
	uint64_t one = 1;
	if (!uart->woken) {
		uart->woken = true;
		/* Cannot fail: the counter is far from its end, and a reader would be woken all the same. */
		if (write(uart->wake, &one, sizeof one) != (ssize_t)sizeof one) {
			fail("liquid-audio: eventfd");
		}
	}
}

/* Sets whether somebody is connected: what was written for the one before is gone. */
static void connect(struct uart *uart, bool connected) {
	if (!connected || !uart->connected) {
		fifo_clear(&uart->up);
		uart->line_ended = false;
	}
	uart->connected = connected;
}

size_t uart_board_read(struct uart *uart, uint8_t *to, size_t max) {
	lock(uart);
	size_t count = uart->reset ? 0 : fifo_take(&uart->down, to, max);
	unlock(uart);
	return count;
}

size_t uart_board_write(struct uart *uart, const uint8_t *from, size_t count) {
	lock(uart);
	size_t taken = count;
	if (uart->connected && !uart->reset) {
		taken = fifo_put(&uart->up, from, count);
		uart->line_ended = taken > 0 && from[taken - 1] == '\n';
		wake_network(uart);
	}
	unlock(uart);
	return taken;
}

void uart_board_wait(struct uart *uart, bool for_bytes, int64_t nanoseconds) {
	struct timespec end = after(nanoseconds);
	int status = 0;
	lock(uart);
	while (status == 0 && !uart->reset && !(for_bytes && uart->down.used > 0)) {
		status = pthread_cond_timedwait(&uart->changed, &uart->mutex, &end);
	}
	unlock(uart);
}

bool uart_leaves(struct uart *uart) {
	lock(uart);
	bool leaves = uart->reset;
	unlock(uart);
	return leaves;
}

uint32_t uart_boot(struct uart *uart, const char **cause) {
	lock(uart);
	uint32_t before = uart->boots++;
	*cause = uart->cause;
	uart->reset = uart->stop;
	fifo_clear(&uart->down);
	pthread_cond_broadcast(&uart->changed);
	unlock(uart);
	return before;
}

void uart_restart(struct uart *uart, const char *cause) {
	lock(uart);
	if (!uart->reset) {
		uart->reset = true;
		uart->cause = cause;
	}
	unlock(uart);
}

bool uart_stopped(struct uart *uart) {
	lock(uart);
	bool stopped = uart->stop;
	unlock(uart);
	return stopped;
}

bool uart_reset(struct uart *uart, const char *cause, bool connected, int64_t timeout_ms) {
	struct timespec end = after(timeout_ms * 1000000);
	int status = 0;
	lock(uart);
	uint32_t before = uart->boots;
	uart->reset = true;
	uart->cause = cause;
	fifo_clear(&uart->down);
	connect(uart, connected);
	pthread_cond_broadcast(&uart->changed);
	while (status == 0 && uart->boots == before) {
		status = pthread_cond_timedwait(&uart->changed, &uart->mutex, &end);
	}
	bool booted = uart->boots != before;
	unlock(uart);
	return booted;
}

void uart_pull_reset(struct uart *uart, const char *cause) {
	lock(uart);
	uart->reset = true;
	uart->cause = cause;
	fifo_clear(&uart->down);
	pthread_cond_broadcast(&uart->changed);
	unlock(uart);
}

void uart_disconnect(struct uart *uart) {
	lock(uart);
	fifo_clear(&uart->down);
	connect(uart, false);
	pthread_cond_broadcast(&uart->changed);
	unlock(uart);
}

bool uart_give(struct uart *uart, const uint8_t *from, size_t count) {
	lock(uart);
	bool fits = fifo_free(&uart->down) >= count;
	if (fits) {
		fifo_put(&uart->down, from, count);
		pthread_cond_broadcast(&uart->changed);
	}
	unlock(uart);
	return fits;
}

size_t uart_take(struct uart *uart, uint8_t *to, size_t max) {
	lock(uart);
	size_t count = fifo_take(&uart->up, to, max);
	unlock(uart);
	return count;
}

size_t uart_waiting(struct uart *uart, bool *line_ended) {
	lock(uart);
	size_t used = uart->up.used;
	*line_ended = uart->line_ended;
	unlock(uart);
	return used;
}

void uart_woken(struct uart *uart) {
	uint64_t count;
	lock(uart);
	uart->woken = false;
	if (read(uart->wake, &count, sizeof count) < 0 && errno != EAGAIN) {
		fail("liquid-audio: eventfd");
	}
	unlock(uart);
}

void uart_stop(struct uart *uart) {
	lock(uart);
	uart->stop = true;
	uart->reset = true;
	pthread_cond_broadcast(&uart->changed);
	unlock(uart);
}
