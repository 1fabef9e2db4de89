/* The falsified counter: what the options say is what it shows. */
#include "clock.h"

#include "testing/expect.h"

#define SECOND 1000000000LL

static struct options parsed(int count, const char *const *arguments) {
	struct options options;
	char *argv[8] = { (char *)"liquid-audio" };
	for (int i = 0; i < count; i++) {
		argv[1 + i] = (char *)arguments[i];
	}
	options_parse(1 + count, argv, NULL, &options);
	return options;
}

static void true_time(void) {
	struct options options = parsed(0, NULL);
	EXPECT_EQUAL(clock_falsified(&options, 0), 0);
	EXPECT_EQUAL(clock_falsified(&options, 123456789012345678LL), 123456789012345678LL);
}

static void factor(void) {
	struct options options = parsed(2, (const char *const[]){ "--clock-factor", "0.25" });
	EXPECT_EQUAL(clock_falsified(&options, 8 * SECOND), 2 * SECOND);
}

static void drift(void) {
	struct options options = parsed(2, (const char *const[]){ "--clock-drift", "0.5" });
	/* Mean rate over 4 s: 1 at the beginning, 3 at the end. */
	EXPECT_EQUAL(clock_falsified(&options, 4 * SECOND), 8 * SECOND);
}

static void falling_drift_never_counts_down(void) {
	struct options options =
		parsed(4, (const char *const[]){ "--clock-drift", "-0.5", "--clock-factor", "2" });
	EXPECT_EQUAL(clock_falsified(&options, SECOND), 3 * SECOND / 2);
	EXPECT_EQUAL(clock_falsified(&options, 2 * SECOND), 2 * SECOND);
	EXPECT_EQUAL(clock_falsified(&options, 3 * SECOND), 2 * SECOND);
	uint64_t before = 0;
	for (int64_t now = 0; now < 3 * SECOND; now += 1234567) {
		uint64_t counted = clock_falsified(&options, now);
		EXPECT(counted >= before);
		before = counted;
	}
}

static void freeze(void) {
	struct options options = parsed(2, (const char *const[]){ "--clock-freeze-after", "1.5" });
	EXPECT_EQUAL(clock_falsified(&options, SECOND), SECOND);
	EXPECT_EQUAL(clock_falsified(&options, 2 * SECOND), 3 * SECOND / 2);
	EXPECT_EQUAL(clock_falsified(&options, 200 * SECOND), 3 * SECOND / 2);
	options = parsed(2, (const char *const[]){ "--clock-freeze-after", "0" });
	EXPECT_EQUAL(clock_falsified(&options, 2 * SECOND), 0);
}

static void stamps_follow_the_counter(void) {
	struct options options = parsed(2, (const char *const[]){ "--clock-freeze-after", "0" });
	struct ossicle_stamp first;
	struct ossicle_stamp second;
	clock_start(&options);
	clock_stamp(&first);
	while (clock_nanoseconds() < 1000000) {
	}
	clock_slept(1000000);
	clock_stamp(&second);
	EXPECT_EQUAL(second.cycles - first.cycles, 0);
	EXPECT_EQUAL(second.sleep_cycles, 0);
}

int main(void) {
	expect_run("without options the counter shows true time", true_time);
	expect_run("a factor", factor);
	expect_run("a drift is the integral of its rate", drift);
	expect_run("a falling drift never counts down", falling_drift_never_counts_down);
	expect_run("a frozen counter", freeze);
	expect_run("stamps and sleep follow the falsified counter", stamps_follow_the_counter);
	return expect_end();
}
