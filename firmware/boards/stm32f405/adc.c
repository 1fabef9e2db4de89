#include "adc.h"

#include "registers.h"
#include "timebase.h"

#define RING_COUNTS 512u /* half a second */
#define MARGIN_COUNTS 8u

static volatile uint16_t ring[RING_COUNTS] __attribute__((section(".rig.adc")));
static uint32_t tail;
static uint32_t period;
static uint64_t last_read;

static uint64_t now(void) {
	struct ossicle_stamp stamp;
	timebase_stamp(&stamp);
	return stamp.cycles;
}

void adc_start(uint32_t core_hz, uint32_t apb1_timer_hz, uint64_t *start_cycles, uint32_t *period_cycles) {
	adc_stop();
	RCC_AHB1ENR |= RCC_AHB1ENR_GPIOAEN | RCC_AHB1ENR_DMA2EN;
	RCC_APB1ENR |= RCC_APB1ENR_TIM2EN;
	RCC_APB2ENR |= RCC_APB2ENR_ADC1EN;
	(void)RCC_APB2ENR;
	GPIOA_MODER |= 3u << 2; /* PA1 analogue: RM0090 8.4.1 */

	/* DMA: peripheral to memory, 16 bits each, circular, channel 0 (RM0090 10.5.5). */
	DMA2_LIFCR = 0x3Du;
	DMA2_S0PAR = ADC1_DR_ADDRESS;
	DMA2_S0M0AR = (uint32_t)(uintptr_t)ring;
	DMA2_S0NDTR = RING_COUNTS;
	DMA2_S0CR = DMA_SCR_MSIZE_16 | DMA_SCR_PSIZE_16 | DMA_SCR_MINC | DMA_SCR_CIRC;
	DMA2_S0CR |= DMA_SCR_EN;

	/* ADC: one conversion of channel 1 a trigger, 144 cycles of sampling for the source's sake; ADCCLK = APB2 / 4 = 21 MHz
	 * of at most 36 (RM0090 13.13.16, DS8626 table 67). */
	ADC_CCR = 1u << 16;
	ADC1_SMPR2 = 6u << 3;
	ADC1_SQR1 = 0;
	ADC1_SQR3 = 1u;
	ADC1_SR = 0;
	ADC1_CR2 = ADC_CR2_ADON | ADC_CR2_DMA | ADC_CR2_DDS | ADC_CR2_EXTSEL_TIM2_TRGO | ADC_CR2_EXTEN_RISING;

	/* TIM2: an update each millisecond is its trigger output (RM0090 18.4.2). */
	TIM2_PSC = 0;
	TIM2_ARR = apb1_timer_hz / ADC_HZ - 1u;
	TIM2_EGR = 1u;
	TIM2_CR2 = TIM_CR2_MMS_UPDATE;
	TIM2_CNT = 0;
	tail = 0;
	period = core_hz / ADC_HZ;
	TIM2_CR1 = 1u;
	last_read = now();
	*start_cycles = last_read + period; /* the first update comes after a whole period */
	*period_cycles = period;
}

long adc_read(uint16_t *to, size_t max) {
	uint64_t time = now();
	if (time - last_read > (uint64_t)period * (RING_COUNTS - MARGIN_COUNTS) || (ADC1_SR & ADC_SR_OVR) != 0) {
		return -1;
	}
	uint32_t head = (RING_COUNTS - DMA2_S0NDTR) % RING_COUNTS;
	size_t count = 0;
	while (count < max && tail != head) {
		to[count++] = ring[tail];
		tail = (tail + 1u) % RING_COUNTS;
	}
	if (tail == head) {
		last_read = time; /* caught up: the ring was empty then */
	}
	return (long)count;
}

void adc_stop(void) {
	TIM2_CR1 = 0;
	ADC1_CR2 = 0;
	DMA2_S0CR &= ~DMA_SCR_EN;
	for (uint32_t turn = 0; turn < 1000u && (DMA2_S0CR & DMA_SCR_EN) != 0; turn++) {
	}
}
