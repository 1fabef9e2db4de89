#include "uarte.h"

#include "core.h"
#include "cycle_marks.h"
#include "timebase.h"
#include "uart_pins.h"

/* PPI channels; adc.c has those from 4 on. */
#define CHANNEL_COUNT 0u
#define CHANNEL_RESTART 1u
#define CHANNEL_STORE 2u
#define CHANNELS (1u << CHANNEL_COUNT | 1u << CHANNEL_RESTART | 1u << CHANNEL_STORE)

/* Compare registers of `count`. */
#define CC_NOW 0u
#define CC_AT_SILENCE 1u

static struct {
	struct uarte_parts parts;
	struct ossicle_ring *rx;
	struct ossicle_ring *tx;
	uint32_t block;       /* which one is being filled */
	uint32_t begun;       /* bytes ever received when it was begun */
	uint32_t taken;       /* bytes of it that are in the ring */
	uint32_t sending;     /* bytes the transmitter has been given; 0: it is idle */
	volatile uint32_t lost;
} line;

static uint8_t blocks[2][UARTE_BLOCK]; /* in RAM, where EasyDMA can get at it: PS 4.6 */

static void connect(uint32_t channel, const volatile uint32_t *event, const volatile uint32_t *trigger) {
	line.parts.ppi->CH[channel].EEP = address_of(event);
	line.parts.ppi->CH[channel].TEP = address_of(trigger);
}

static void start_counting(void) {
	struct nrf_timer *count = line.parts.count;
	struct nrf_timer *silence = line.parts.silence;
	task(&count->TASKS_STOP);
	count->MODE = TIMER_MODE_COUNTER;
	count->BITMODE = TIMER_BITMODE_32;
	task(&count->TASKS_CLEAR);
	task(&count->TASKS_START);

	task(&silence->TASKS_STOP);
	task(&silence->TASKS_CLEAR);
	silence->MODE = TIMER_MODE_TIMER;
	silence->BITMODE = TIMER_BITMODE_32;
	silence->PRESCALER = TIMER_PRESCALER_1MHZ;
	silence->CC[0] = UARTE_SILENCE_US;
	silence->SHORTS = TIMER_SHORTS_COMPARE0_CLEAR | TIMER_SHORTS_COMPARE0_STOP;
	event_clear(&silence->EVENTS_COMPARE[0]);
	silence->INTENSET = TIMER_INT_COMPARE0;

	struct nrf_ppi *ppi = line.parts.ppi;
	const volatile uint32_t *arrived = &line.parts.uarte->EVENTS_RXDRDY;
	ppi->FORK_TEP[CHANNEL_COUNT] = address_of(&silence->TASKS_CLEAR);
	connect(CHANNEL_COUNT, arrived, &count->TASKS_COUNT);
	connect(CHANNEL_RESTART, arrived, &silence->TASKS_START);
	connect(CHANNEL_STORE, &silence->EVENTS_COMPARE[0], &count->TASKS_CAPTURE[CC_AT_SILENCE]);
	ppi->CHENSET = CHANNELS;
}

void uarte_start(const struct uarte_parts *parts, struct ossicle_ring *rx, struct ossicle_ring *tx) {
	line.parts = *parts;
	line.rx = rx;
	line.tx = tx;
	line.block = 0;
	line.begun = 0;
	line.taken = 0;
	line.sending = 0;
	line.lost = 0;
	struct nrf_uarte *uarte = parts->uarte;
	uarte->ENABLE = 0;
	uart_set_up_pins(uarte, parts->port, UART_TXD_PIN, UART_RXD_PIN);
	start_counting();
	uarte->SHORTS = UARTE_SHORTS_ENDRX_STARTRX;
	uarte->RXD_PTR = address_of(blocks[0]);
	uarte->RXD_MAXCNT = UARTE_BLOCK;
	event_clear(&uarte->EVENTS_ENDRX);
	event_clear(&uarte->EVENTS_RXSTARTED);
	event_clear(&uarte->EVENTS_ENDTX);
	event_clear(&uarte->EVENTS_ERROR);
	uarte->INTENSET = UARTE_INT_RXSTARTED | UARTE_INT_ENDTX | UARTE_INT_ERROR;
	uarte->ENABLE = UARTE_ENABLE;
	task(&uarte->TASKS_STARTRX);
	irq_enable(UARTE0_IRQ);
	irq_enable(TIMER4_IRQ);
}

/* Into the ring goes what of this block is in RAM and not in the ring yet. */
static void take(uint32_t until) {
	for (; line.taken < until; line.taken++) {
		if (!ossicle_ring_put(line.rx, blocks[line.block][line.taken])) {
			line.lost++;
		}
		timebase_wake();
	}
}

static uint32_t arrived(void) {
	task(&line.parts.count->TASKS_CAPTURE[CC_NOW]);
	return line.parts.count->CC[CC_NOW];
}

static void next_block(void) {
	line.block ^= 1u;
	line.begun += UARTE_BLOCK;
	line.taken = 0;
}

/*
 * The end of a block starts the other one at once, and ENDRX comes before RXSTARTED; so they are read the other way round,
 * or a start could be seen without the end that it belongs to, and the block that is being filled be given to the DMA
 * as the next. ENDRX has no interrupt of its own.
 */
static void follow_blocks(void) {
	struct nrf_uarte *uarte = line.parts.uarte;
	bool started = uarte->EVENTS_RXSTARTED != 0;
	bool ended = uarte->EVENTS_ENDRX != 0;
	if (ended) {
		event_clear(&uarte->EVENTS_ENDRX);
		take(UARTE_BLOCK);
		next_block();
	}
	if (started) {
		event_clear(&uarte->EVENTS_RXSTARTED);
		uarte->RXD_PTR = address_of(blocks[line.block ^ 1u]);
	}
}

/* Interrupts were held back for longer than a block: the DMA went on filling the one it had, over and over. */
static void check_for_overrun(void) {
	uint32_t in_block = arrived() - line.begun;
	if (in_block > UARTE_BLOCK && line.parts.uarte->EVENTS_ENDRX == 0) {
		uint32_t whole_blocks = (in_block - 1u) / UARTE_BLOCK;
		line.lost += whole_blocks * UARTE_BLOCK;
		line.begun += whole_blocks * UARTE_BLOCK;
		line.taken = 0;
	}
}

static void receive(void) {
	follow_blocks();
	check_for_overrun();
}

static void note_errors(void) {
	struct nrf_uarte *uarte = line.parts.uarte;
	event_clear(&uarte->EVENTS_ERROR);
	uint32_t errors = uarte->ERRORSRC;
	uarte->ERRORSRC = errors; /* cleared by writing 1 */
	if ((errors & UARTE_ERRORSRC_OVERRUN) != 0) {
		line.lost++;
	}
}

void UARTE0_IRQHandler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	struct nrf_uarte *uarte = line.parts.uarte;
	receive();
	if (uarte->EVENTS_ERROR != 0) {
		note_errors();
	}
	if (uarte->EVENTS_ENDTX != 0) {
		event_clear(&uarte->EVENTS_ENDTX);
		line.tx->tail += line.sending;
		line.sending = 0;
		uarte_kick();
		timebase_wake();
	}
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

/* Silence on the line. What was counted then may belong to a block that has ended since: nothing is left to take then. */
void TIMER4_IRQHandler(void) {
	cycle_marks_irq_enter();
	uint32_t entered = timebase_irq_enter();
	event_clear(&line.parts.silence->EVENTS_COMPARE[0]);
	receive();
	int32_t in_block = (int32_t)(line.parts.count->CC[CC_AT_SILENCE] - line.begun);
	if (in_block > 0) {
		take((uint32_t)in_block < UARTE_BLOCK ? (uint32_t)in_block : UARTE_BLOCK);
	}
	timebase_irq_leave(entered);
	cycle_marks_irq_leave();
}

void uarte_kick(void) {
	uint32_t used = ossicle_ring_used(line.tx);
	if (line.sending > 0 || used == 0) {
		return;
	}
	uint32_t at = line.tx->tail & (line.tx->capacity - 1u);
	uint32_t to_end = line.tx->capacity - at;
	line.sending = used < to_end ? used : to_end;
	line.parts.uarte->TXD_PTR = address_of(&line.tx->bytes[at]);
	line.parts.uarte->TXD_MAXCNT = line.sending;
	task(&line.parts.uarte->TASKS_STARTTX);
}

bool uarte_is_drained(void) {
	return line.sending == 0;
}

uint32_t uarte_overruns(void) {
	return line.lost;
}
