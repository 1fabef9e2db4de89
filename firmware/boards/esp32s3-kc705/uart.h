/*
 * The stand-in's 16550: bytes in by interrupt into a ring, bytes out as fast as the emulator takes them. Nothing is lost on
 * the way in: QEMU hands over no byte for which there is no room.
 */
#ifndef UART_H
#define UART_H

#include <stddef.h>
#include <stdint.h>

#include "ossicle_ring.h"

void uart_start(struct ossicle_ring *rx);
/* How many bytes were taken; fewer than `count` while nobody fetches those before. */
size_t uart_write(const uint8_t *from, size_t count);
void uart_flush(void);
uint32_t uart_overruns(void);

/* Holds the receive interrupt back. */
void uart_defer(void);
void uart_resume(void);

/* For a fault handler: sends without interrupts, whatever state all else is in. */
void uart_cry(const char *text);

/* On the UART's interrupt. */
void uart_interrupt(void);

#endif
