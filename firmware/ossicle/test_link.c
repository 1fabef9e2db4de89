/* Go-back-N, receiving side, and the rules of HELLO: PROTOCOL.md section 3. */
#include "ossicle_bytes.h"
#include "ossicle_link.h"
#include "testing/expect.h"

static struct ossicle_link link;
static uint8_t nonce[4];

static enum ossicle_link_verdict receive(uint8_t type, uint16_t sequence) {
	struct ossicle_frame frame;
	ossicle_frame_init(&frame);
	frame.type = type;
	frame.sequence = sequence;
	frame.payload = nonce;
	frame.payload_bytes = type == OSSICLE_FRAME_HELLO ? 4 : 0;
	return ossicle_link_receive(&link, OSSICLE_FRAME_WHOLE, &frame);
}

static enum ossicle_link_verdict hello(uint32_t value, uint16_t sequence) {
	ossicle_put_u32(nonce, value);
	return receive(OSSICLE_FRAME_HELLO, sequence);
}

static enum ossicle_link_verdict damage(void) {
	struct ossicle_frame frame;
	ossicle_frame_init(&frame);
	return ossicle_link_receive(&link, OSSICLE_FRAME_DAMAGED, &frame);
}

static void begin(uint16_t sequence) {
	ossicle_link_init(&link, 2048);
	EXPECT_EQUAL(hello(7, sequence), OSSICLE_LINK_SESSION);
	ossicle_link_acked(&link);
}

static void before_a_session(void) {
	ossicle_link_init(&link, 2048);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 0), OSSICLE_LINK_DROP);
	EXPECT_EQUAL(damage(), OSSICLE_LINK_DROP);
	EXPECT(!ossicle_link_ack_due(&link, true));
	EXPECT_EQUAL(link.crc_errors, 0);
}

static void hello_rules(void) {
	begin(65535);
	EXPECT_EQUAL(link.next, 0); /* modulo 2^16 */
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 0), OSSICLE_LINK_ACCEPT);
	EXPECT_EQUAL(hello(7, 12345), OSSICLE_LINK_HELLO_AGAIN);
	EXPECT_EQUAL(link.next, 1);
	EXPECT_EQUAL(hello(8, 500), OSSICLE_LINK_SESSION);
	EXPECT_EQUAL(link.next, 501);
	ossicle_link_end_session(&link);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 501), OSSICLE_LINK_DROP);
	EXPECT_EQUAL(hello(8, 3), OSSICLE_LINK_SESSION);
}

static void says_err_once(void) {
	begin(10);
	EXPECT_EQUAL(damage(), OSSICLE_LINK_DROP);
	EXPECT(ossicle_link_ack_due(&link, false));
	EXPECT(strcmp(link.err, "crc") == 0);
	ossicle_link_acked(&link);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 12), OSSICLE_LINK_DROP);
	EXPECT_EQUAL(damage(), OSSICLE_LINK_DROP);
	EXPECT(!ossicle_link_ack_due(&link, true));
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 11), OSSICLE_LINK_ACCEPT);
	ossicle_link_acked(&link);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 14), OSSICLE_LINK_DROP);
	EXPECT(strcmp(link.err, "gap") == 0);
	EXPECT_EQUAL(link.crc_errors, 2);
	EXPECT_EQUAL(link.gaps, 2);
}

static void duplicates(void) {
	begin(100);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 101), OSSICLE_LINK_ACCEPT);
	ossicle_link_acked(&link);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 101), OSSICLE_LINK_DROP);
	EXPECT(ossicle_link_ack_due(&link, true));
	EXPECT(link.err == NULL);
	EXPECT_EQUAL(link.gaps, 0);
	EXPECT_EQUAL(link.next, 102);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, (uint16_t)(102 + 0x8000)), OSSICLE_LINK_DROP); /* half a turn back */
	EXPECT_EQUAL(link.gaps, 0);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 102 + 0x7FFF), OSSICLE_LINK_DROP); /* and just less than half ahead */
	EXPECT_EQUAL(link.gaps, 1);
}

static void acknowledges_at_half_or_empty(void) {
	begin(0);
	EXPECT_EQUAL(receive(OSSICLE_FRAME_PING, 1), OSSICLE_LINK_ACCEPT);
	ossicle_link_consumed(&link, 1023);
	EXPECT(!ossicle_link_ack_due(&link, false));
	EXPECT(ossicle_link_ack_due(&link, true));
	ossicle_link_consumed(&link, 1);
	EXPECT(ossicle_link_ack_due(&link, false));
	ossicle_link_acked(&link);
	ossicle_link_consumed(&link, 2000);
	EXPECT(!ossicle_link_ack_due(&link, true)); /* nothing new to acknowledge */
}

int main(void) {
	expect_run("before a session nothing but HELLO counts", before_a_session);
	expect_run("a new nonce begins a session, the current one changes nothing", hello_rules);
	expect_run("err is said once, until the wanted frame arrives", says_err_once);
	expect_run("an old frame is dropped and acknowledged", duplicates);
	expect_run("acknowledged when half the ring is consumed, or it is empty", acknowledges_at_half_or_empty);
	return expect_end();
}
