/*
 * Halving and doubling the core's clock, on a scripted clock tree: true time runs in nominal cycles, CYCCNT and SysTick count
 * clocks of the core, each access to a register takes some of them, and a prescaler takes effect when it likes to.
 */
#include "core_speed.h"

#include "testing/expect.h"

#define PERIOD 2688000u /* 16 ms at 168 MHz */
#define CORE_HZ 168000000u
#define MOST_APB1_HZ 42000000u
#define MOST_APB2_HZ 84000000u

static struct {
	uint64_t now;          /* nominal cycles: true time */
	uint32_t cyccnt;
	uint32_t value, reload; /* SysTick */
	bool pending;
	uint64_t raised;       /* exceptions, and when the last one came */
	uint64_t raised_at;
	bool halved;           /* the core */
	uint32_t apb1, apb2;   /* dividers */
	bool within_limits;
	uint32_t random;
	struct core_speed clock;
} fake;

static uint32_t below(uint32_t limit) {
	fake.random = fake.random * 1664525u + 1013904223u;
	return (fake.random >> 8) % limit;
}

static void raise_tick(uint64_t at) {
	fake.pending = true;
	fake.raised++;
	fake.raised_at = at;
}

/* So many clocks of the core go by. DDI 0403 B3.3.1: the exception comes when the counter reaches 0, the reload a clock later. */
static void pass(uint64_t clocks) {
	uint32_t cycles = fake.halved ? 2u : 1u;
	fake.cyccnt += (uint32_t)clocks;
	while (clocks > 0) {
		if (fake.value == 0) {
			fake.value = fake.reload;
			fake.now += cycles;
			clocks--;
			continue;
		}
		uint64_t step = clocks < fake.value ? clocks : fake.value;
		fake.value -= (uint32_t)step;
		fake.now += step * cycles;
		clocks -= step;
		if (fake.value == 0) {
			raise_tick(fake.now);
		}
	}
}

static void access_register(void) {
	pass(1u + below(8));
}

static void check_buses(void) {
	uint32_t core = fake.halved ? CORE_HZ / 2u : CORE_HZ;
	fake.within_limits = fake.within_limits && core / fake.apb1 <= MOST_APB1_HZ && core / fake.apb2 <= MOST_APB2_HZ;
}

static uint32_t cycles(void *context) {
	(void)context;
	access_register();
	return fake.cyccnt;
}

static uint32_t tick(void *context) {
	(void)context;
	access_register();
	return fake.value;
}

static bool tick_pending(void *context) {
	(void)context;
	access_register();
	return fake.pending;
}

static void set_tick(void *context, uint32_t left, uint32_t period) {
	(void)context;
	pass(below(24)); /* what it takes to compute `left`, with fetches that wait */
	EXPECT(left >= 2 && left <= period);
	fake.reload = left - 1u;
	access_register();
	fake.value = 0;
	pass(1);
	access_register();
	fake.reload = period - 1u;
}

static void halve_core(void *context, bool halved) {
	(void)context;
	pass(below(24));
	access_register();
	pass(below(17)); /* RM0090: 1 to 16 AHB cycles */
	fake.halved = halved;
	check_buses();
	pass(18);
}

static void divide_buses_for(void *context, bool halved) {
	(void)context;
	access_register();
	fake.apb1 = halved ? 2 : 4;
	fake.apb2 = halved ? 1 : 2;
	check_buses();
	pass(18);
}

static const struct core_speed_source source = { cycles, tick, tick_pending, set_tick, halve_core, divide_buses_for, NULL };

static void start(uint32_t cyccnt) {
	memset(&fake, 0, sizeof fake);
	fake.cyccnt = cyccnt;
	fake.reload = PERIOD - 1u;
	fake.apb1 = 4;
	fake.apb2 = 2;
	fake.within_limits = true;
	fake.random = 1;
	core_speed_init(&fake.clock, PERIOD, cyccnt);
}

/* True time as CYCCNT tells it less true time. */
static int64_t cycles_off(uint32_t origin) {
	return (int64_t)(core_speed_extend(&fake.clock, fake.cyccnt) - origin) - (int64_t)fake.now;
}

static int64_t absolute(int64_t value) {
	return value < 0 ? -value : value;
}

static void counts_nominal_cycles(void) {
	start(0xFFFFFF00u); /* CYCCNT wraps at once */
	pass(1000);
	EXPECT_EQUAL(cycles_off(0xFFFFFF00u), 0);
	pass(5000); /* not looked at before the change */
	EXPECT(core_speed_change(&fake.clock, &source, true));
	int64_t off = cycles_off(0xFFFFFF00u);
	EXPECT(absolute(off) <= CORE_SPEED_ERROR_CYCLES);
	pass(1000000);
	EXPECT_EQUAL(cycles_off(0xFFFFFF00u), off); /* slow, each clock is two cycles */
	pass(5000);
	EXPECT(core_speed_change(&fake.clock, &source, false));
	EXPECT_EQUAL(fake.clock.shift, 0);
	EXPECT(absolute(cycles_off(0xFFFFFF00u) - off) <= CORE_SPEED_ERROR_CYCLES);
}

static void a_tick_keeps_its_place(void) {
	for (uint32_t at = 1; at < PERIOD; at += 4999) {
		start(0);
		pass(at);
		if (!core_speed_change(&fake.clock, &source, true)) {
			EXPECT(PERIOD - at < CORE_SPEED_GUARD_CLOCKS);
			continue;
		}
		while (fake.raised == 0) {
			pass(fake.value > 0 ? fake.value : 1u);
		}
		EXPECT(absolute((int64_t)fake.raised_at - (int64_t)PERIOD) <= CORE_SPEED_ERROR_CYCLES);
		uint64_t first = fake.raised_at;
		pass(PERIOD / 2u);
		EXPECT_EQUAL(fake.raised, 2);
		EXPECT_EQUAL(fake.raised_at - first, PERIOD);
	}
}

static void near_a_tick_nothing_changes(void) {
	start(0);
	pass(PERIOD - CORE_SPEED_GUARD_CLOCKS + 1u);
	EXPECT(!core_speed_change(&fake.clock, &source, true));
	EXPECT(!fake.halved);
	EXPECT_EQUAL(fake.clock.shift, 0);
	pass(CORE_SPEED_GUARD_CLOCKS);
	EXPECT(!core_speed_change(&fake.clock, &source, true)); /* nor while its handler waits */
	fake.pending = false;
	EXPECT(core_speed_change(&fake.clock, &source, true));
	uint64_t before = fake.now;
	EXPECT(core_speed_change(&fake.clock, &source, true)); /* as it is */
	EXPECT_EQUAL(fake.now, before);
}

/* 20 minutes of changes at any time: what is stated as the error of one is the most of it, and no time runs backwards. */
static void any_schedule(void) {
	enum { CHANGES = 75000 };
	start(0);
	int64_t off = 0, tick_off = 0;
	uint64_t last = 0, ticks = 0;
	int64_t most = 0, most_tick = 0;
	unsigned refused = 0;
	for (unsigned i = 0; i < CHANGES; i++) {
		pass(below(1u << (1u + below(22))));
		uint64_t total = core_speed_extend(&fake.clock, fake.cyccnt);
		EXPECT(total >= last);
		last = total;
		/* Ticks are a whole period apart but for what the changes between them made of it. */
		if (fake.raised > ticks) {
			int64_t now_off = (int64_t)fake.raised_at - (int64_t)(fake.raised * PERIOD);
			EXPECT(absolute(now_off - tick_off) <= (int64_t)CORE_SPEED_ERROR_CYCLES * (1 + (int64_t)i));
			tick_off = now_off;
			ticks = fake.raised;
		}
		fake.pending = false;
		int64_t due_before = (int64_t)fake.now + (int64_t)(fake.value * (fake.halved ? 2u : 1u));
		if (!core_speed_change(&fake.clock, &source, !fake.halved)) {
			refused++;
			continue;
		}
		int64_t due = (int64_t)fake.now + (int64_t)(fake.value * (fake.halved ? 2u : 1u));
		int64_t moved = absolute(due - due_before);
		most_tick = moved > most_tick ? moved : most_tick;
		int64_t new_off = cycles_off(0);
		int64_t error = absolute(new_off - off);
		most = error > most ? error : most;
		off = new_off;
	}
	printf("  one change: at most %lld cycles by CYCCNT, %lld by SysTick\n", (long long)most, (long long)most_tick);
	EXPECT(most <= CORE_SPEED_ERROR_CYCLES);
	EXPECT(most_tick <= CORE_SPEED_ERROR_CYCLES);
	EXPECT(refused < CHANGES / 10);
	EXPECT(fake.within_limits);
}

int main(void) {
	expect_run("counts nominal cycles at either clock", counts_nominal_cycles);
	expect_run("a tick keeps its place", a_tick_keeps_its_place);
	expect_run("near a tick nothing changes", near_a_tick_nothing_changes);
	expect_run("any schedule of changes", any_schedule);
	return expect_end();
}
