/* Counts what was refused, and says when to tell somebody: once a second at most for each kind. */
#ifndef REFUSALS_H
#define REFUSALS_H

#include <stdint.h>

#define REFUSAL_KINDS 32

struct refusals {
	uint32_t total;
	unsigned kind_count;
	struct {
		/* Both are constants of this program: a message that is refused leaves nothing of its own behind. */
		const char *where;
		const char *why;
		uint32_t unsaid; /* since it was last told of */
		int64_t said_ms;
	} kinds[REFUSAL_KINDS];
};

void refusals_clear(struct refusals *refusals);
/* Counts one. How many of its kind are to be told of now, this one included; 0: not yet. */
uint32_t refusals_count(struct refusals *refusals, const char *where, const char *why, int64_t now_ms);

#endif
