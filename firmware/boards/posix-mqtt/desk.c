#include "desk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void desk_open(struct desk *desk, const char *incarnation) {
	memset(desk, 0, sizeof *desk);
	snprintf(desk->incarnation, sizeof desk->incarnation, "%s", incarnation);
}

__attribute__((format(printf, 3, 4))) static enum desk_decision refuse(
	struct desk_outcome *outcome, const char *code, const char *format, ...
) {
	va_list arguments;
	va_start(arguments, format);
	outcome->code = code;
	vsnprintf(outcome->text, sizeof outcome->text, format, arguments);
	va_end(arguments);
	return DESK_ANSWER;
}

static const struct desk_answer *answered(const struct desk *desk, const char *id) {
	for (unsigned i = 0; i < DESK_KEPT; i++) {
		if (strcmp(desk->answers[i].id, id) == 0) {
			return &desk->answers[i];
		}
	}
	return NULL;
}

static enum desk_decision decide_acquire(
	const struct desk *desk, const struct ask *ask, const struct device_facts *facts, struct desk_outcome *outcome
) {
	if (desk->held) {
		return refuse(outcome, "held", "it is held by %s. Wait for that run or end it, then try again.", desk->holder);
	}
	if (strcmp(ask->image_sha256, facts->image_sha256) != 0) {
		return refuse(outcome, "image-differs",
			"%s is the image with SHA-256 %s, expected %s. Start the device anew from the image that is meant.",
			facts->device, facts->image_sha256, ask->image_sha256);
	}
	return DESK_CARRY_OUT;
}

static enum desk_decision decide_with_lease(
	struct desk *desk, const struct ask *ask, int channel, int64_t now_ms, struct desk_outcome *outcome
) {
	bool same = strcmp(desk->lease, ask->lease) == 0;
	if (!desk->held || !same) {
		/* One that is over already is given back: that is all a release wants. */
		if (desk->ended == NULL || !same) {
			return refuse(outcome, "no-lease", "no such lease: acquire the device first.");
		}
		return ask->op == ASK_RELEASE
			? DESK_CARRY_OUT
			: refuse(outcome, "no-lease", "the lease has ended: %s. Acquire the device again.", desk->ended);
	}
	desk->asked_ms = now_ms;
	if (ask->op == ASK_START && channel != 0) {
		return refuse(outcome, "channel-open", "a channel is open already: stop that one first.");
	}
	if (ask->op == ASK_STOP && channel == 2) {
		return refuse(outcome, "no-channel", "the channel that is open is another one than %s.", ask->channel);
	}
	return DESK_CARRY_OUT;
}

enum desk_decision desk_decide(
	struct desk *desk, const struct ask *ask, const struct device_facts *facts, int channel, int64_t now_ms,
	struct desk_outcome *outcome
) {
	if (ask->op == ASK_DESCRIBE) {
		return DESK_CARRY_OUT;
	}
	outcome->answer = answered(desk, ask->id);
	if (outcome->answer != NULL) {
		bool same = outcome->answer->op == ask->op && strcmp(outcome->answer->reply_to, ask->reply_to) == 0;
		return same ? DESK_REPEAT : DESK_REFUSE;
	}
	if (ask->op != ASK_RELEASE && strcmp(ask->incarnation, desk->incarnation) != 0) {
		return refuse(outcome, "stale",
			"the request is for incarnation %s, but this is %s: the device has connected anew since. Begin again.",
			ask->incarnation, desk->incarnation);
	}
	if (ask->op != ASK_RELEASE && now_ms > ask->expires_device_ms) {
		return refuse(outcome, "expired",
			"the request came %" PRId64 " ms after its expiry by the device's clock, and was not begun. Is the broker this slow?",
			now_ms - ask->expires_device_ms);
	}
	return ask->op == ASK_ACQUIRE ? decide_acquire(desk, ask, facts, outcome)
								  : decide_with_lease(desk, ask, channel, now_ms, outcome);
}

struct desk_answer *desk_answer(struct desk *desk, const struct ask *ask, struct desk_answer *unkept) {
	struct desk_answer *answer = ask->op == ASK_DESCRIBE ? unkept : &desk->answers[desk->kept++ % DESK_KEPT];
	answer->op = ask->op;
	memcpy(answer->id, ask->id, sizeof answer->id);
	memcpy(answer->reply_to, ask->reply_to, sizeof answer->reply_to);
	return answer;
}

void desk_lend(struct desk *desk, const struct ask *ask, int64_t now_ms) {
	desk->held = true;
	desk->asked_ms = now_ms;
	desk->ended = NULL;
	memcpy(desk->lease, ask->lease, sizeof desk->lease);
	memcpy(desk->holder, ask->holder, sizeof desk->holder);
}

void desk_take_back(struct desk *desk, const char *why) {
	desk->held = false;
	desk->ended = why;
}

bool desk_forgotten(const struct desk *desk, bool channel_open, int64_t now_ms) {
	return desk->held && !channel_open && now_ms - desk->asked_ms >= DESK_IDLE_MS;
}

const char *desk_holder(const struct desk *desk) {
	return desk->held ? desk->holder : NULL;
}
