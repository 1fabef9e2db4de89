#include "usart.h"

#include "cycle_marks.h"
#include "registers.h"
#include "serial_line.h"
#include "timebase.h"

#define TX_BYTES 1024u

static struct ossicle_ring *received;
static uint8_t tx_bytes[TX_BYTES];
static struct ossicle_ring tx;
static bool is_virtual;
static volatile uint32_t overruns;

void usart_start(const struct sysclock *clock, struct ossicle_ring *rx) {
	received = rx;
	is_virtual = clock->is_virtual;
	(void)ossicle_ring_init(&tx, tx_bytes, TX_BYTES);
	RCC_AHB1ENR |= RCC_AHB1ENR_GPIOAEN;
	RCC_APB2ENR |= RCC_APB2ENR_USART1EN;
	(void)RCC_APB2ENR;
	/* PA9 and PA10: alternate function 7, high speed, pull-up on RX so that an open line reads idle. RM0090 8.4. */
	GPIOA_AFRH = (GPIOA_AFRH & ~0x00000FF0u) | 0x00000770u;
	GPIOA_OSPEEDR |= 3u << 18 | 3u << 20;
	GPIOA_PUPDR = (GPIOA_PUPDR & ~(3u << 20)) | 1u << 20;
	GPIOA_MODER = (GPIOA_MODER & ~(3u << 18 | 3u << 20)) | 2u << 18 | 2u << 20;
	/* Oversampling by 16: the register is the divider in sixteenths (RM0090 30.3.4). 84 MHz: 91, +0.16 %; from the 16 MHz
	 * HSI: 17, +2.1 %, still within what a receiver at the right rate tolerates (RM0090 30.3.5). */
	USART1_BRR = (clock->apb2_hz + USART_BAUD / 2u) / USART_BAUD;
	USART1_CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE | USART_CR1_RXNEIE;
	NVIC_ICPR(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
	NVIC_ISER(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
}

static void receive(uint32_t status) {
	uint8_t byte = (uint8_t)USART1_DR; /* after SR, this also clears ORE: RM0090 30.6.1 */
	if ((status & USART_SR_ORE) != 0) {
		overruns++;
	}
	if ((status & USART_SR_RXNE) != 0 && received != NULL && !ossicle_ring_put(received, byte)) {
		overruns++;
	}
	timebase_wake();
}

static void transmit(void) {
	uint8_t byte;
	if (ossicle_ring_take(&tx, &byte)) {
		USART1_DR = byte;
	} else {
		USART1_CR1 &= ~USART_CR1_TXEIE;
		timebase_wake();
	}
}

void USART1_IRQHandler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	uint32_t status = USART1_SR;
	if ((status & (USART_SR_RXNE | USART_SR_ORE)) != 0) {
		receive(status);
	}
	if ((status & USART_SR_TXE) != 0 && (USART1_CR1 & USART_CR1_TXEIE) != 0) {
		transmit();
	}
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

size_t serial_write(const uint8_t *from, size_t count) {
	if (is_virtual) {
		/* The emulator's transmitter is always ready and knows no transmit interrupt. */
		for (size_t i = 0; i < count; i++) {
			USART1_DR = from[i];
		}
		return count;
	}
	size_t taken = 0;
	while (taken < count && ossicle_ring_put(&tx, from[taken])) {
		taken++;
	}
	uint32_t before = interrupts_off(); /* the handler, too, changes CR1 */
	USART1_CR1 |= USART_CR1_TXEIE;
	interrupts_restore(before);
	return taken;
}

void serial_flush(void) {
	while (ossicle_ring_used(&tx) > 0 || (USART1_SR & USART_SR_TC) == 0) {
	}
}

uint32_t serial_overruns(void) {
	return overruns;
}

void serial_defer(void) {
	NVIC_ICER(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

void serial_resume(void) {
	NVIC_ISER(USART1_IRQ) = NVIC_BIT(USART1_IRQ);
}

void serial_cry(const char *text) {
	USART1_CR1 = USART_CR1_UE | USART_CR1_TE;
	for (; *text != 0; text++) {
		for (uint32_t turn = 0; turn < 1000000u && (USART1_SR & USART_SR_TXE) == 0; turn++) {
		}
		USART1_DR = (uint8_t)*text;
	}
	for (uint32_t turn = 0; turn < 1000000u && (USART1_SR & USART_SR_TC) == 0; turn++) {
	}
}
