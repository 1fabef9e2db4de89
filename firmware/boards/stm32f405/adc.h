/*
 * Shunt voltage by ADC1 channel 1 on PA1, 1000 samples a second, timed by TIM2 and carried by DMA2 into a ring, so that
 * sampling wakes nobody. RM0090 sections 13 (ADC), 18 (TIM2), 10 (DMA).
 *
 * This code has never met silicon: it is written from the manual, and no emulator at hand has these peripherals. The board
 * offers `adc` only where it is not on an emulator.
 */
#ifndef ADC_H
#define ADC_H

#include <stddef.h>
#include <stdint.h>

#define ADC_HZ 1000u

void adc_start(uint32_t core_hz, uint32_t apb1_timer_hz, uint64_t *start_cycles, uint32_t *period_cycles);
/* Up to `max` counts; -1 when samples were lost. */
long adc_read(uint16_t *to, size_t max);
void adc_stop(void);

#endif
