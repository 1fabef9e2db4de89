#include "uart.h"

#include "core.h"
#include "iram.h"
#include "registers.h"
#include "serial_line.h"
#include "timebase.h"

/* Turns of a polling loop after which a crying fault handler gives a byte up. */
#define PATIENCE 1000000u

static struct ossicle_ring *received;
static volatile uint32_t overruns;

void uart_start(struct ossicle_ring *rx) {
	received = rx;
	/* The fastest rate it knows, 115200 baud. It paces nothing here but the FIFO's time-out: four characters, then what is
	 * below the trigger level is told as well. */
	UART_LCR = UART_LCR_DLAB | UART_LCR_8N1;
	UART_DATA = 1u;
	UART_IER = 0;
	UART_LCR = UART_LCR_8N1;
	UART_MCR = UART_MCR_OUT2;
	/* QEMU hands over as many bytes at once as are missing to the trigger level. */
	UART_FCR = UART_FCR_ENABLE | UART_FCR_CLEAR | UART_FCR_TRIGGER_14;
	UART_IER = UART_IER_RX;
	interrupt_enable(INTERRUPT_UART);
}

IRAM void uart_interrupt(void) {
	uint32_t status;
	while (((status = UART_LSR) & UART_LSR_DR) != 0) {
		uint8_t byte = (uint8_t)UART_DATA;
		if ((status & UART_LSR_OE) != 0) {
			overruns++;
		}
		if (received == NULL || !ossicle_ring_put(received, byte)) {
			overruns++;
		}
	}
	timebase_wake();
}

size_t serial_write(const uint8_t *from, size_t count) {
	size_t taken = 0;
	while (taken < count && (UART_LSR & UART_LSR_THRE) != 0) {
		UART_DATA = from[taken++];
	}
	return taken;
}

void serial_flush(void) {
	while ((UART_LSR & UART_LSR_TEMT) == 0) {
	}
}

uint32_t serial_overruns(void) {
	return overruns;
}

void serial_defer(void) {
	interrupt_disable(INTERRUPT_UART);
}

void serial_resume(void) {
	interrupt_enable(INTERRUPT_UART);
}

void serial_cry(const char *text) {
	for (; *text != 0; text++) {
		for (uint32_t turn = 0; turn < PATIENCE && (UART_LSR & UART_LSR_THRE) == 0; turn++) {
		}
		UART_DATA = (uint8_t)*text;
	}
	for (uint32_t turn = 0; turn < PATIENCE && (UART_LSR & UART_LSR_TEMT) == 0; turn++) {
	}
}
