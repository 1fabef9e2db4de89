/* The design kit's UART, on mps2-an386 only. */
#ifndef UART_CMSDK_H
#define UART_CMSDK_H

/* Holds the receive interrupt back: the emulator holds the sender back meanwhile. */
void cmsdk_defer(void);
void cmsdk_resume(void);

void CMSDK_UART_RX_IRQHandler(void);

#endif
