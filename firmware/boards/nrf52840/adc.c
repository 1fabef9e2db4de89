#include "adc.h"

#include <stdbool.h>

/* PPI channels; uarte.c has those below. */
#define CHANNEL_SAMPLE 4u
#define CHANNEL_AGAIN 5u
#define CHANNEL_COUNT 6u
#define CHANNELS (1u << CHANNEL_SAMPLE | 1u << CHANNEL_AGAIN | 1u << CHANNEL_COUNT)

#define CHANNEL_NUMBER 0u
/* Results that may have been overwritten while they were read. */
#define MARGIN_COUNTS 8u
/* Turns of a polling loop; calibration takes well below a millisecond. */
#define PATIENCE 200000u

static struct adc_parts parts;
static volatile int16_t ring[ADC_RING_COUNTS] __attribute__((section(".rig.adc"), aligned(4)));
static uint32_t taken; /* counts read since the start */
static bool answers;
static bool running;

static bool wait_for(volatile uint32_t *event) {
	for (uint32_t turn = 0; turn < PATIENCE; turn++) {
		if (*event != 0) {
			event_clear(event);
			return true;
		}
	}
	return false;
}

static void connect(uint32_t channel, const volatile uint32_t *event, const volatile uint32_t *trigger) {
	parts.ppi->CH[channel].EEP = address_of(event);
	parts.ppi->CH[channel].TEP = address_of(trigger);
}

static void set_up_converter(void) {
	struct nrf_saadc *saadc = parts.saadc;
	saadc->ENABLE = 1;
	for (uint32_t channel = 0; channel < 8u; channel++) {
		saadc->CH[channel].PSELP = SAADC_PSEL_NC;
	}
	saadc->CH[CHANNEL_NUMBER].PSELN = SAADC_PSEL_NC;
	saadc->CH[CHANNEL_NUMBER].CONFIG = SAADC_CONFIG_3V6_40US;
	saadc->CH[CHANNEL_NUMBER].PSELP = SAADC_PSEL_AIN1;
	saadc->RESOLUTION = SAADC_RESOLUTION_12;
	saadc->OVERSAMPLE = 0;
	saadc->SAMPLERATE = 0; /* on request */
	saadc->RESULT_PTR = address_of(ring);
	saadc->RESULT_MAXCNT = ADC_RING_COUNTS;
}

static void set_up_timers(void) {
	task(&parts.rate->TASKS_STOP);
	task(&parts.rate->TASKS_CLEAR);
	parts.rate->MODE = TIMER_MODE_TIMER;
	parts.rate->BITMODE = TIMER_BITMODE_32;
	parts.rate->PRESCALER = TIMER_PRESCALER_1MHZ;
	parts.rate->CC[0] = ADC_PERIOD_US;
	parts.rate->SHORTS = TIMER_SHORTS_COMPARE0_CLEAR;
	task(&parts.count->TASKS_STOP);
	parts.count->MODE = TIMER_MODE_COUNTER;
	parts.count->BITMODE = TIMER_BITMODE_32;
	task(&parts.count->TASKS_CLEAR);
	task(&parts.count->TASKS_START);
}

void adc_start(const struct adc_parts *with) {
	if (running) {
		adc_stop(); /* not otherwise: a converter that is off never says that it has stopped */
	}
	parts = *with;
	running = true;
	set_up_converter();
	set_up_timers();
	connect(CHANNEL_SAMPLE, &parts.rate->EVENTS_COMPARE[0], &parts.saadc->TASKS_SAMPLE);
	connect(CHANNEL_AGAIN, &parts.saadc->EVENTS_END, &parts.saadc->TASKS_START);
	connect(CHANNEL_COUNT, &parts.saadc->EVENTS_RESULTDONE, &parts.count->TASKS_COUNT);
	parts.ppi->CHENSET = CHANNELS;
	taken = 0;
	/* Before the start, and never while sampling: anomalies 237 and 252. */
	event_clear(&parts.saadc->EVENTS_CALIBRATEDONE);
	task(&parts.saadc->TASKS_CALIBRATEOFFSET);
	answers = wait_for(&parts.saadc->EVENTS_CALIBRATEDONE);
	event_clear(&parts.saadc->EVENTS_STARTED);
	task(&parts.saadc->TASKS_START);
	answers = wait_for(&parts.saadc->EVENTS_STARTED) && answers;
	task(&parts.rate->TASKS_START);
}

/* A result is counted when it is ready to be written; the newest one is left alone until the next is. */
static uint32_t written(void) {
	task(&parts.count->TASKS_CAPTURE[0]);
	uint32_t counted = parts.count->CC[0];
	return counted > 0 ? counted - 1u : 0;
}

long adc_read(uint16_t *to, size_t max) {
	uint32_t there = written();
	if (!answers || there - taken > ADC_RING_COUNTS - MARGIN_COUNTS) {
		return -1;
	}
	size_t count = 0;
	while (count < max && taken != there) {
		int16_t value = ring[taken % ADC_RING_COUNTS];
		to[count++] = value < 0 ? 0 : (uint16_t)value; /* noise around 0 V goes below it */
		taken++;
	}
	return (long)count;
}

void adc_stop(void) {
	parts.ppi->CHENCLR = CHANNELS;
	task(&parts.rate->TASKS_STOP);
	event_clear(&parts.saadc->EVENTS_STOPPED);
	task(&parts.saadc->TASKS_STOP);
	(void)wait_for(&parts.saadc->EVENTS_STOPPED);
	parts.saadc->ENABLE = 0;
	running = false;
}
