/* The shunt ADC against a fake SAADC: each sample once and in order, or an error. */
#include "adc.h"

#include "testing/expect.h"
#include "testing/fake_nrf.h"

#define RATE 0
#define COUNT 1
#define PERIOD_US 1000u

static int16_t ramp(uint32_t sample) {
	return (int16_t)(sample % 4096u);
}

static int16_t around_zero(uint32_t sample) {
	return (int16_t)((int32_t)(sample % 7u) - 3);
}

static const struct adc_parts parts = { &fake.saadc, &fake.timers[RATE], &fake.timers[COUNT], &fake.ppi };

/* What the last test left running. */
static void stop_last(void) {
	static bool is_first = true;
	if (!is_first) {
		adc_stop();
	}
	is_first = false;
}

static void start(int16_t (*voltage)(uint32_t sample)) {
	stop_last();
	fake_reset();
	fake.voltage = voltage;
	adc_start(&parts);
}

static void set_up(void) {
	start(ramp);
	EXPECT_EQUAL(fake.saadc.ENABLE, 1);
	EXPECT_EQUAL(fake.saadc.CH[0].PSELP, 2); /* AIN1 */
	EXPECT_EQUAL(fake.saadc.CH[1].PSELP, 0);
	EXPECT_EQUAL(fake.saadc.CH[0].CONFIG, 5u << 16);
	EXPECT_EQUAL(fake.saadc.RESOLUTION, 2);
	EXPECT_EQUAL(fake.wrong, 0);
}

static void the_first_sample_comes_after_a_whole_period(void) {
	start(ramp);
	fake_run(PERIOD_US - 1u);
	EXPECT_EQUAL(fake.samples, 0);
	fake_run(1);
	EXPECT_EQUAL(fake.samples, 1);
	EXPECT_EQUAL(ADC_PERIOD_US, PERIOD_US);
}

static void each_sample_once_and_in_order(void) {
	start(ramp);
	uint16_t counts[100];
	uint32_t next = 0;
	for (uint32_t round = 0; round < 300; round++) {
		fake_run(PERIOD_US * (1u + round % 40u) + round);
		long taken;
		do {
			taken = adc_read(counts, 1u + round % 100u);
			for (long i = 0; i < taken; i++) {
				EXPECT_EQUAL(counts[i], ramp(next));
				next++;
			}
		} while (taken > 0);
		EXPECT_EQUAL(taken, 0);
		EXPECT(fake.samples - next <= 1u); /* the newest may be on its way to RAM */
	}
	EXPECT(next > 5000);
	EXPECT_EQUAL(fake.wrong, 0);
}

static void sampling_wakes_nobody(void) {
	start(ramp);
	fake_run(100u * PERIOD_US);
	EXPECT_EQUAL(fake.timers[RATE].INTENSET, 0);
	EXPECT_EQUAL(fake.timers[COUNT].INTENSET, 0);
}

static void samples_that_nobody_read_in_time_are_an_error(void) {
	uint16_t counts[4];
	start(ramp);
	fake_run((ADC_RING_COUNTS - 16u) * PERIOD_US);
	EXPECT_EQUAL(adc_read(counts, 4), 4);
	start(ramp);
	fake_run((ADC_RING_COUNTS + 2u) * PERIOD_US);
	EXPECT_EQUAL(adc_read(counts, 4), -1);
}

static void below_zero_is_zero(void) {
	start(around_zero);
	fake_run(20u * PERIOD_US + 10u);
	uint16_t counts[14];
	EXPECT_EQUAL(adc_read(counts, 14), 14);
	for (uint32_t i = 0; i < 14; i++) {
		EXPECT_EQUAL(counts[i], around_zero(i) < 0 ? 0 : around_zero(i));
	}
}

static void a_converter_that_never_answers_is_an_error(void) {
	stop_last();
	fake_reset();
	fake.voltage = ramp;
	fake.converter_is_dead = true;
	adc_start(&parts);
	uint16_t counts[4];
	EXPECT_EQUAL(adc_read(counts, 4), -1);
}

static void it_can_be_stopped_and_started_anew(void) {
	start(ramp);
	fake_run(100u * PERIOD_US);
	adc_stop();
	EXPECT_EQUAL(fake.saadc.ENABLE, 0);
	uint32_t before = fake.samples;
	fake_run(100u * PERIOD_US);
	EXPECT_EQUAL(fake.samples, before);
	adc_start(&parts);
	fake_run(10u * PERIOD_US + 10u);
	uint16_t counts[20];
	long taken = adc_read(counts, 20);
	EXPECT(taken >= 9);
	EXPECT_EQUAL(counts[0], ramp(before));
	EXPECT_EQUAL(fake.wrong, 0);
}

int main(void) {
	expect_run("AIN1 at 12 bits of 3.6 V, calibrated first", set_up);
	expect_run("the first sample comes after a whole period", the_first_sample_comes_after_a_whole_period);
	expect_run("each sample comes once and in order, round the ring", each_sample_once_and_in_order);
	expect_run("sampling wakes nobody", sampling_wakes_nobody);
	expect_run("samples that nobody read in time are an error", samples_that_nobody_read_in_time_are_an_error);
	expect_run("noise below 0 V is 0", below_zero_is_zero);
	expect_run("a converter that never answers is an error", a_converter_that_never_answers_is_an_error);
	expect_run("it can be stopped and started anew", it_can_be_stopped_and_started_anew);
	return expect_end();
}
