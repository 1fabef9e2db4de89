/*
 * UARTE0 with EasyDMA: 1 Mbaud cost the core one interrupt for 128 bytes and one for each pause, not one a byte.
 *
 * Receiving. Two blocks of 128 bytes take turns: the pointer is double-buffered, and the end of one starts the other by a
 * shortcut, so no byte falls between them. A byte waits for at most 40 us of silence on the line: PPI has TIMER3 count the
 * bytes and restart TIMER4 at each; when TIMER4 gets to 40 us it stores TIMER3's count and raises its interrupt. Counted is
 * a byte when it arrives, and 40 us later it is in RAM without doubt (PS 6.34.2: RXDRDY comes before the DMA is done).
 *
 * Sending. The DMA reads the transmit ring where it lies, up to its end at a time.
 */
#ifndef UARTE_H
#define UARTE_H

#include <stdint.h>

#include "ossicle_ring.h"
#include "registers.h"
#include "uart.h"

#define UARTE_BLOCK 128u
#define UARTE_SILENCE_US 40u

/* The peripherals it is made of; under test they are fakes. */
struct uarte_parts {
	struct nrf_uarte *uarte;
	struct nrf_timer *count;   /* bytes received */
	struct nrf_timer *silence; /* since the last one */
	struct nrf_ppi *ppi;
	struct nrf_gpio *port;
};

void uarte_start(const struct uarte_parts *parts, struct ossicle_ring *rx, struct ossicle_ring *tx);
/* See struct uart_line. */
void uarte_kick(void);
bool uarte_is_drained(void);
uint32_t uarte_overruns(void);

void UARTE0_IRQHandler(void);
void TIMER4_IRQHandler(void);

#endif
