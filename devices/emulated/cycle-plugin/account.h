/*
 * Keeps count: from executed blocks, from where they begin and end, and from the firmware's marks to what each stage of each
 * inference took. It knows nothing of QEMU, so that its tests run without it.
 *
 * Marks are stores to the stimulus ports of the ITM (DDI 0403E C1.7), of which a plugin sees the address: ports 0 to 15 push a
 * digit, ports from 16 on say what is marked. firmware/boards/cortex_m/cycle_marks.c is the other side.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cost.h"

#define ACCOUNT_ITM 0xE0000000u
#define ACCOUNT_PORTS 32u
#define ACCOUNT_STAGES 8u /* OSSICLE_MAX_STAGES */

/* Mark `kind` is port 16 + kind. Their numbers are the firmware's, too. */
enum account_mark {
	ACCOUNT_CLIP,        /* number of the clip, one digit for the attempt */
	ACCOUNT_PLAY,        /* the same: a preloaded clip begins to play */
	ACCOUNT_HOP_BEGIN,   /* number of the hop, and a 0 */
	ACCOUNT_STAGE_BEGIN, /* last digit of the hop, one for the stage */
	ACCOUNT_STAGE_END,
	ACCOUNT_HOP_END,     /* number of the hop, and a 0 */
	ACCOUNT_IRQ_ENTER,   /* no digits; before any branch of the handler */
	ACCOUNT_IRQ_LEAVE,   /* no digits; the handler's last branch is the return */
	ACCOUNT_MARKS
};

struct account_counts {
	uint64_t instructions;
	uint64_t cycles;
	uint64_t floats;
};

/* An instruction of a block, and what the block took up to and with it. */
struct account_step {
	uint32_t address;
	uint32_t cycles;
	uint32_t floats;
};

/* Instructions without a branch between them, as QEMU translates them: where it cuts does not matter to the counts. */
struct account_block {
	uint32_t start;
	uint32_t end;         /* address behind the last instruction */
	uint32_t count;
	enum cost_kind first;
	enum cost_kind last;
	bool may_return;      /* its last instruction may be a return from an exception */
	struct account_step steps[];
};

/* What the next block follows on. */
struct account_trail {
	uint32_t expected;    /* address that comes next where nothing branches */
	enum cost_kind last;
	bool may_return;
};

struct account_stage {
	bool seen;
	struct account_counts counts;
};

struct account {
	/* Takes a line without its line feed. */
	void (*write)(void *context, const char *line);
	void *context;
	uint64_t lines;

	const struct account_block *block; /* being executed */
	struct account_trail trail;
	struct account_counts total;       /* since the start, interrupts included */
	struct account_counts irq;         /* of these, in interrupts that have ended */

	/* The last time that a block did not follow on the one before it: perhaps an exception. */
	struct account_trail turn_trail;
	struct account_counts turn_total;  /* just before */
	bool in_irq;
	bool leaving;
	struct account_trail irq_trail;    /* of the interrupted code */
	struct account_counts irq_from;

	uint64_t number;                   /* digits pushed so far */
	unsigned digits;
	struct account_counts mark_total;  /* when the first digit of this mark came */
	struct account_counts mark_irq;

	bool in_clip;
	bool in_hop;
	uint32_t hop;
	struct account_counts hop_total;   /* end of the hop before, or begin of the clip */
	struct account_counts hop_irq;
	int stage;                         /* -1: between stages */
	struct account_counts stage_total;
	struct account_counts stage_irq;
	struct account_stage stages[ACCOUNT_STAGES];
};

/* Writes the head line. */
void account_init(struct account *account, void (*write)(void *context, const char *line), void *context);

/* A block begins. It is counted whole; `account_cut` takes back what did not come to it. */
void account_block(struct account *account, const struct account_block *block);

/* The instruction at `address` was the last one of its block to be executed: QEMU leaves a block at a device. */
void account_cut(struct account *account, uint32_t address);

/* A store to `address`; a mark where that is a stimulus port. */
void account_store(struct account *account, uint32_t address);

#endif
