#include "ticker.h"

#define MICROS_PER_SECOND 1000000u

static uint32_t now(const struct ticker *ticker) {
	task(&ticker->timer->TASKS_CAPTURE[1]);
	return ticker->timer->CC[1];
}

void ticker_start(struct ticker *ticker, struct nrf_timer *timer, uint32_t hop, uint32_t rate) {
	uint64_t micros = (uint64_t)hop * MICROS_PER_SECOND;
	*ticker = (struct ticker){
		.timer = timer,
		.hop_micros = (uint32_t)(micros / rate),
		.hop_rest = (uint32_t)(micros % rate),
		.rate = rate,
	};
	ticker->next = ticker->hop_micros;
	ticker->rest = ticker->hop_rest;
	task(&timer->TASKS_STOP);
	timer->MODE = TIMER_MODE_TIMER;
	timer->BITMODE = TIMER_BITMODE_32;
	timer->PRESCALER = TIMER_PRESCALER_1MHZ;
	timer->SHORTS = 0;
	timer->CC[0] = ticker->next;
	event_clear(&timer->EVENTS_COMPARE[0]);
	timer->INTENSET = TIMER_INT_COMPARE0;
	task(&timer->TASKS_CLEAR);
	task(&timer->TASKS_START);
}

uint64_t ticker_micros(struct ticker *ticker) {
	uint32_t value = now(ticker);
	ticker->micros += (uint32_t)(value - ticker->last);
	ticker->last = value;
	return ticker->micros;
}

/* The compare register is written before the counter is read: a hop that ends in between is seen by the one or raises the
 * event by the other. */
uint32_t ticker_hops(struct ticker *ticker) {
	uint32_t hops = 0;
	event_clear(&ticker->timer->EVENTS_COMPARE[0]);
	while ((int32_t)((uint32_t)ticker_micros(ticker) - ticker->next) >= 0) {
		hops++;
		ticker->next += ticker->hop_micros;
		ticker->rest += ticker->hop_rest;
		if (ticker->rest >= ticker->rate) {
			ticker->rest -= ticker->rate;
			ticker->next++;
		}
		ticker->timer->CC[0] = ticker->next;
	}
	return hops;
}
