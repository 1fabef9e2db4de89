/*
 * The serial line (serial_line.h): received bytes go into a ring by interrupt, sent bytes come out of one. Below it is one of three
 * peripherals (uart_line): UARTE0 with DMA on silicon, the design kit's UART on mps2-an386, Nordic's old UART on microbit.
 */
#ifndef UART_H
#define UART_H

#include <stdbool.h>
#include <stdint.h>

#include "machine.h"
#include "ossicle_ring.h"

#define UART_BAUD 1000000u
/* Port 0 pins of the nRF52840 DK's virtual serial port. */
#define UART_TXD_PIN 6u
#define UART_RXD_PIN 8u

struct uart_line {
	void (*start)(struct ossicle_ring *rx, struct ossicle_ring *tx);
	/* There may be something to send. Called with interrupts off. */
	void (*kick)(void);
	/* Nothing has been taken from the ring that has not left. */
	bool (*is_drained)(void);
	/* Bytes lost before they reached the ring. */
	uint32_t (*overruns)(void);
	/* Sends without interrupts, whatever state all else is in. */
	void (*cry)(const char *text);
};

extern const struct uart_line uarte_line;
extern const struct uart_line cmsdk_line;
extern const struct uart_line legacy_line;

void uart_start(enum machine machine, struct ossicle_ring *rx);

#endif
