/*
 * The serial line (serial_line.h), the stand-in's 16550: bytes in by interrupt into a ring, bytes out as fast as the emulator takes them. Nothing is lost on
 * the way in: QEMU hands over no byte for which there is no room.
 */
#ifndef UART_H
#define UART_H

#include "ossicle_ring.h"

void uart_start(struct ossicle_ring *rx);
/* On the UART's interrupt. */
void uart_interrupt(void);

#endif
