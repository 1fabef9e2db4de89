#include "uart_cmsdk.h"

#include "cmsdk.h"
#include "core.h"
#include "cycle_marks.h"
#include "serial_line.h"
#include "timebase.h"
#include "uart.h"

static struct ossicle_ring *received;
static struct ossicle_ring *to_send;
static volatile uint32_t lost;

static void start(struct ossicle_ring *rx, struct ossicle_ring *tx) {
	received = rx;
	to_send = tx;
	CMSDK_UART_BAUDDIV = CMSDK_LEAST_BAUDDIV; /* a pty has no rate; below 16 the transmitter stays off */
	CMSDK_UART_CTRL = CMSDK_CTRL_TX_ENABLE | CMSDK_CTRL_RX_ENABLE | CMSDK_CTRL_RX_INTERRUPT;
	irq_enable(CMSDK_UART_RX_IRQ);
}

static void send(uint8_t byte) {
	while ((CMSDK_UART_STATE & CMSDK_STATE_TX_FULL) != 0) {
	}
	CMSDK_UART_DATA = byte;
}

/* The emulator takes a byte as fast as it is written. */
static void kick(void) {
	uint8_t byte;
	while (ossicle_ring_take(to_send, &byte)) {
		send(byte);
	}
}

static bool is_drained(void) {
	return (CMSDK_UART_STATE & CMSDK_STATE_TX_FULL) == 0;
}

static uint32_t overruns(void) {
	return lost;
}

static void cry(const char *text) {
	(void)interrupts_off();
	for (; *text != 0; text++) {
		send((uint8_t)*text);
	}
}

const struct uart_line cmsdk_line = { start, kick, is_drained, overruns, cry };

void CMSDK_UART_RX_IRQHandler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	CMSDK_UART_INTCLEAR = CMSDK_INT_RX;
	for (uint32_t status = CMSDK_UART_STATE; (status & CMSDK_STATE_RX_FULL) != 0; status = CMSDK_UART_STATE) {
		uint8_t byte = (uint8_t)CMSDK_UART_DATA;
		if ((status & CMSDK_STATE_RX_OVERRUN) != 0) {
			CMSDK_UART_STATE = CMSDK_STATE_RX_OVERRUN; /* cleared by writing 1 */
			lost++;
		}
		if (!ossicle_ring_put(received, byte)) {
			lost++;
		}
	}
	timebase_wake();
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void serial_defer(void) {
	irq_disable(CMSDK_UART_RX_IRQ);
}

void serial_resume(void) {
	NVIC_ISER(CMSDK_UART_RX_IRQ) = NVIC_BIT(CMSDK_UART_RX_IRQ);
}
