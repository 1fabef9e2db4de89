/*
 * Registers of the STM32F405 that this board uses, by ST's names. RM0090 = ST reference manual. The core's are in core.h.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

#include "core.h"

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

#endif
