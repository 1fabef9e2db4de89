/* The DMA driver of the serial line, against a fake UARTE: no byte lost, none late, none twice, under any timing. */
#include "uarte.h"

#include "testing/expect.h"
#include "testing/fake_nrf.h"
#include "timebase.h"

#define RING_BYTES 512u
#define COUNT 0
#define SILENCE 1

/* The time of the board has no registers on a PC. */
static uint32_t wakes;
void timebase_wake(void) {
	wakes++;
}
uint32_t timebase_irq_enter(void) {
	return 0;
}
void timebase_irq_leave(uint32_t entered) {
	(void)entered;
}
volatile uint32_t *cycle_marks_enter_port = &fake.uarte.reserved_504;
volatile uint32_t *cycle_marks_leave_port = &fake.uarte.reserved_504;

static uint8_t rx_bytes[RING_BYTES];
static uint8_t tx_bytes[RING_BYTES];
static struct ossicle_ring rx;
static struct ossicle_ring tx;

static void start(void) {
	fake_reset();
	wakes = 0;
	(void)ossicle_ring_init(&rx, rx_bytes, RING_BYTES);
	(void)ossicle_ring_init(&tx, tx_bytes, RING_BYTES);
	fake.uarte_handler = UARTE0_IRQHandler;
	fake.timer_handlers[SILENCE] = TIMER4_IRQHandler;
	const struct uarte_parts parts = {
		&fake.uarte, &fake.timers[COUNT], &fake.timers[SILENCE], &fake.ppi, &fake.port,
	};
	uarte_start(&parts, &rx, &tx);
	fake_run(5);
}

static uint32_t random_state = 1;
static uint32_t random_below(uint32_t limit) {
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % limit;
}

static uint8_t byte_number(uint32_t i) {
	return (uint8_t)(i * 167u + (i >> 8));
}

static void pins_and_rate(void) {
	start();
	EXPECT_EQUAL(fake.uarte.ENABLE, 8);
	EXPECT_EQUAL(fake.uarte.BAUDRATE, 0x10000000);
	EXPECT_EQUAL(fake.uarte.CONFIG, 0);
	EXPECT_EQUAL(fake.uarte.PSEL_TXD, 6);
	EXPECT_EQUAL(fake.uarte.PSEL_RXD, 8);
	EXPECT_EQUAL(fake.uarte.PSEL_CTS, 0xFFFFFFFFu);
	EXPECT_EQUAL(fake.uarte.PSEL_RTS, 0xFFFFFFFFu);
	EXPECT_EQUAL(fake.port.PIN_CNF[6] & 1u, 1);
	EXPECT_EQUAL(fake.port.PIN_CNF[8] & 0xFu, 0xC);
	EXPECT_EQUAL(fake.wrong, 0);
}

static void a_byte_alone_waits_for_the_silence_after_it_and_no_longer(void) {
	start();
	fake_arrives(0x5A);
	fake_run(UARTE_SILENCE_US - 1u);
	EXPECT_EQUAL(ossicle_ring_used(&rx), 0);
	fake_run(2);
	uint8_t byte = 0;
	EXPECT(ossicle_ring_take(&rx, &byte));
	EXPECT_EQUAL(byte, 0x5A);
	EXPECT(wakes > 0);
	fake_run(10000);
	EXPECT_EQUAL(ossicle_ring_used(&rx), 0);
	EXPECT_EQUAL(fake.wrong, 0);
}

static void an_unbroken_stream_costs_one_interrupt_a_block(void) {
	start();
	uint32_t before = fake.interrupts;
	uint8_t byte;
	for (uint32_t i = 0; i < 20u * UARTE_BLOCK; i++) {
		fake_arrives(byte_number(i));
		fake_run(10);
		while (ossicle_ring_take(&rx, &byte)) {
		}
	}
	EXPECT_EQUAL(fake.interrupts - before, 20);
	EXPECT_EQUAL(uarte_overruns(), 0);
}

/* Interrupts are held back for up to `most_held` at any time; bytes come in bursts with pauses of all lengths. */
static void stream(uint32_t bytes, uint32_t most_held) {
	start();
	uint32_t arrived = 0;
	uint32_t taken = 0;
	uint8_t byte;
	bool same = true;
	while (arrived < bytes) {
		for (uint32_t burst = 1u + random_below(3u * UARTE_BLOCK); burst > 0 && arrived < bytes; burst--) {
			fake_arrives(byte_number(arrived++));
			if (most_held > 0 && fake.held_micros == 0 && random_below(50) == 0) {
				fake.held_micros = random_below(most_held);
			}
			fake_run(10u + (random_below(8) == 0 ? random_below(60) : 0));
			while (ossicle_ring_take(&rx, &byte)) {
				same = same && byte == byte_number(taken++);
			}
			EXPECT(arrived - taken <= 2u * UARTE_BLOCK + most_held / 10u);
		}
		fake_run(random_below(2) == 0 ? random_below(100) : most_held + UARTE_SILENCE_US + 2u);
	}
	fake_run(most_held + UARTE_SILENCE_US + 2u);
	while (ossicle_ring_take(&rx, &byte)) {
		same = same && byte == byte_number(taken++);
	}
	EXPECT(same);
	EXPECT_EQUAL(taken, bytes);
	EXPECT_EQUAL(uarte_overruns(), 0);
	EXPECT_EQUAL(fake.wrong, 0);
}

static void served_at_once(void) {
	stream(50000, 0);
}

static void served_late_but_within_a_block(void) {
	stream(50000, 10u * UARTE_BLOCK - 100u);
}

static void lengths_around_a_block(void) {
	for (uint32_t length = 1; length <= 2u * UARTE_BLOCK + 1u; length++) {
		start();
		for (uint32_t i = 0; i < length; i++) {
			fake_arrives(byte_number(i));
			fake_run(10);
		}
		fake_run(UARTE_SILENCE_US);
		EXPECT_EQUAL(ossicle_ring_used(&rx), length);
		uint8_t byte = 0;
		for (uint32_t i = 0; ossicle_ring_take(&rx, &byte); i++) {
			EXPECT_EQUAL(byte, byte_number(i));
		}
	}
}

/* Longer than a block: bytes are lost, counted, and what comes after a pause is whole again. */
static void held_back_for_too_long(void) {
	for (uint32_t held = 1300; held < 9000; held += 137) {
		start();
		for (uint32_t i = 0; i < 64; i++) {
			fake_arrives(0xEE);
			fake_run(10);
		}
		fake.held_micros = held;
		for (uint32_t i = 0; i < 900; i++) {
			fake_arrives(0xEE);
			fake_run(10);
			uint8_t byte;
			while (ossicle_ring_take(&rx, &byte)) {
			}
		}
		fake_run(1000);
		uint8_t byte = 0;
		while (ossicle_ring_take(&rx, &byte)) {
		}
		if (held > 2u * 10u * UARTE_BLOCK) {
			EXPECT(uarte_overruns() >= UARTE_BLOCK);
		}
		for (uint32_t i = 0; i < 300; i++) {
			fake_arrives(byte_number(i));
			fake_run(10);
		}
		fake_run(UARTE_SILENCE_US + 2u);
		EXPECT_EQUAL(ossicle_ring_used(&rx), 300);
		for (uint32_t i = 0; i < 300 && ossicle_ring_take(&rx, &byte); i++) {
			EXPECT_EQUAL(byte, byte_number(i));
		}
		EXPECT_EQUAL(fake.wrong, 0);
	}
}

static void a_full_ring_is_counted(void) {
	start();
	for (uint32_t i = 0; i < RING_BYTES + 100u; i++) {
		fake_arrives(byte_number(i));
		fake_run(10);
	}
	fake_run(UARTE_SILENCE_US);
	EXPECT_EQUAL(ossicle_ring_used(&rx), RING_BYTES);
	EXPECT_EQUAL(uarte_overruns(), 100);
}

static void the_receiver_s_own_overrun_is_counted(void) {
	start();
	fake.uarte.ERRORSRC = UARTE_ERRORSRC_OVERRUN;
	fake.uarte.EVENTS_ERROR = 1;
	fake_run(2);
	EXPECT_EQUAL(uarte_overruns(), 1);
	EXPECT_EQUAL(fake.uarte.EVENTS_ERROR, 0);
}

static void sending_in_any_portions(void) {
	start();
	uint32_t offered = 0;
	const uint32_t bytes = 5000;
	while (offered < bytes) {
		for (uint32_t portion = random_below(700); portion > 0 && offered < bytes; portion--) {
			if (!ossicle_ring_put(&tx, byte_number(offered))) {
				break;
			}
			offered++;
		}
		uarte_kick();
		fake_run(random_below(4000));
	}
	fake_run(10u * RING_BYTES + 10u);
	EXPECT(uarte_is_drained());
	EXPECT_EQUAL(fake.sent_count, bytes);
	bool same = true;
	for (uint32_t i = 0; i < bytes; i++) {
		same = same && fake.sent[i] == byte_number(i);
	}
	EXPECT(same);
	EXPECT_EQUAL(fake.wrong, 0);
}

static void a_kick_while_sending_or_with_nothing_to_send_does_nothing(void) {
	start();
	uarte_kick();
	EXPECT(uarte_is_drained());
	(void)ossicle_ring_put(&tx, 1);
	uarte_kick();
	(void)ossicle_ring_put(&tx, 2);
	uarte_kick();
	EXPECT(!uarte_is_drained());
	fake_run(100);
	EXPECT_EQUAL(fake.sent_count, 2);
	EXPECT(uarte_is_drained());
	EXPECT(wakes > 0);
	EXPECT_EQUAL(fake.wrong, 0);
}

int main(void) {
	expect_run("pins, rate and frame are the DK's", pins_and_rate);
	expect_run("a byte alone waits for 40 us of silence and no longer",
		a_byte_alone_waits_for_the_silence_after_it_and_no_longer);
	expect_run("an unbroken stream costs one interrupt a block", an_unbroken_stream_costs_one_interrupt_a_block);
	expect_run("bursts and pauses, interrupts served at once: all bytes, in order", served_at_once);
	expect_run("bursts and pauses, interrupts up to a block late: all bytes, in order", served_late_but_within_a_block);
	expect_run("streams of each length around a block arrive whole", lengths_around_a_block);
	expect_run("interrupts held back for too long: losses are counted, and it recovers", held_back_for_too_long);
	expect_run("a full ring is counted", a_full_ring_is_counted);
	expect_run("the receiver's own overrun is counted", the_receiver_s_own_overrun_is_counted);
	expect_run("sending in any portions: all bytes, in order, each once", sending_in_any_portions);
	expect_run("a kick while sending, or with nothing to send, does nothing",
		a_kick_while_sending_or_with_nothing_to_send_does_nothing);
	return expect_end();
}
