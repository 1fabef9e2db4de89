/* Nordic's UART without DMA: a byte an interrupt. Deprecated on the nRF52840 in favour of UARTE0, which shares its address,
 * interrupt, pins and baud rate register; it is what QEMU's microbit has. */
#ifndef UART_LEGACY_H
#define UART_LEGACY_H

void UART0_IRQHandler(void);

#endif
