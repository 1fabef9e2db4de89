/*
 * Who has the device, and which requests are carried out (firmware/wire/MQTT.md section 4): duplicates, other incarnations,
 * expiry, leases. Knows no socket and no clock; the carrying out is node.c's.
 */
#ifndef DESK_H
#define DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ask.h"
#include "message.h"

#define DESK_KEPT 64u
#define DESK_IDLE_MS 60000
#define REFUSAL_TEXT_BYTES 640u

/* The answer to a request, for when that comes again. */
struct desk_answer {
	enum ask_op op;
	char id[33];
	char reply_to[33];
	char text[MESSAGE_BYTES];
};

struct desk {
	char incarnation[17];
	bool held;
	char lease[17]; /* while it is held, and the last one afterwards */
	char holder[HOLDER_BYTES];
	const char *ended; /* why the last lease is over, NULL before any was */
	int64_t asked_ms;  /* last request of the lease, or end of its channel */
	unsigned kept;     /* answers ever */
	struct desk_answer answers[DESK_KEPT];
};

enum desk_decision {
	DESK_CARRY_OUT,
	DESK_REPEAT, /* it came already: the same answer again */
	DESK_ANSWER, /* it is refused, and the answer says why */
	DESK_REFUSE, /* it is no request at all: its id is that of another one */
};

/* What a decision goes with: the answer to repeat, or code and text of the refusal. */
struct desk_outcome {
	const struct desk_answer *answer;
	const char *code;
	char text[REFUSAL_TEXT_BYTES];
};

/* A new connection: nobody has the device, nothing was asked. `incarnation`: 16 hex digits. */
void desk_open(struct desk *desk, const char *incarnation);
/* `channel`: of the two, which the request names, is open: 0 none, 1 this one, 2 another. */
enum desk_decision desk_decide(
	struct desk *desk, const struct ask *ask, const struct device_facts *facts, int channel, int64_t now_ms,
	struct desk_outcome *outcome
);
/* Where the answer to a request is to be written. Keeps it, but for `describe`, which may simply be done again. */
struct desk_answer *desk_answer(struct desk *desk, const struct ask *ask, struct desk_answer *unkept);
/* Gives the device to who asked. */
void desk_lend(struct desk *desk, const struct ask *ask, int64_t now_ms);
/* `why`: a constant, a part of a sentence. */
void desk_take_back(struct desk *desk, const char *why);
/* Whether nothing was asked for so long, without a channel, that the lease has to end. */
bool desk_forgotten(const struct desk *desk, bool channel_open, int64_t now_ms);
/* Who has it, NULL while it is free. */
const char *desk_holder(const struct desk *desk);

#endif
