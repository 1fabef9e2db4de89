/* Sequences, beats and silence of a channel. */
#include "channel.h"

#include "testing/expect.h"

#define ID "00112233aabbccff"

static struct chunk made(const struct channel *channel, enum chunk_kind kind, uint32_t sequence) {
	struct chunk chunk = { .kind = kind, .sequence = sequence, .payload = NULL, .payload_bytes = 0 };
	memcpy(chunk.channel, channel->id, sizeof chunk.channel);
	return chunk;
}

static enum channel_event receive(struct channel *channel, enum chunk_kind kind, uint32_t sequence) {
	struct chunk chunk = made(channel, kind, sequence);
	return channel_receive(channel, &chunk, 100);
}

static void in_order(void) {
	struct channel channel;
	channel_open(&channel, ID, 0);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 0), CHANNEL_BYTES);
	EXPECT_EQUAL(receive(&channel, CHUNK_BEAT, 1), CHANNEL_NOTHING);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 2), CHANNEL_BYTES);
	EXPECT_EQUAL(receive(&channel, CHUNK_END, 3), CHANNEL_END);
}

static void out_of_order(void) {
	struct channel channel;
	channel_open(&channel, ID, 0);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 1), CHANNEL_GAP);
	channel_open(&channel, ID, 0);
	EXPECT_EQUAL(receive(&channel, CHUNK_BEAT, 0x7FFFFFFFu), CHANNEL_GAP);
	channel_open(&channel, ID, 0);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 0), CHANNEL_BYTES);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 0), CHANNEL_REPEAT);
	EXPECT_EQUAL(receive(&channel, CHUNK_END, 0), CHANNEL_REPEAT);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 0xFFFFFFFFu), CHANNEL_REPEAT);
}

static void sequence_wraps(void) {
	struct channel channel;
	channel_open(&channel, ID, 0);
	channel.down_next = 0xFFFFFFFFu;
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 0xFFFFFFFFu), CHANNEL_BYTES);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 0), CHANNEL_BYTES);
}

static void refused_without_effect(void) {
	struct channel channel;
	channel_open(&channel, ID, 0);
	struct chunk other = made(&channel, CHUNK_BYTES, 0);
	other.channel[7] ^= 1u;
	EXPECT_EQUAL(channel_receive(&channel, &other, 100), CHANNEL_REFUSED);
	EXPECT_EQUAL(receive(&channel, CHUNK_CYCLES, 0), CHANNEL_REFUSED);
	EXPECT_EQUAL(channel.heard_ms, 0);
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 0), CHANNEL_BYTES);
	channel.open = false;
	EXPECT_EQUAL(receive(&channel, CHUNK_BYTES, 1), CHANNEL_REFUSED);
	EXPECT(!channel_silent(&channel, 1000000));
	EXPECT(!channel_beat_due(&channel, 1000000));
	EXPECT(!channel_is(&channel, ID));
}

static void time_passes(void) {
	struct channel channel;
	uint8_t header[CHUNK_HEADER_BYTES];
	channel_open(&channel, ID, 1000);
	EXPECT(!channel_beat_due(&channel, 2999));
	EXPECT(channel_beat_due(&channel, 3000));
	channel_say(&channel, CHUNK_BEAT, header, 3000);
	EXPECT(!channel_beat_due(&channel, 4999));
	EXPECT(!channel_silent(&channel, 15999));
	EXPECT(channel_silent(&channel, 16000));
	EXPECT_EQUAL(receive(&channel, CHUNK_BEAT, 0), CHANNEL_NOTHING); /* at 100 ms */
	EXPECT(channel_silent(&channel, 15100));
	EXPECT(!channel_silent(&channel, 15099));
}

static void what_is_said_is_numbered(void) {
	struct channel channel;
	struct chunk chunk;
	uint8_t bytes[CHUNK_HEADER_BYTES + 1] = { 0 };
	channel_open(&channel, ID, 0);
	EXPECT(channel_is(&channel, ID));
	EXPECT(!channel_is(&channel, "00112233aabbccfe"));
	for (uint32_t i = 0; i < 3; i++) {
		channel_say(&channel, CHUNK_BYTES, bytes, 0);
		EXPECT(chunk_read(bytes, sizeof bytes, &chunk) == NULL);
		EXPECT_EQUAL(chunk.sequence, i);
		EXPECT(memcmp(chunk.channel, "\x00\x11\x22\x33\xaa\xbb\xcc\xff", 8) == 0);
	}
}

int main(void) {
	expect_run("chunks in order are taken", in_order);
	expect_run("a lost chunk is a gap, an old one a repeat", out_of_order);
	expect_run("the sequence wraps", sequence_wraps);
	expect_run("a chunk of another channel has no effect", refused_without_effect);
	expect_run("beats and silence", time_passes);
	expect_run("what is said is numbered", what_is_said_is_numbered);
	return expect_end();
}
