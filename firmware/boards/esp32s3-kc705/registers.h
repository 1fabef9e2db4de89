/*
 * What the stand-in's hardware is: QEMU 7.2's `kc705` with the core `de233_fpu`. Addresses and bits from QEMU's
 * documentation of that machine, its monitor (`info mtree`), and the 16550 data sheet. An ESP32-S3 has none of these devices: only the core's family is the same.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

#define REG32(address) (*(volatile uint32_t *)(address))

/* 16550 UART, a register every 4 bytes. */
#define UART_BASE 0xFD050020u
#define UART_DATA REG32(UART_BASE + 0x00) /* RBR, THR; DLL with DLAB */
#define UART_IER REG32(UART_BASE + 0x04)  /* DLM with DLAB */
#define UART_FCR REG32(UART_BASE + 0x08)
#define UART_LCR REG32(UART_BASE + 0x0C)
#define UART_MCR REG32(UART_BASE + 0x10)
#define UART_LSR REG32(UART_BASE + 0x14)
#define UART_IER_RX 0x01u
#define UART_FCR_ENABLE 0x01u
#define UART_FCR_CLEAR 0x06u
#define UART_FCR_TRIGGER_14 0xC0u
#define UART_LCR_8N1 0x03u
#define UART_LCR_DLAB 0x80u
#define UART_MCR_OUT2 0x08u
#define UART_LSR_DR 0x01u
#define UART_LSR_OE 0x02u
#define UART_LSR_THRE 0x20u
#define UART_LSR_TEMT 0x40u

/* The board's FPGA: writing the word restarts the machine. */
#define FPGA_RESET REG32(0xFD020010u)
#define FPGA_RESET_NOW 0xDEADu

/* Interrupts of this core, all of level 1. */
#define INTERRUPT_UART (1u << 0)
#define INTERRUPT_TIMER0 (1u << 6) /* CCOUNT reached CCOMPARE0 */
#define INTERRUPT_SOFTWARE (1u << 7)

/* CCOUNT in virtual time. Under -icount shift=3 an instruction lasts 8 ns: 0.32 counts. */
#define CORE_HZ 40000000u

#endif
