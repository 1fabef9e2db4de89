/* TIMER1 as clock and hop tick, against a fake timer. */
#include "ticker.h"

#include "testing/expect.h"
#include "testing/fake_nrf.h"

#define TIMER 0

static struct ticker ticker;
static uint32_t hops;

static void on_tick(void) {
	hops += ticker_hops(&ticker);
}

static void start(uint32_t hop, uint32_t rate) {
	fake_reset();
	hops = 0;
	fake.timer_handlers[TIMER] = on_tick;
	ticker_start(&ticker, &fake.timers[TIMER], hop, rate);
}

static void one_interrupt_a_hop(void) {
	start(256, 16000);
	fake_run(15999);
	EXPECT_EQUAL(hops, 0);
	fake_run(1);
	EXPECT_EQUAL(hops, 1);
	fake_run(16000u * 99u);
	EXPECT_EQUAL(hops, 100);
	EXPECT_EQUAL(fake.interrupts, 100);
	EXPECT_EQUAL(ticker_micros(&ticker), 1600000);
	EXPECT_EQUAL(fake.wrong, 0);
}

static void fractions_of_a_microsecond_add_up(void) {
	start(441, 44100); /* 10 ms */
	fake_run(100000);
	EXPECT_EQUAL(hops, 10);
	start(64, 11025); /* 5804.988... us */
	fake_run(5804987);
	EXPECT_EQUAL(hops, 999);
	fake_run(1);
	EXPECT_EQUAL(hops, 1000);
}

static void late_interrupts_lose_no_hop(void) {
	start(256, 16000);
	uint32_t state = 7;
	for (uint32_t i = 0; i < 200; i++) {
		state = state * 1664525u + 1013904223u;
		fake.held_micros = (state >> 8) % 50000u;
		fake_run(20000);
		if (fake.held_micros == 0) {
			EXPECT_EQUAL(hops, fake.micros / 16000u);
		}
	}
	fake.held_micros = 0;
	fake_run(16000);
	EXPECT_EQUAL(hops, fake.micros / 16000u);
}

static void an_interrupt_too_many_is_no_hop(void) {
	start(256, 16000);
	fake_run(20000);
	fake.timers[TIMER].EVENTS_COMPARE[0] = 1;
	fake_run(1);
	EXPECT_EQUAL(fake.interrupts, 2);
	EXPECT_EQUAL(hops, 1);
}

static void the_counter_s_wrap_goes_unseen(void) {
	start(256, 16000);
	/* As after 71 minutes: 100 ms before the wrap. */
	uint32_t near_wrap = 0u - 100000u;
	fake.timer_values[TIMER] = near_wrap;
	ticker.last = near_wrap;
	ticker.micros = near_wrap;
	ticker.next = near_wrap + 16000u;
	fake.timers[TIMER].CC[0] = ticker.next;
	fake_run(200000);
	EXPECT_EQUAL(hops, 12);
	EXPECT_EQUAL(ticker_micros(&ticker), 0x100000000ull + 100000u);
}

int main(void) {
	expect_run("one interrupt a hop, and microseconds", one_interrupt_a_hop);
	expect_run("fractions of a microsecond add up", fractions_of_a_microsecond_add_up);
	expect_run("late interrupts lose no hop", late_interrupts_lose_no_hop);
	expect_run("an interrupt too many is no hop", an_interrupt_too_many_is_no_hop);
	expect_run("the counter's wrap goes unseen", the_counter_s_wrap_goes_unseen);
	return expect_end();
}
