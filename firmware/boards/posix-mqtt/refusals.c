#include "refusals.h"

#include <string.h>

#define SAY_MS 1000

void refusals_clear(struct refusals *refusals) {
	memset(refusals, 0, sizeof *refusals);
}

uint32_t refusals_count(struct refusals *refusals, const char *where, const char *why, int64_t now_ms) {
	unsigned at = 0;
	refusals->total++;
	while (at < refusals->kind_count
		&& (strcmp(refusals->kinds[at].where, where) != 0 || strcmp(refusals->kinds[at].why, why) != 0)) {
		at++;
	}
	if (at == REFUSAL_KINDS) {
		return 0; /* more kinds than this program has reasons: still counted in the total */
	}
	if (at == refusals->kind_count) {
		refusals->kind_count++;
		refusals->kinds[at].where = where;
		refusals->kinds[at].why = why;
		refusals->kinds[at].said_ms = now_ms - SAY_MS;
	}
	refusals->kinds[at].unsaid++;
	if (now_ms - refusals->kinds[at].said_ms < SAY_MS) {
		return 0;
	}
	uint32_t count = refusals->kinds[at].unsaid;
	refusals->kinds[at].unsaid = 0;
	refusals->kinds[at].said_ms = now_ms;
	return count;
}
