/* USART1 on PA9 (TX) and PA10 (RX): bytes in by interrupt into a ring, bytes out from a ring. RM0090 section 30. */
#ifndef USART_H
#define USART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ossicle_ring.h"
#include "sysclock.h"

#define USART_BAUD 921600u

void usart_start(const struct sysclock *clock, struct ossicle_ring *rx);
size_t usart_write(const uint8_t *from, size_t count);
void usart_flush(void);
uint32_t usart_overruns(void);

/* Holds the receive interrupt back. Only where the sender can be held back, too: on an emulator. */
void usart_defer(void);
void usart_resume(void);

/* For a fault handler: sends without interrupts, whatever state all else is in. */
void usart_cry(const char *text);

void USART1_IRQHandler(void);

#endif
