/* The clip store: what goes in comes out, and it never takes more than it holds. */
#include "ossicle_store.h"
#include "ossicle_wire.h"
#include "testing/expect.h"

static uint8_t memory[256 + 16];
static struct ossicle_store store;

static void setup(uint32_t capacity, uint32_t results) {
	memset(memory, 0x5A, sizeof memory);
	ossicle_store_init(&store, memory, capacity);
	EXPECT(ossicle_store_clear(&store, results));
}

static void round_trip(void) {
	static const uint8_t one[] = { 1, 0, 2, 0, 3, 0 };
	static const uint8_t two[] = { 4, 0 };
	static const int16_t expected[] = { 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 4, 0 };
	int16_t out[16];
	setup(256, 0);
	EXPECT(ossicle_store_add_silence(&store, 2));
	EXPECT(ossicle_store_add_audio(&store, one, sizeof one));
	EXPECT(ossicle_store_add_silence(&store, 2));
	EXPECT(ossicle_store_add_silence(&store, 3));
	EXPECT(ossicle_store_add_audio(&store, two, sizeof two));
	EXPECT(ossicle_store_add_silence(&store, 1));
	EXPECT_EQUAL(store.audio_bytes, 6 + 8 + 6 + 4 + 6); /* neighbouring runs became one */
	for (uint32_t step = 1; step <= 5; step++) {
		uint32_t at = 0;
		uint32_t count;
		ossicle_store_rewind(&store);
		while ((count = ossicle_store_read(&store, OSSICLE_CODEC_PCM16, out + at, step)) > 0) {
			at += count;
		}
		EXPECT_EQUAL(at, sizeof expected / sizeof expected[0]);
		EXPECT(memcmp(out, expected, sizeof expected) == 0);
	}
}

static void overflow(void) {
	uint8_t bytes[64] = { 0 };
	setup(256, 100);
	EXPECT(ossicle_store_results(&store) == memory + 156);
	EXPECT(ossicle_store_add_audio(&store, bytes, 64));
	EXPECT(ossicle_store_add_audio(&store, bytes, 64));
	EXPECT_EQUAL(store.audio_bytes, 132);
	EXPECT(!ossicle_store_add_audio(&store, bytes, 23)); /* 24 bytes are left, 2 of them for the head */
	EXPECT(ossicle_store_add_audio(&store, bytes, 17));
	EXPECT(!ossicle_store_add_silence(&store, 1));
	EXPECT_EQUAL(store.audio_bytes, 151);
	for (size_t i = 151; i < sizeof memory; i++) {
		EXPECT_EQUAL(memory[i], 0x5A); /* neither the results' room nor anything beyond was touched */
	}
	EXPECT(!ossicle_store_clear(&store, 257));
	EXPECT(ossicle_store_clear(&store, 256));
	EXPECT(!ossicle_store_add_silence(&store, 1));
}

static void long_silence(void) {
	int16_t out[8];
	setup(64, 0);
	EXPECT(ossicle_store_add_silence(&store, UINT32_MAX));
	EXPECT(ossicle_store_add_silence(&store, 5)); /* a run of its own: the count must not wrap */
	EXPECT_EQUAL(store.audio_bytes, 12);
	EXPECT_EQUAL(ossicle_store_read(&store, OSSICLE_CODEC_MULAW, out, 8), 8);
}

static void no_store(void) {
	ossicle_store_init(&store, NULL, 4096);
	EXPECT_EQUAL(store.capacity, 0);
	EXPECT(ossicle_store_clear(&store, 0));
	EXPECT(!ossicle_store_add_silence(&store, 1));
	EXPECT(!ossicle_store_clear(&store, 1));
}

int main(void) {
	expect_run("audio and silence come out as they went in, in pieces of any size", round_trip);
	expect_run("a full store refuses and touches nothing", overflow);
	expect_run("silence longer than 32 bits count", long_silence);
	expect_run("a board without a store", no_store);
	return expect_end();
}
