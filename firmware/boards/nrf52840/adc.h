/*
 * Shunt voltage by the SAADC on AIN1 (P0.03), 1000 samples a second, 12 bits of 3.6 V. TIMER2 asks for each sample and
 * TIMER0 counts them, both by PPI; EasyDMA writes them round and round a ring (each end starts the same buffer anew), so
 * that sampling wakes nobody. PS 6.23, 6.16.
 */
#ifndef ADC_H
#define ADC_H

#include <stddef.h>
#include <stdint.h>

#include "registers.h"

#define ADC_HZ 1000u
#define ADC_RING_COUNTS 512u /* half a second */

/* The peripherals it is made of; under test they are fakes. */
struct adc_parts {
	struct nrf_saadc *saadc;
	struct nrf_timer *rate;
	struct nrf_timer *count;
	struct nrf_ppi *ppi;
};

/* The first sample is taken ADC_PERIOD_US after this returns. */
#define ADC_PERIOD_US (1000000u / ADC_HZ)
void adc_start(const struct adc_parts *parts);
/* Up to `max` counts; -1 when samples were lost, or the converter never answered. */
long adc_read(uint16_t *to, size_t max);
void adc_stop(void);

#endif
