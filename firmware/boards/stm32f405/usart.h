/* The serial line (serial_line.h): USART1 on PA9 (TX) and PA10 (RX), bytes in by interrupt into a ring, bytes out from a ring.
 * RM0090 section 30. */
#ifndef USART_H
#define USART_H

#include "ossicle_ring.h"
#include "sysclock.h"

#define USART_BAUD 921600u

void usart_start(const struct sysclock *clock, struct ossicle_ring *rx);
void USART1_IRQHandler(void);

#endif
