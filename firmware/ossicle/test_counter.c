/* Counters extended to 64 bits, at the places where they wrap; and stages measured across a wrap. */
#include "ossicle_counter.h"
#include "ossicle_stack.h"
#include "testing/expect.h"
#include "testing/fake_board.h"

static void extends_32_bits(void) {
	struct ossicle_counter32 counter;
	ossicle_counter32_init(&counter, 0xFFFFFFF0u);
	EXPECT_EQUAL(ossicle_counter32_extend(&counter, 0xFFFFFFF0u), 0xFFFFFFF0ll);
	EXPECT_EQUAL(ossicle_counter32_extend(&counter, 0x00000010u), 0x100000010ll);
	EXPECT_EQUAL(ossicle_counter32_extend(&counter, 0x0000000Fu), 0x20000000Fll); /* all but one wrap later */
}

/*
 * A SysTick as hardware has it: it counts down, raises its exception on reaching 0, and the handler runs at once unless
 * interrupts are masked. Each reading of a register takes some clocks, so a wrap can fall between any two of them.
 */
static struct {
	uint64_t now;        /* clocks since the counter was started at 0 */
	uint32_t reload;
	uint32_t read_clocks;
	bool masked;
	uint64_t handled;    /* exceptions taken */
} tick;

static void tick_run(void) {
	uint64_t raised = tick.now / (tick.reload + 1u);
	if (!tick.masked) {
		tick.handled = raised;
	}
}

static uint32_t tick_value(void *context) {
	(void)context;
	tick.now += tick.read_clocks;
	tick_run();
	uint32_t phase = (uint32_t)(tick.now % (tick.reload + 1u));
	return phase == 0 ? 0 : tick.reload + 1u - phase;
}

static bool tick_pending(void *context) {
	(void)context;
	tick.now += tick.read_clocks;
	tick_run();
	return tick.now / (tick.reload + 1u) > tick.handled;
}

static uint32_t tick_wraps(void *context) {
	(void)context;
	tick.now += tick.read_clocks;
	tick_run();
	return (uint32_t)tick.handled;
}

/* Reads at each phase of a period, and expects a time that lies within the reading itself. */
static void sweep(uint32_t reload, uint32_t read_clocks, bool masked) {
	const struct ossicle_systick_source source = { tick_value, tick_pending, tick_wraps, NULL, reload };
	for (uint64_t start = 5u * (reload + 1ull); start < 7u * (reload + 1ull); start++) {
		tick.now = start;
		tick.reload = reload;
		tick.read_clocks = read_clocks;
		tick.masked = false;
		tick_run();
		tick.masked = masked; /* masked: at most one exception stays pending, as the library asks */
		struct ossicle_systick_time time = ossicle_systick_read(source);
		uint64_t got = (uint64_t)time.wraps * (reload + 1ull) + time.phase;
		EXPECT(got >= start && got <= tick.now);
		if (!expect_ok) {
			printf("  reload %u, %u clocks a read, start %llu: got %llu\n", (unsigned)reload, (unsigned)read_clocks,
				(unsigned long long)start, (unsigned long long)got);
			return;
		}
	}
}

static void systick_race(void) {
	for (uint32_t read_clocks = 1; read_clocks <= 7; read_clocks++) {
		sweep(99, read_clocks, false);
		sweep(99, read_clocks, true);
		sweep(1000, read_clocks, false);
		sweep(1000, read_clocks, true);
	}
}

/* A stage of `length` cycles measured by the 32-bit counter that stands at `start` when it begins. */
static uint32_t measure(uint32_t start, uint32_t length, uint32_t irq, bool *saturated) {
	struct ossicle_stages stages;
	fake_reset();
	fake.counter = start;
	fake.counter_step = 0;
	ossicle_counter32_init(&fake.extended, start);
	ossicle_stages_init(&stages, &fake.port, 2);
	ossicle_stage_begin(&stages, 1);
	fake.counter += length;
	fake.irq_cycles += irq;
	ossicle_stage_end(&stages, 1);
	EXPECT_EQUAL(stages.cycles[0], 0);
	EXPECT_EQUAL(stages.irq_cycles, irq);
	*saturated = stages.saturated;
	return stages.cycles[1];
}

static void stage_across_wrap(void) {
	bool saturated;
	EXPECT_EQUAL(measure(0xFFFFFF00u, 100000, 0, &saturated), 100000);
	EXPECT(!saturated);
	EXPECT_EQUAL(measure(0xFFFFFFFFu, 0xFFFFFFFFu, 0, &saturated), 0xFFFFFFFFll);
	EXPECT(!saturated);
	EXPECT_EQUAL(measure(5, 35280000, 1200, &saturated), 35278800);
}

static void stage_saturates(void) {
	struct ossicle_stages stages;
	fake_reset();
	ossicle_stages_init(&stages, &fake.port, 1);
	fake.counter_step = 0xF0000000u;
	for (int twice = 0; twice < 2; twice++) {
		ossicle_stage_begin(&stages, 0);
		ossicle_stage_end(&stages, 0);
	}
	EXPECT_EQUAL(stages.cycles[0], 0xFFFFFFFFll);
	EXPECT(stages.saturated);
}

static void stage_out_of_range(void) {
	struct ossicle_stages stages;
	fake_reset();
	ossicle_stages_init(&stages, &fake.port, 1);
	ossicle_stage_begin(&stages, 1);
	ossicle_stage_end(&stages, 200);
	EXPECT_EQUAL(stages.cycles[0], 0);
	EXPECT_EQUAL(fake.counter, 0);
}

static void stack_painting(void) {
	uint32_t stack[64];
	ossicle_stack_paint(stack, stack + 64);
	EXPECT_EQUAL(ossicle_stack_high_bytes(stack, stack + 64), 0);
	stack[60] = 1;
	EXPECT_EQUAL(ossicle_stack_high_bytes(stack, stack + 64), 16);
	stack[0] = 1;
	EXPECT_EQUAL(ossicle_stack_high_bytes(stack, stack + 64), 256);
}

int main(void) {
	expect_run("a 32-bit counter is extended over its wrap", extends_32_bits);
	expect_run("SysTick is read right wherever its wrap falls, masked or not", systick_race);
	expect_run("a stage is measured right when the 32-bit counter wraps in the middle", stage_across_wrap);
	expect_run("a stage beyond 32 bits saturates and says so", stage_saturates);
	expect_run("a stage number out of range is ignored", stage_out_of_range);
	expect_run("the stack's deepest use is found", stack_painting);
	return expect_end();
}
