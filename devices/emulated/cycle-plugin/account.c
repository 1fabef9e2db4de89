#include "account.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_CHARACTERS 1024u
#define FIRST_MARK_PORT 16u

#define COUNTS " %" PRIu64 " %" PRIu64 " %" PRIu64
#define COUNTS_OF(counts) (counts).instructions, (counts).cycles, (counts).floats

static void write_line(struct account *account, const char *text) {
	char line[LINE_CHARACTERS + 32u];
	(void)snprintf(line, sizeof line, "%" PRIu64 " %s", account->lines, text);
	account->lines++;
	account->write(account->context, line);
}

static struct account_counts difference(struct account_counts later, struct account_counts earlier) {
	return (struct account_counts){
		later.instructions - earlier.instructions,
		later.cycles - earlier.cycles,
		later.floats - earlier.floats,
	};
}

static struct account_counts sum(struct account_counts one, struct account_counts other) {
	return (struct account_counts){
		one.instructions + other.instructions,
		one.cycles + other.cycles,
		one.floats + other.floats,
	};
}

void account_init(struct account *account, void (*write)(void *context, const char *line), void *context) {
	char text[128];
	memset(account, 0, sizeof *account);
	account->write = write;
	account->context = context;
	account->stage = -1;
	(void)snprintf(text, sizeof text, "ossicle-cycles 1 cortex-m4 branch %u divide %u exception %u %u",
		COST_BRANCH_TAKEN, COST_DIVIDE, COST_EXCEPTION_ENTRY, COST_EXCEPTION_RETURN);
	write_line(account, text);
}

/* ---- blocks ---- */

static void end_irq(struct account *account) {
	account->total.cycles += COST_EXCEPTION_RETURN;
	account->irq = sum(account->irq, difference(account->total, account->irq_from));
	account->trail = account->irq_trail;
	account->in_irq = false;
	account->leaving = false;
}

void account_block(struct account *account, const struct account_block *block) {
	bool follows = block->start == account->trail.expected;
	if (account->leaving && !follows && account->trail.may_return) {
		end_irq(account);
		follows = block->start == account->trail.expected;
	}
	if (!follows) {
		account->turn_trail = account->trail;
		account->turn_total = account->total;
		account->total.cycles += COST_BRANCH_TAKEN;
	} else if (cost_overlaps(account->trail.last, block->first)) {
		account->total.cycles--;
	}
	const struct account_step *last = &block->steps[block->count - 1u];
	account->total.instructions += block->count;
	account->total.cycles += last->cycles;
	account->total.floats += last->floats;
	account->trail = (struct account_trail){ block->end, block->last, block->may_return };
	account->block = block;
}

void account_cut(struct account *account, uint32_t address) {
	const struct account_block *block = account->block;
	if (block == NULL || address < block->start || address >= block->end) {
		return;
	}
	uint32_t at = 0;
	while (at < block->count - 1u && block->steps[at].address != address) {
		at++;
	}
	if (at == block->count - 1u || account->trail.expected != block->end) {
		return; /* nothing is left, or it has been taken back: an instruction may go to the bus several times */
	}
	const struct account_step *whole = &block->steps[block->count - 1u];
	const struct account_step *step = &block->steps[at];
	account->total.instructions -= block->count - 1u - at;
	account->total.cycles -= whole->cycles - step->cycles;
	account->total.floats -= whole->floats - step->floats;
	account->trail.expected = step[1].address;
	/* Behind a device nothing overlaps: the bus waits for it. */
	account->trail.last = COST_PLAIN;
	account->trail.may_return = false;
}

/* ---- marks ---- */

static void fault(struct account *account, const char *what) {
	char text[160];
	(void)snprintf(text, sizeof text, "error %s (clip %s, hop %" PRIu32 ", stage %d)", what,
		account->in_clip ? "begun" : "none", account->hop, account->stage);
	write_line(account, text);
}

static void enter_irq(struct account *account) {
	if (account->in_irq) {
		fault(account, "an interrupt handler began inside another");
		return;
	}
	account->in_irq = true;
	account->leaving = false;
	account->irq_trail = account->turn_trail;
	account->irq_from = account->turn_total;
	/* What looked like a branch was the exception. */
	account->total.cycles += COST_EXCEPTION_ENTRY - COST_BRANCH_TAKEN;
}

static void leave_irq(struct account *account) {
	if (!account->in_irq) {
		fault(account, "an interrupt handler ended that had not begun");
		return;
	}
	account->leaving = true;
}

static void begin_waiting(struct account *account) {
	account->in_hop = false;
	account->stage = -1;
	account->hop_total = account->total;
	account->hop_irq = account->irq;
}

static void mark_clip(struct account *account, const char *word) {
	char text[64];
	account->in_clip = true;
	account->hop = 0;
	/* Of a boot before this one, perhaps, which ended in a handler. */
	account->in_irq = false;
	account->leaving = false;
	begin_waiting(account);
	(void)snprintf(text, sizeof text, "%s %" PRIu64 " %u", word, account->number >> 4, (unsigned)(account->number & 15u));
	write_line(account, text);
}

static void mark_hop_begin(struct account *account) {
	if (!account->in_clip || account->in_hop) {
		fault(account, "a hop began where none was due");
	}
	account->in_hop = true;
	account->stage = -1;
	account->hop = (uint32_t)(account->number >> 4);
	memset(account->stages, 0, sizeof account->stages);
}

/* The mark's stage, where its hop is the one under way; else -1. */
static int stage_of(const struct account *account) {
	unsigned stage = (unsigned)account->number & 15u;
	unsigned hop = (unsigned)(account->number >> 4) & 15u;
	return account->in_hop && stage < ACCOUNT_STAGES && hop == (account->hop & 15u) ? (int)stage : -1;
}

static void mark_stage_begin(struct account *account) {
	int stage = stage_of(account);
	if (stage < 0 || account->stage >= 0) {
		fault(account, "a stage began where none was due");
	}
	account->stage = stage;
	account->stage_total = account->total;
	account->stage_irq = account->irq;
}

static void mark_stage_end(struct account *account) {
	int stage = stage_of(account);
	if (stage < 0 || account->stage != stage) {
		fault(account, "a stage ended that had not begun");
		account->stage = -1;
		return;
	}
	struct account_stage *of = &account->stages[stage];
	struct account_counts all = difference(account->mark_total, account->stage_total);
	struct account_counts interrupts = difference(account->mark_irq, account->stage_irq);
	of->seen = true;
	of->counts = sum(of->counts, difference(all, interrupts));
	account->stage = -1;
}

static void mark_hop_end(struct account *account) {
	char text[LINE_CHARACTERS];
	if (!account->in_hop || account->stage >= 0 || account->hop != account->number >> 4) {
		fault(account, "a hop ended that had not begun, or in a stage");
	}
	struct account_counts awake = difference(account->total, account->hop_total);
	struct account_counts irq = difference(account->irq, account->hop_irq);
	int at = snprintf(text, sizeof text, "hop %" PRIu32 " awake" COUNTS " irq" COUNTS, (uint32_t)(account->number >> 4),
		COUNTS_OF(awake), COUNTS_OF(irq));
	for (unsigned i = 0; i < ACCOUNT_STAGES; i++) {
		if (account->stages[i].seen) {
			at += snprintf(text + at, sizeof text - (size_t)at, " stage %u" COUNTS, i,
				COUNTS_OF(account->stages[i].counts));
		}
	}
	write_line(account, text);
	begin_waiting(account);
}

static void mark(struct account *account, unsigned kind) {
	switch (kind) {
	case ACCOUNT_CLIP:
		mark_clip(account, "clip");
		break;
	case ACCOUNT_PLAY:
		mark_clip(account, "play");
		break;
	case ACCOUNT_HOP_BEGIN:
		mark_hop_begin(account);
		break;
	case ACCOUNT_STAGE_BEGIN:
		mark_stage_begin(account);
		break;
	case ACCOUNT_STAGE_END:
		mark_stage_end(account);
		break;
	case ACCOUNT_HOP_END:
		mark_hop_end(account);
		break;
	default:
		fault(account, "a mark of no known kind came");
		break;
	}
	account->number = 0;
	account->digits = 0;
}

void account_store(struct account *account, uint32_t address) {
	if (address < ACCOUNT_ITM || address >= ACCOUNT_ITM + 4u * ACCOUNT_PORTS) {
		return;
	}
	unsigned port = (address - ACCOUNT_ITM) / 4u;
	/* An interrupt may come between the digits of a mark: its own marks have none and touch nobody's. */
	if (port == FIRST_MARK_PORT + ACCOUNT_IRQ_ENTER) {
		enter_irq(account);
		return;
	}
	if (port == FIRST_MARK_PORT + ACCOUNT_IRQ_LEAVE) {
		leave_irq(account);
		return;
	}
	if (account->digits == 0) {
		account->mark_total = account->total;
		account->mark_irq = account->irq;
	}
	if (port < FIRST_MARK_PORT) {
		account->number = account->number << 4 | port;
		account->digits++;
	} else {
		mark(account, port - FIRST_MARK_PORT);
	}
}
