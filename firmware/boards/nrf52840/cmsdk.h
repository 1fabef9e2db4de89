/*
 * UART0 of the Cortex-M system design kit (Arm DDI 0479, chapter 4.3), which QEMU's mps2-an386 has in place of Nordic's;
 * interrupt numbers of AN386 table 3-3.
 */
#ifndef CMSDK_H
#define CMSDK_H

#include "core.h"

#define CMSDK_UART_DATA REG(0x40004000u)
#define CMSDK_UART_STATE REG(0x40004004u)
#define CMSDK_STATE_TX_FULL (1u << 0)
#define CMSDK_STATE_RX_FULL (1u << 1)
#define CMSDK_STATE_RX_OVERRUN (1u << 3)
#define CMSDK_UART_CTRL REG(0x40004008u)
#define CMSDK_CTRL_TX_ENABLE (1u << 0)
#define CMSDK_CTRL_RX_ENABLE (1u << 1)
#define CMSDK_CTRL_RX_INTERRUPT (1u << 3)
#define CMSDK_UART_INTCLEAR REG(0x4000400Cu)
#define CMSDK_INT_RX (1u << 1)
#define CMSDK_UART_BAUDDIV REG(0x40004010u)
#define CMSDK_LEAST_BAUDDIV 16u
#define CMSDK_UART_PID0 REG(0x40004FE0u)
#define CMSDK_PID0_UART 0x21u
#define CMSDK_UART_PID1 REG(0x40004FE4u)
#define CMSDK_PID1_ARM 0xB8u
#define CMSDK_UART_RX_IRQ 0u

/* SysTick of that machine counts 25 MHz of virtual time. */
#define MPS2_SYSTICK_HZ 25000000u

#endif
