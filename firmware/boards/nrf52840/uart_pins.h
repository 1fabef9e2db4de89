/* What UARTE0 and the UART before it have in common: pins, baud rate, frame. */
#ifndef UART_PINS_H
#define UART_PINS_H

#include "registers.h"

/* The peripheral must be disabled; PS 6.34.6. TX idles high before it is driven, an open RX reads idle. High drive for
 * edges at 1 Mbaud; 8N1, no flow control: the protocol's credit does that. */
static inline void uart_set_up_pins(struct nrf_uarte *uart, struct nrf_gpio *port, uint32_t txd, uint32_t rxd) {
	port->OUTSET = 1u << txd;
	port->PIN_CNF[txd] = PIN_CNF_OUTPUT | PIN_CNF_INPUT_DISCONNECTED | PIN_CNF_HIGH_DRIVE;
	port->PIN_CNF[rxd] = PIN_CNF_PULL_UP;
	uart->PSEL_TXD = txd;
	uart->PSEL_RXD = rxd;
	uart->PSEL_RTS = UARTE_PSEL_DISCONNECTED;
	uart->PSEL_CTS = UARTE_PSEL_DISCONNECTED;
	uart->BAUDRATE = UARTE_BAUDRATE_1M;
	uart->CONFIG = 0;
}

#endif
