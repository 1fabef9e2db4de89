/* The design kit's UART, on mps2-an386 only: the one whose receive interrupt can be held back (serial_defer). */
#ifndef UART_CMSDK_H
#define UART_CMSDK_H

void CMSDK_UART_RX_IRQHandler(void);

#endif
