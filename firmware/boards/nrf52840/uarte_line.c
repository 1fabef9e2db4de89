/* UARTE0 with the peripherals it has on the chip. */
#include "core.h"
#include "uarte.h"

#define CRY_BYTES 64u
#define PATIENCE 1000000u

static void start(struct ossicle_ring *rx, struct ossicle_ring *tx) {
	const struct uarte_parts parts = { NRF_UARTE0, NRF_TIMER3, NRF_TIMER4, NRF_PPI, NRF_P0 };
	uarte_start(&parts, rx, tx);
}

static void wait_for_end(void) {
	for (uint32_t turn = 0; turn < PATIENCE && NRF_UARTE0->EVENTS_ENDTX == 0; turn++) {
	}
	event_clear(&NRF_UARTE0->EVENTS_ENDTX);
}

/* The text may lie in flash, which EasyDMA cannot read: PS 4.6. */
static void cry(const char *text) {
	static uint8_t bytes[CRY_BYTES];
	(void)interrupts_off();
	if (!uarte_is_drained()) {
		wait_for_end();
	}
	while (*text != 0) {
		uint32_t count = 0;
		while (*text != 0 && count < CRY_BYTES) {
			bytes[count++] = (uint8_t)*text++;
		}
		NRF_UARTE0->TXD_PTR = address_of(bytes);
		NRF_UARTE0->TXD_MAXCNT = count;
		task(&NRF_UARTE0->TASKS_STARTTX);
		wait_for_end();
	}
}

const struct uart_line uarte_line = { start, uarte_kick, uarte_is_drained, uarte_overruns, cry };
