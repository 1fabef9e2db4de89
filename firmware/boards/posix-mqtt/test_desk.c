/* Which requests are carried out, and who has the device. */
#include "desk.h"

#include "testing/expect.h"

#define INCARNATION "1111111111111111"
#define LEASE "2222222222222222"
#define IMAGE "3333333333333333333333333333333333333333333333333333333333333333"

static struct desk desk;
static struct desk_outcome outcome;
static const struct device_facts facts = { .bench = "b", .device = "d", .board = "posix-mqtt", .image_sha256 = IMAGE };

static struct ask asking(enum ask_op op, const char *id) {
	struct ask ask;
	memset(&ask, 0, sizeof ask);
	ask.op = op;
	ask.expires_device_ms = 1000;
	memset(ask.id, '0', 32); /* zeros in front */
	memcpy(ask.id + 32 - strlen(id), id, strlen(id));
	snprintf(ask.reply_to, sizeof ask.reply_to, "%032d", 7);
	strcpy(ask.incarnation, INCARNATION);
	strcpy(ask.lease, LEASE);
	strcpy(ask.image_sha256, IMAGE);
	strcpy(ask.holder, "ci");
	return ask;
}

static enum desk_decision decide(const struct ask *ask, int channel, int64_t now_ms) {
	memset(&outcome, 0, sizeof outcome);
	return desk_decide(&desk, ask, &facts, channel, now_ms, &outcome);
}

/* Decides, and answers what has to be. */
static enum desk_decision serve(const struct ask *ask, int channel, int64_t now_ms) {
	struct desk_answer unkept;
	enum desk_decision decision = decide(ask, channel, now_ms);
	if (decision == DESK_CARRY_OUT || decision == DESK_ANSWER) {
		strcpy(desk_answer(&desk, ask, &unkept)->text, decision == DESK_ANSWER ? outcome.code : "done");
	}
	if (decision == DESK_CARRY_OUT && ask->op == ASK_ACQUIRE) {
		desk_lend(&desk, ask, now_ms);
	}
	return decision;
}

static void begin(void) {
	desk_open(&desk, INCARNATION);
}

static void acquired(void) {
	begin();
	struct ask acquire = asking(ASK_ACQUIRE, "1");
	EXPECT_EQUAL(serve(&acquire, 0, 10), DESK_CARRY_OUT);
	EXPECT(strcmp(desk_holder(&desk), "ci") == 0);
}

static void expect_refusal(const struct ask *ask, int channel, int64_t now_ms, const char *code) {
	EXPECT_EQUAL(decide(ask, channel, now_ms), DESK_ANSWER);
	EXPECT(outcome.code != NULL && strcmp(outcome.code, code) == 0);
}

static void one_lease(void) {
	acquired();
	struct ask second = asking(ASK_ACQUIRE, "2");
	strcpy(second.lease, "4444444444444444");
	expect_refusal(&second, 0, 10, "held");
	EXPECT(strstr(outcome.text, "ci") != NULL);
	struct ask describe = asking(ASK_DESCRIBE, "3");
	describe.lease[0] = 0;
	EXPECT_EQUAL(decide(&describe, 0, 999999), DESK_CARRY_OUT);
}

static void other_image(void) {
	begin();
	struct ask acquire = asking(ASK_ACQUIRE, "1");
	acquire.image_sha256[63] = '4';
	expect_refusal(&acquire, 0, 10, "image-differs");
	EXPECT(desk_holder(&desk) == NULL);
}

static void needs_the_lease(void) {
	static const enum ask_op ops[] = { ASK_FLASH, ASK_SAFE, ASK_START, ASK_STOP, ASK_RELEASE };
	for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
		begin();
		struct ask ask = asking(ops[i], "5");
		expect_refusal(&ask, 0, 10, "no-lease");
		acquired();
		EXPECT_EQUAL(decide(&ask, 0, 10), DESK_CARRY_OUT);
		strcpy(ask.lease, "4444444444444444");
		expect_refusal(&ask, 0, 10, "no-lease");
	}
}

static void stale_and_expired(void) {
	acquired();
	struct ask start = asking(ASK_START, "2");
	EXPECT_EQUAL(decide(&start, 0, 1000), DESK_CARRY_OUT);
	expect_refusal(&start, 0, 1001, "expired");
	start.incarnation[0] = '9';
	expect_refusal(&start, 0, 10, "stale");
	/* The last will of a controller knows neither. */
	struct ask release = asking(ASK_RELEASE, "3");
	release.incarnation[0] = 0;
	release.expires_device_ms = 0;
	EXPECT_EQUAL(decide(&release, 0, 1001), DESK_CARRY_OUT);
}

static void comes_twice(void) {
	acquired();
	struct ask acquire = asking(ASK_ACQUIRE, "1");
	EXPECT_EQUAL(decide(&acquire, 0, 999999), DESK_REPEAT);
	EXPECT(strcmp(outcome.answer->text, "done") == 0);
	/* A refusal is an answer, too: what was refused once does not happen later. */
	struct ask start = asking(ASK_START, "2");
	EXPECT_EQUAL(serve(&start, 2, 10), DESK_ANSWER);
	EXPECT_EQUAL(decide(&start, 0, 10), DESK_REPEAT);
	EXPECT(strcmp(outcome.answer->text, "channel-open") == 0);
}

static void an_id_of_another_request(void) {
	acquired();
	struct ask release = asking(ASK_RELEASE, "1");
	EXPECT_EQUAL(decide(&release, 0, 10), DESK_REFUSE);
	struct ask elsewhere = asking(ASK_ACQUIRE, "1");
	elsewhere.reply_to[0] = '9';
	EXPECT_EQUAL(decide(&elsewhere, 0, 10), DESK_REFUSE);
}

static void keeps_64(void) {
	acquired();
	struct ask ask;
	char id[33];
	for (unsigned i = 0; i < DESK_KEPT - 1; i++) {
		snprintf(id, sizeof id, "%032u", 100 + i);
		ask = asking(ASK_SAFE, id);
		EXPECT_EQUAL(serve(&ask, 0, 10), DESK_CARRY_OUT);
		/* However often somebody asks what is there, no other answer is forgotten for it. */
		struct ask describe = asking(ASK_DESCRIBE, id);
		describe.id[0] = 'd';
		EXPECT_EQUAL(serve(&describe, 0, 10), DESK_CARRY_OUT);
	}
	struct ask acquire = asking(ASK_ACQUIRE, "1");
	EXPECT_EQUAL(decide(&acquire, 0, 10), DESK_REPEAT);
	ask = asking(ASK_SAFE, "ff");
	EXPECT_EQUAL(serve(&ask, 0, 10), DESK_CARRY_OUT);
	EXPECT_EQUAL(decide(&acquire, 0, 10), DESK_ANSWER);
}

static void one_channel(void) {
	acquired();
	struct ask start = asking(ASK_START, "2");
	expect_refusal(&start, 1, 10, "channel-open");
	expect_refusal(&start, 2, 10, "channel-open");
	struct ask stop = asking(ASK_STOP, "3");
	expect_refusal(&stop, 2, 10, "no-channel");
	EXPECT_EQUAL(decide(&stop, 1, 10), DESK_CARRY_OUT);
	EXPECT_EQUAL(decide(&stop, 0, 10), DESK_CARRY_OUT);
}

static void lease_ends(void) {
	acquired(); /* at 10 ms */
	EXPECT(!desk_forgotten(&desk, false, 60009));
	EXPECT(desk_forgotten(&desk, false, 60010));
	EXPECT(!desk_forgotten(&desk, true, 999999));
	struct ask flash = asking(ASK_FLASH, "2");
	flash.expires_device_ms = 99999;
	EXPECT_EQUAL(decide(&flash, 0, 50000), DESK_CARRY_OUT);
	EXPECT(!desk_forgotten(&desk, false, 60010));
	desk_take_back(&desk, "nobody spoke");
	EXPECT(desk_holder(&desk) == NULL);
	EXPECT(!desk_forgotten(&desk, false, 999999));
	expect_refusal(&flash, 0, 50000, "no-lease");
	EXPECT(strstr(outcome.text, "nobody spoke") != NULL);
	struct ask release = asking(ASK_RELEASE, "3");
	EXPECT_EQUAL(decide(&release, 0, 50000), DESK_CARRY_OUT);
	struct ask again = asking(ASK_ACQUIRE, "4");
	again.expires_device_ms = 99999;
	EXPECT_EQUAL(serve(&again, 0, 50000), DESK_CARRY_OUT);
}

static void longest_texts_fit(void) {
	struct ask acquire = asking(ASK_ACQUIRE, "1");
	begin();
	memset(acquire.holder, 'h', sizeof acquire.holder - 1);
	EXPECT_EQUAL(serve(&acquire, 0, 10), DESK_CARRY_OUT);
	struct ask second = asking(ASK_ACQUIRE, "2");
	expect_refusal(&second, 0, 10, "held");
	EXPECT(strstr(outcome.text, "then try again.") != NULL);
}

int main(void) {
	expect_run("one lease at a time, and anybody may look", one_lease);
	expect_run("another image than the device's is refused", other_image);
	expect_run("everything else needs the lease", needs_the_lease);
	expect_run("stale and expired requests are refused, a release is neither", stale_and_expired);
	expect_run("a request that comes twice is answered twice and done once", comes_twice);
	expect_run("the id of another request is no request", an_id_of_another_request);
	expect_run("64 answers are kept", keeps_64);
	expect_run("one channel at a time", one_channel);
	expect_run("a lease that nobody uses ends", lease_ends);
	expect_run("the longest texts fit", longest_texts_fit);
	return expect_end();
}
