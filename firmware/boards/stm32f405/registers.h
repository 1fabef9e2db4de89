/*
 * Registers of the STM32F405 that this board uses, by ST's and Arm's names.
 * RM0090 = ST reference manual, DDI 0403 = Armv7-M architecture reference manual.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

/* RCC, RM0090 7.3 */
#define RCC_CR REG(0x40023800u)
#define RCC_CR_HSION (1u << 0)
#define RCC_CR_HSIRDY (1u << 1)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR REG(0x40023804u)
#define RCC_PLLCFGR_HSE (1u << 22)
#define RCC_CFGR REG(0x40023808u)
#define RCC_CFGR_SW_PLL 2u
#define RCC_CFGR_SWS (3u << 2)
#define RCC_CFGR_SWS_PLL (2u << 2)
#define RCC_CFGR_HPRE (15u << 4)
#define RCC_CFGR_HPRE_DIV2 (8u << 4)
#define RCC_CFGR_PPRE1 (7u << 10)
#define RCC_CFGR_PPRE1_DIV2 (4u << 10)
#define RCC_CFGR_PPRE1_DIV4 (5u << 10)
#define RCC_CFGR_PPRE2 (7u << 13)
#define RCC_CFGR_PPRE2_DIV2 (4u << 13)
#define RCC_AHB1ENR REG(0x40023830u)
#define RCC_AHB1ENR_GPIOAEN (1u << 0)
#define RCC_AHB1ENR_DMA2EN (1u << 22)
#define RCC_APB1ENR REG(0x40023840u)
#define RCC_APB1ENR_TIM2EN (1u << 0)
#define RCC_APB1ENR_PWREN (1u << 28)
#define RCC_APB2ENR REG(0x40023844u)
#define RCC_APB2ENR_USART1EN (1u << 4)
#define RCC_APB2ENR_ADC1EN (1u << 8)
#define RCC_CSR REG(0x40023874u)
#define RCC_CSR_RMVF (1u << 24)
#define RCC_CSR_BORRSTF (1u << 25)
#define RCC_CSR_PINRSTF (1u << 26)
#define RCC_CSR_PORRSTF (1u << 27)
#define RCC_CSR_SFTRSTF (1u << 28)
#define RCC_CSR_IWDGRSTF (1u << 29)
#define RCC_CSR_WWDGRSTF (1u << 30)

/* PWR, RM0090 5.4 */
#define PWR_CR REG(0x40007000u)
#define PWR_CR_VOS (1u << 14)

/* Flash interface, RM0090 3.9 */
#define FLASH_ACR REG(0x40023C00u)
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)

/* GPIO port A, RM0090 8.4 */
#define GPIOA_MODER REG(0x40020000u)
#define GPIOA_OSPEEDR REG(0x40020008u)
#define GPIOA_PUPDR REG(0x4002000Cu)
#define GPIOA_AFRH REG(0x40020024u)

/* USART1, RM0090 30.6 */
#define USART1_SR REG(0x40011000u)
#define USART_SR_ORE (1u << 3)
#define USART_SR_RXNE (1u << 5)
#define USART_SR_TC (1u << 6)
#define USART_SR_TXE (1u << 7)
#define USART1_DR REG(0x40011004u)
#define USART1_BRR REG(0x40011008u)
#define USART1_CR1 REG(0x4001100Cu)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR1_TXEIE (1u << 7)
#define USART_CR1_UE (1u << 13)
#define USART1_IRQ 37u /* RM0090 table 62 */

/* ADC1, RM0090 13.13 */
#define ADC1_SR REG(0x40012000u)
#define ADC_SR_OVR (1u << 5)
#define ADC1_CR2 REG(0x40012008u)
#define ADC_CR2_ADON (1u << 0)
#define ADC_CR2_DMA (1u << 8)
#define ADC_CR2_DDS (1u << 9)
#define ADC_CR2_EXTSEL_TIM2_TRGO (6u << 24)
#define ADC_CR2_EXTEN_RISING (1u << 28)
#define ADC1_SMPR2 REG(0x40012010u)
#define ADC1_SQR1 REG(0x4001202Cu)
#define ADC1_SQR3 REG(0x40012034u)
#define ADC1_DR_ADDRESS 0x4001204Cu
#define ADC_CCR REG(0x40012304u)

/* TIM2, RM0090 18.4 */
#define TIM2_CR1 REG(0x40000000u)
#define TIM2_CR2 REG(0x40000004u)
#define TIM_CR2_MMS_UPDATE (2u << 4)
#define TIM2_EGR REG(0x40000014u)
#define TIM2_CNT REG(0x40000024u)
#define TIM2_PSC REG(0x40000028u)
#define TIM2_ARR REG(0x4000002Cu)

/* DMA2 stream 0, RM0090 10.5; channel 0 is ADC1 (table 43) */
#define DMA2_LIFCR REG(0x40026408u)
#define DMA2_S0CR REG(0x40026410u)
#define DMA_SCR_EN (1u << 0)
#define DMA_SCR_CIRC (1u << 8)
#define DMA_SCR_MINC (1u << 10)
#define DMA_SCR_PSIZE_16 (1u << 11)
#define DMA_SCR_MSIZE_16 (1u << 13)
#define DMA2_S0NDTR REG(0x40026414u)
#define DMA2_S0PAR REG(0x40026418u)
#define DMA2_S0M0AR REG(0x4002641Cu)

/* Unique device id, RM0090 39.1 */
#define UNIQUE_ID_0 REG(0x1FFF7A10u)
#define UNIQUE_ID_1 REG(0x1FFF7A14u)
#define UNIQUE_ID_2 REG(0x1FFF7A18u)

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
#define NVIC_BIT(irq) (1u << ((irq) % 32u))
#define NVIC_IPR(irq) (*(volatile uint8_t *)(0xE000E400u + (irq)))

/* System control, DDI 0403 B3.2 */
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

static inline uint32_t interrupts_off(void) {
	uint32_t before;
	__asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(before) : : "memory");
	return before;
}

static inline void interrupts_restore(uint32_t before) {
	__asm__ volatile("msr primask, %0" : : "r"(before) : "memory");
}

#endif
