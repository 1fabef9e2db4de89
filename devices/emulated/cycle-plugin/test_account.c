/* Small programs by hand: blocks as QEMU would report them, marks between them, and the lines which come of it. */
#include <stdlib.h>

#include "../../../firmware/ossicle/testing/expect.h"
#include "account.h"

#define MAIN 0x08001000u
#define HANDLER 0x08009000u
#define FIRST_MARK 16u
#define MOST_BLOCKS 4096u

static struct account account;
static char lines[64][1200];
static unsigned line_count;
static struct account_block *made[MOST_BLOCKS];
static unsigned made_count;

static void keep(void *context, const char *line) {
	(void)context;
	if (line_count < 64) {
		(void)snprintf(lines[line_count++], sizeof lines[0], "%s", line);
	}
}

static void start(void) {
	line_count = 0;
	account_init(&account, keep, NULL);
}

static void forget_blocks(void) {
	while (made_count > 0) {
		free(made[--made_count]);
	}
}

/* A block of instructions of two bytes, one cycle each. */
static struct account_block *block_at(uint32_t start_address, uint32_t count) {
	struct account_block *block = calloc(1, sizeof *block + count * sizeof block->steps[0]);
	if (block == NULL || made_count == MOST_BLOCKS) {
		abort();
	}
	made[made_count++] = block;
	block->start = start_address;
	block->end = start_address + 2u * count;
	block->count = count;
	for (uint32_t i = 0; i < count; i++) {
		block->steps[i] = (struct account_step){ start_address + 2u * i, i + 1u, 0 };
	}
	return block;
}

static void run(uint32_t start_address, uint32_t count) {
	account_block(&account, block_at(start_address, count));
}

/* The last instruction of a block of `count` stores to that port. */
static void run_to_store(uint32_t start_address, uint32_t count, unsigned port) {
	run(start_address, count);
	account_cut(&account, start_address + 2u * (count - 1u));
	account_store(&account, ACCOUNT_ITM + 4u * port);
}

/* A mark of one instruction a digit and one for its kind; returns where the program goes on. */
static uint32_t mark(uint32_t at, enum account_mark kind, uint32_t number, unsigned part) {
	for (int shift = 28; shift >= 0; shift -= 4) {
		if (number >> shift != 0) {
			run_to_store(at, 1, (number >> shift) & 15u);
			at += 2;
		}
	}
	run_to_store(at, 1, part);
	run_to_store(at + 2u, 1, FIRST_MARK + (unsigned)kind);
	return at + 4u;
}

static uint32_t stage_mark(uint32_t at, enum account_mark kind, uint32_t hop, unsigned stage) {
	run_to_store(at, 1, hop & 15u);
	run_to_store(at + 2u, 1, stage);
	run_to_store(at + 4u, 1, FIRST_MARK + (unsigned)kind);
	return at + 6u;
}

/* A handler of 20 instructions: mark, work, mark, and a return. */
static void interrupt(void) {
	run_to_store(HANDLER, 4, FIRST_MARK + ACCOUNT_IRQ_ENTER);
	run(HANDLER + 8u, 6);
	run(HANDLER + 0x100u, 6); /* a function it calls */
	run_to_store(HANDLER + 20u, 2, FIRST_MARK + ACCOUNT_IRQ_LEAVE);
	struct account_block *back = block_at(HANDLER + 24u, 2);
	back->may_return = true;
	account_block(&account, back);
}

/* One hop with one stage of 100 instructions and a loop; `interrupted`: in three places. */
static void hop(uint32_t number, bool interrupted) {
	uint32_t at = mark(MAIN, ACCOUNT_HOP_BEGIN, number, 0);
	at = stage_mark(at, ACCOUNT_STAGE_BEGIN, number, 2);
	for (int turn = 0; turn < 10; turn++) {
		run(at, 10);
		if (interrupted && turn % 4 == 0) {
			interrupt();
			if (turn == 4) {
				interrupt(); /* one behind the other: tail-chained */
			}
		}
	}
	at = stage_mark(at + 20u, ACCOUNT_STAGE_END, number, 2);
	(void)mark(at, ACCOUNT_HOP_END, number, 0);
}

static bool ends_with(const char *line, const char *end) {
	size_t length = strlen(line);
	size_t of_end = strlen(end);
	return length >= of_end && strcmp(line + length - of_end, end) == 0;
}

static void stages_are_counted_between_their_marks(void) {
	start();
	(void)mark(MAIN, ACCOUNT_CLIP, 0x123, 1);
	hop(7, false);
	EXPECT(strcmp(lines[0], "0 ossicle-cycles 1 cortex-m4 branch 2 divide 6 exception 12 10") == 0);
	EXPECT(strcmp(lines[1], "1 clip 291 1") == 0);
	/* 100 instructions, nine times back to the beginning of the loop; the end mark's first digit is still inside. */
	EXPECT(ends_with(lines[2], " irq 0 0 0 stage 2 101 119 0"));
	EXPECT_EQUAL(line_count, 3);
	forget_blocks();
}

static void an_interrupt_changes_no_stage(void) {
	start();
	(void)mark(MAIN, ACCOUNT_CLIP, 1, 1);
	hop(0, false);
	hop(0, true);
	char *calm = strstr(lines[2], " stage ");
	char *busy = strstr(lines[3], " stage ");
	EXPECT(calm != NULL && busy != NULL && strcmp(calm, busy) == 0);
	/* Four interrupts: 20 instructions each, two branches inside, and the exception itself. */
	EXPECT(strstr(lines[3], " irq 80 184 0 ") != NULL);
	forget_blocks();
}

/* Where QEMU ends a block is its own affair: by its budget of instructions, a page, a device. */
static void cutting_blocks_changes_nothing(void) {
	struct account_counts whole = { 0, 0, 0 };
	for (uint32_t cut = 1; cut <= 8; cut++) {
		start();
		for (int turn = 0; turn < 3; turn++) {
			for (uint32_t done = 0; done < 8; done += cut) {
				uint32_t count = cut < 8u - done ? cut : 8u - done;
				struct account_block *block = block_at(MAIN + 2u * done, count);
				block->first = COST_LOAD;
				block->last = COST_LOAD;
				for (uint32_t i = 0; i < count; i++) {
					block->steps[i].cycles = 2u + i; /* loads: two cycles the first, one more each */
				}
				account_block(&account, block);
			}
		}
		if (cut == 1) {
			whole = account.total;
		}
		EXPECT_EQUAL(account.total.instructions, 24);
		EXPECT_EQUAL(account.total.cycles, whole.cycles);
	}
	EXPECT_EQUAL(whole.cycles, 3 * (9 + 2));
	forget_blocks();
}

static void what_a_device_cut_off_is_taken_back(void) {
	start();
	run(MAIN, 10);
	account_cut(&account, MAIN + 2u * 3u);
	account_cut(&account, MAIN + 2u * 3u); /* LDRD goes to the bus twice */
	EXPECT_EQUAL(account.total.instructions, 4);
	EXPECT_EQUAL(account.total.cycles, 4 + COST_BRANCH_TAKEN);
	run(MAIN + 8u, 6);
	EXPECT_EQUAL(account.total.instructions, 10);
	EXPECT_EQUAL(account.total.cycles, 10 + COST_BRANCH_TAKEN);
	account_cut(&account, HANDLER); /* of no block under way */
	EXPECT_EQUAL(account.total.instructions, 10);
	forget_blocks();
}

static void a_stage_begun_twice_adds_up(void) {
	start();
	uint32_t at = mark(MAIN, ACCOUNT_CLIP, 0, 1);
	at = mark(at, ACCOUNT_HOP_BEGIN, 0, 0);
	for (int turn = 0; turn < 2; turn++) {
		at = stage_mark(at, ACCOUNT_STAGE_BEGIN, 0, 0);
		run(at, 5);
		at = stage_mark(at + 10u, ACCOUNT_STAGE_END, 0, 0);
	}
	(void)mark(at, ACCOUNT_HOP_END, 0, 0);
	EXPECT(ends_with(lines[2], " stage 0 12 12 0"));
	forget_blocks();
}

static void what_runs_before_the_first_hop_of_a_clip_is_its_own(void) {
	start();
	run(MAIN, 1000);
	uint32_t at = mark(MAIN + 2000u, ACCOUNT_CLIP, 5, 1);
	run(at, 200);
	at = mark(at + 400u, ACCOUNT_PLAY, 5, 1);
	run(at, 30);
	at = mark(at + 60u, ACCOUNT_HOP_BEGIN, 0, 0);
	(void)mark(at, ACCOUNT_HOP_END, 0, 0);
	EXPECT(strcmp(lines[2], "2 play 5 1") == 0);
	EXPECT(strcmp(lines[3], "3 hop 0 awake 34 34 0 irq 0 0 0") == 0);
	forget_blocks();
}

static unsigned errors(void) {
	unsigned count = 0;
	for (unsigned i = 0; i < line_count; i++) {
		count += strstr(lines[i], " error ") != NULL ? 1u : 0u;
	}
	return count;
}

static void marks_out_of_order_are_told(void) {
	start();
	(void)mark(MAIN, ACCOUNT_HOP_BEGIN, 0, 0); /* no clip */
	EXPECT_EQUAL(errors(), 1);
	start();
	uint32_t at = mark(MAIN, ACCOUNT_CLIP, 1, 1);
	at = mark(at, ACCOUNT_HOP_BEGIN, 3, 0);
	at = stage_mark(at, ACCOUNT_STAGE_BEGIN, 4, 0); /* of another hop */
	EXPECT_EQUAL(errors(), 1);
	at = stage_mark(at, ACCOUNT_STAGE_END, 3, 0); /* never begun */
	EXPECT_EQUAL(errors(), 2);
	at = mark(at, ACCOUNT_HOP_END, 2, 0); /* of another hop */
	EXPECT_EQUAL(errors(), 3);
	at = stage_mark(at, ACCOUNT_STAGE_BEGIN, 2, 0); /* outside of any */
	EXPECT_EQUAL(errors(), 4);
	run_to_store(at, 1, FIRST_MARK + ACCOUNT_IRQ_LEAVE);
	EXPECT_EQUAL(errors(), 5);
	run_to_store(at + 2u, 1, FIRST_MARK + ACCOUNT_MARKS);
	EXPECT_EQUAL(errors(), 6);
	forget_blocks();
}

static void lines_are_numbered_without_gaps(void) {
	start();
	(void)mark(MAIN, ACCOUNT_CLIP, 1, 2);
	for (uint32_t number = 0; number < 20; number++) {
		hop(number, number % 3 == 0);
	}
	for (unsigned i = 0; i < line_count; i++) {
		EXPECT_EQUAL(strtoul(lines[i], NULL, 10), i);
	}
	EXPECT_EQUAL(line_count, 22);
	EXPECT_EQUAL(errors(), 0);
	forget_blocks();
}

static void other_addresses_are_no_marks(void) {
	start();
	account_store(&account, 0x20000000u);
	account_store(&account, ACCOUNT_ITM - 4u);
	account_store(&account, ACCOUNT_ITM + 4u * ACCOUNT_PORTS);
	EXPECT_EQUAL(line_count, 1);
	EXPECT_EQUAL(account.digits, 0);
}

int main(void) {
	expect_run("stages are counted between their marks", stages_are_counted_between_their_marks);
	expect_run("an interrupt changes no stage", an_interrupt_changes_no_stage);
	expect_run("cutting blocks changes nothing", cutting_blocks_changes_nothing);
	expect_run("what a device cut off is taken back", what_a_device_cut_off_is_taken_back);
	expect_run("a stage begun twice adds up", a_stage_begun_twice_adds_up);
	expect_run("what runs before the first hop of a clip is its own", what_runs_before_the_first_hop_of_a_clip_is_its_own);
	expect_run("marks out of order are told", marks_out_of_order_are_told);
	expect_run("lines are numbered without gaps", lines_are_numbered_without_gaps);
	expect_run("other addresses are no marks", other_addresses_are_no_marks);
	return expect_end();
}
