/*
 * The Arm core's own registers, and how interrupts are held back. DDI 0403 is Arm's Armv7-M architecture reference
 * manual; Armv6-M (the Cortex-M0 of the microbit stand-in) has the same ones at the same places where it has them.
 */
#ifndef CORE_H
#define CORE_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

/* SysTick, DDI 0403 B3.3 */
#define SYST_CSR REG(0xE000E010u)
#define SYST_CSR_ENABLE (1u << 0)
#define SYST_CSR_TICKINT (1u << 1)
#define SYST_CSR_CLKSOURCE (1u << 2)
#define SYST_RVR REG(0xE000E014u)
#define SYST_CVR REG(0xE000E018u)

/* NVIC, DDI 0403 B3.4 */
#define NVIC_ISER(irq) REG(0xE000E100u + 4u * ((irq) / 32u))
#define NVIC_ICER(irq) REG(0xE000E180u + 4u * ((irq) / 32u))
#define NVIC_ISPR(irq) REG(0xE000E200u + 4u * ((irq) / 32u))
#define NVIC_ICPR(irq) REG(0xE000E280u + 4u * ((irq) / 32u))
#define NVIC_IPR(irq) REG(0xE000E400u + 4u * ((irq) / 4u))
#define NVIC_IPR_BYTE(irq) (*(volatile uint8_t *)(0xE000E400u + (irq))) /* Armv7-M only */
#define NVIC_BIT(irq) (1u << ((irq) % 32u))

/* System control, DDI 0403 B3.2 */
#define SCB_CPUID REG(0xE000ED00u)
#define SCB_ICSR REG(0xE000ED04u)
#define SCB_ICSR_PENDSTSET (1u << 26)
#define SCB_VTOR REG(0xE000ED08u)
#define SCB_AIRCR REG(0xE000ED0Cu)
#define SCB_AIRCR_SYSRESETREQ 0x05FA0004u
#define SCB_CCR REG(0xE000ED14u)
#define SCB_CCR_DIV_0_TRP (1u << 4)
#define SCB_SHPR3 REG(0xE000ED20u)
#define SCB_CFSR REG(0xE000ED28u)
#define SCB_HFSR REG(0xE000ED2Cu)
#define SCB_CPACR REG(0xE000ED88u)

/* Debug and trace, DDI 0403 C1.6.5 and C1.8 */
#define DEMCR REG(0xE000EDFCu)
#define DEMCR_TRCENA (1u << 24)
#define DWT_CTRL REG(0xE0001000u)
#define DWT_CTRL_CYCCNTENA (1u << 0)
#define DWT_CYCCNT REG(0xE0001004u)

/* One priority for all: no interrupt interrupts another, so no interrupt time is counted twice. The two highest bits are
 * there on every core. */
#define IRQ_PRIORITY 0x80u

#ifdef CORE_FAKE
/* On a PC, under test, a handler is called by the test and by nothing else. */
static inline uint32_t interrupts_off(void) {
	return 0;
}

static inline void interrupts_restore(uint32_t before) {
	(void)before;
}

static inline void irq_enable(uint32_t irq) {
	(void)irq;
}
#else
static inline uint32_t interrupts_off(void) {
	uint32_t before;
	__asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(before) : : "memory");
	return before;
}

static inline void interrupts_restore(uint32_t before) {
	__asm__ volatile("msr primask, %0" : : "r"(before) : "memory");
}

/* Of four priorities a word: Armv6-M knows no access to a single one (DDI 0419 B3.4.3). */
static inline void irq_enable(uint32_t irq) {
	uint32_t shift = 8u * (irq % 4u);
	NVIC_IPR(irq) = (NVIC_IPR(irq) & ~(0xFFu << shift)) | IRQ_PRIORITY << shift;
	NVIC_ICPR(irq) = NVIC_BIT(irq);
	NVIC_ISER(irq) = NVIC_BIT(irq);
}

/* Takes effect before the next instruction. */
static inline void irq_disable(uint32_t irq) {
	NVIC_ICER(irq) = NVIC_BIT(irq);
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

/* Exactly two instructions an iteration. */
static inline void core_spin(uint32_t iterations) {
	if (iterations > 0) {
		__asm__ volatile(".balign 4\n1: subs %0, %0, #1\n\tbne 1b" : "+l"(iterations) : : "cc");
	}
}

/* Until an interrupt is pending. One ends WFI even while masked (DDI 0403 B1.5.19): with interrupts off nothing can slip in
 * between a look and the sleep. */
static inline void core_wait(void) {
	__asm__ volatile("dsb\n\twfi\n\tisb" : : : "memory");
}
#endif

void core_reset(void) __attribute__((noreturn));

#endif
