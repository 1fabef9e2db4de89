#include "uart_legacy.h"

#include "core.h"
#include "cycle_marks.h"
#include "registers.h"
#include "timebase.h"
#include "uart.h"
#include "uart_pins.h"

#define UART NRF_UARTE0

static struct ossicle_ring *received;
static struct ossicle_ring *to_send;
static volatile bool sending; /* a byte is in the transmitter */
static volatile uint32_t lost;

static void start(struct ossicle_ring *rx, struct ossicle_ring *tx) {
	received = rx;
	to_send = tx;
	UART->ENABLE = 0;
	uart_set_up_pins(UART, NRF_P0, UART_TXD_PIN, UART_RXD_PIN);
	UART->ENABLE = UART_ENABLE;
	event_clear(&UART->EVENTS_RXDRDY);
	event_clear(&UART->EVENTS_TXDRDY);
	event_clear(&UART->EVENTS_ERROR);
	UART->INTENSET = UARTE_INT_RXDRDY | UARTE_INT_TXDRDY | UARTE_INT_ERROR;
	task(&UART->TASKS_STARTRX);
	task(&UART->TASKS_STARTTX);
	irq_enable(UARTE0_IRQ);
}

static void kick(void) {
	uint8_t byte;
	if (!sending && ossicle_ring_take(to_send, &byte)) {
		sending = true;
		UART->TXD = byte;
	}
}

static bool is_drained(void) {
	return !sending;
}

static uint32_t overruns(void) {
	return lost;
}

static void send_waiting(uint8_t byte) {
	UART->TXD = byte;
	for (uint32_t turn = 0; turn < 1000000u && UART->EVENTS_TXDRDY == 0; turn++) {
	}
	event_clear(&UART->EVENTS_TXDRDY);
}

static void cry(const char *text) {
	(void)interrupts_off();
	for (; *text != 0; text++) {
		send_waiting((uint8_t)*text);
	}
}

const struct uart_line legacy_line = { start, kick, is_drained, overruns, cry };

static void receive(void) {
	while (UART->EVENTS_RXDRDY != 0) {
		event_clear(&UART->EVENTS_RXDRDY); /* before RXD is read: reading may raise it for the next byte; PS 6.33.5 */
		if (!ossicle_ring_put(received, (uint8_t)UART->RXD)) {
			lost++;
		}
		timebase_wake();
	}
}

static void note_errors(void) {
	event_clear(&UART->EVENTS_ERROR);
	uint32_t errors = UART->ERRORSRC;
	UART->ERRORSRC = errors;
	if ((errors & UARTE_ERRORSRC_OVERRUN) != 0) {
		lost++;
	}
}

void UART0_IRQHandler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	receive();
	if (UART->EVENTS_ERROR != 0) {
		note_errors();
	}
	if (UART->EVENTS_TXDRDY != 0) {
		event_clear(&UART->EVENTS_TXDRDY);
		sending = false;
		kick();
		timebase_wake();
	}
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}
