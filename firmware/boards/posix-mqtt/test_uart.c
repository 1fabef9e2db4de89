/* What lies between board and network, with a thread for each. */
#define _GNU_SOURCE
#include "uart.h"

#include <sys/mman.h>

#include "testing/expect.h"

#define RESETS 200

static struct uart *made(void) {
	struct uart *uart =
		mmap(NULL, sizeof *uart, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uart_init(uart);
	return uart;
}

/* A board that sends back whatever comes, in a line that begins with `boot`. */
static void *on_board(void *context) {
	struct uart *uart = context;
	const char *cause;
	while (!uart_stopped(uart)) {
		(void)uart_boot(uart, &cause);
		(void)uart_board_write(uart, (const uint8_t *)"boot ", 5);
		while (!uart_leaves(uart)) {
			uint8_t bytes[64];
			size_t count = uart_board_read(uart, bytes, sizeof bytes);
			if (count == 0) {
				uart_board_wait(uart, true, 1000000000);
			}
			for (size_t at = 0; at < count && !uart_leaves(uart);) {
				at += uart_board_write(uart, bytes + at, count - at);
			}
		}
	}
	return NULL;
}

static void each_reset_is_a_boot(void) {
	struct uart *uart = made();
	pthread_t board;
	EXPECT(pthread_create(&board, NULL, on_board, uart) == 0);
	for (int i = 0; i < RESETS && expect_ok; i++) {
		uint8_t got[64];
		size_t count = 0;
		bool line_ended = false;
		uart_disconnect(uart);
		EXPECT(uart_reset(uart, "pin", true, 60000));
		EXPECT(uart_give(uart, (const uint8_t *)"line\n", 5));
		while (!line_ended) {
			(void)uart_waiting(uart, &line_ended);
		}
		count = uart_take(uart, got, sizeof got);
		/* Once, from its beginning, and nothing of the boot before. */
		EXPECT_EQUAL(count, 10);
		EXPECT(memcmp(got, "boot line\n", 10) == 0);
		EXPECT(uart_give(uart, (const uint8_t *)"unread", 6));
	}
	uart_stop(uart);
	pthread_join(board, NULL);
	munmap(uart, sizeof *uart);
}

static void written_bytes_survive_a_reset(void) {
	struct uart *uart = made();
	const char *cause;
	uint8_t got[16];
	uart->connected = true;
	(void)uart_boot(uart, &cause);
	EXPECT_EQUAL(uart_board_write(uart, (const uint8_t *)"half a ", 7), 7);
	EXPECT(uart_give(uart, (const uint8_t *)"unread", 6));
	uart_pull_reset(uart, "pin");
	EXPECT_EQUAL(uart_board_write(uart, (const uint8_t *)"too late", 8), 8);
	EXPECT_EQUAL(uart_boot(uart, &cause), 1);
	EXPECT(strcmp(cause, "pin") == 0);
	EXPECT_EQUAL(uart_board_read(uart, got, sizeof got), 0);
	EXPECT_EQUAL(uart_board_write(uart, (const uint8_t *)"boot\n", 5), 5);
	EXPECT_EQUAL(uart_take(uart, got, sizeof got), 12);
	EXPECT(memcmp(got, "half a boot\n", 12) == 0);
	munmap(uart, sizeof *uart);
}

static void nobody_boots(void) {
	struct uart *uart = made();
	EXPECT(!uart_reset(uart, "pin", true, 1));
	EXPECT(uart_leaves(uart));
	munmap(uart, sizeof *uart);
}

static void bounded(void) {
	struct uart *uart = made();
	static uint8_t bytes[UART_UP_BYTES + 1];
	const char *cause;
	bool line_ended;
	EXPECT_EQUAL(uart_boot(uart, &cause), 0);
	EXPECT(strcmp(cause, "power-on") == 0);
	/* Nobody is connected: it is gone. */
	EXPECT_EQUAL(uart_board_write(uart, bytes, sizeof bytes), sizeof bytes);
	EXPECT_EQUAL(uart_waiting(uart, &line_ended), 0);
	uart->connected = true;
	EXPECT_EQUAL(uart_board_write(uart, bytes, sizeof bytes), UART_UP_BYTES);
	EXPECT_EQUAL(uart_board_write(uart, bytes, 1), 0);
	EXPECT(uart_give(uart, bytes, UART_DOWN_BYTES));
	EXPECT(!uart_give(uart, bytes, 1));
	EXPECT_EQUAL(uart_board_read(uart, bytes, 1), 1);
	EXPECT(!uart_give(uart, bytes, 2));
	EXPECT(uart_give(uart, bytes, 1));
	uart_disconnect(uart);
	EXPECT_EQUAL(uart_waiting(uart, &line_ended), 0);
	EXPECT_EQUAL(uart_board_read(uart, bytes, 1), 0);
	munmap(uart, sizeof *uart);
}

static void bytes_keep_their_order(void) {
	struct fifo fifo;
	uint8_t room[7];
	uint8_t next_in = 0;
	uint8_t next_out = 0;
	fifo_init(&fifo, room, sizeof room);
	for (unsigned round = 0; round < 1000; round++) {
		uint8_t bytes[8];
		for (unsigned i = 0; i < sizeof bytes; i++) {
			bytes[i] = (uint8_t)(next_in + i);
		}
		next_in = (uint8_t)(next_in + fifo_put(&fifo, bytes, round % 9));
		size_t count = fifo_take(&fifo, bytes, round % 5);
		for (size_t i = 0; i < count; i++) {
			EXPECT_EQUAL(bytes[i], next_out++);
		}
	}
	EXPECT_EQUAL(fifo.used, (uint8_t)(next_in - next_out));
}

int main(void) {
	expect_run("each reset is a boot from its beginning, with nothing of before", each_reset_is_a_boot);
	expect_run("what was written before a reset goes its way", written_bytes_survive_a_reset);
	expect_run("a board that does not start is noticed", nobody_boots);
	expect_run("both directions are bounded", bounded);
	expect_run("bytes keep their order", bytes_keep_their_order);
	return expect_end();
}
