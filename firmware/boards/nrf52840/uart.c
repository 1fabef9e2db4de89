#include "uart.h"

#include "core.h"
#include "serial_line.h"

#define TX_BYTES 512u

static const struct uart_line *line;
static uint8_t tx_bytes[TX_BYTES];
static struct ossicle_ring tx;

static const struct uart_line *line_of(enum machine machine) {
#ifdef BOARD_LEGACY_UART
	(void)machine;
	return &legacy_line;
#else
	return machine == MACHINE_MPS2 ? &cmsdk_line : &uarte_line;
#endif
}

void uart_start(enum machine machine, struct ossicle_ring *rx) {
	(void)ossicle_ring_init(&tx, tx_bytes, TX_BYTES);
	line = line_of(machine);
	line->start(rx, &tx);
}

size_t serial_write(const uint8_t *from, size_t count) {
	size_t taken = 0;
	while (taken < count && ossicle_ring_put(&tx, from[taken])) {
		taken++;
	}
	uint32_t before = interrupts_off();
	line->kick();
	interrupts_restore(before);
	return taken;
}

void serial_flush(void) {
	while (ossicle_ring_used(&tx) > 0 || !line->is_drained()) {
	}
}

uint32_t serial_overruns(void) {
	return line->overruns();
}

void serial_cry(const char *text) {
	if (line != NULL) {
		line->cry(text);
	}
}
