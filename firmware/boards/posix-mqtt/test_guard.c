/* What of the broker's bytes gets to libmosquitto. */
#include "guard.h"

#include "testing/expect.h"

#include <stdlib.h>

#define MAX_STREAM 200000u

static uint8_t stream[MAX_STREAM];
static size_t stream_bytes;
static uint8_t passed[MAX_STREAM];
static size_t passed_bytes;
static struct guard guard;

static void begin(void) {
	stream_bytes = 0;
	passed_bytes = 0;
	guard_init(&guard);
}

static void put(uint8_t byte) {
	stream[stream_bytes++] = byte;
}

static void put_length(uint32_t length) {
	do {
		put((uint8_t)((length & 0x7Fu) | (length > 0x7Fu ? 0x80u : 0u)));
		length >>= 7;
	} while (length > 0);
}

/* A PUBLISH on topic `ab`, of `payload` bytes. */
static void put_publish(uint8_t flags, uint32_t payload) {
	put((uint8_t)(0x30u | flags));
	put_length(2u + 2u + ((flags & 6u) != 0 ? 2u : 0u) + payload);
	put(0);
	put(2);
	put('a');
	put('b');
	if ((flags & 6u) != 0) {
		put(0x12);
		put(0x34);
	}
	for (uint32_t i = 0; i < payload; i++) {
		put((uint8_t)(i * 7u));
	}
}

/* Hands the stream over in pieces of `piece` bytes. */
static const char *pass(size_t piece) {
	uint8_t *out = malloc(piece + GUARD_EXTRA_BYTES); /* no larger than it has to be, so that the sanitizer sees the end */
	const char *wrong = NULL;
	for (size_t at = 0; at < stream_bytes && wrong == NULL; at += piece) {
		size_t written = 0;
		size_t count = stream_bytes - at < piece ? stream_bytes - at : piece;
		wrong = guard_pass(&guard, stream + at, count, out, &written);
		EXPECT(passed_bytes + written <= sizeof passed);
		memcpy(passed + passed_bytes, out, written);
		passed_bytes += written;
	}
	free(out);
	return wrong;
}

static void short_packets(void) {
	static const size_t pieces[] = { 1, 2, 3, 7, 100, 4096, MAX_STREAM };
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		begin();
		put(0x20);
		put_length(2);
		put(0);
		put(0);
		put(0xD0);
		put_length(0);
		put_publish(0, 0);
		put_publish(2, 127);
		put_publish(1, GUARD_MAX_BYTES - 4);
		EXPECT(pass(pieces[i]) == NULL);
		EXPECT_EQUAL(passed_bytes, stream_bytes);
		EXPECT(memcmp(passed, stream, stream_bytes) == 0);
		EXPECT_EQUAL(guard.cut, 0);
	}
}

static void long_publishes(void) {
	static const size_t pieces[] = { 1, 2, 3, 7, 100, 4096, MAX_STREAM };
	static const uint8_t qos0[] = { 0x31, 4, 0, 2, 'a', 'b' };
	static const uint8_t qos1[] = { 0x3A, 6, 0, 2, 'a', 'b', 0x12, 0x34 };
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		begin();
		put_publish(1, GUARD_MAX_BYTES - 3); /* one byte too long */
		put_publish(2u | 8u, 100000);
		put(0xD0);
		put_length(0);
		EXPECT(pass(pieces[i]) == NULL);
		EXPECT_EQUAL(passed_bytes, sizeof qos0 + sizeof qos1 + 2);
		EXPECT(memcmp(passed, qos0, sizeof qos0) == 0);
		EXPECT(memcmp(passed + sizeof qos0, qos1, sizeof qos1) == 0);
		EXPECT(memcmp(passed + sizeof qos0 + sizeof qos1, "\xD0\x00", 2) == 0);
		EXPECT_EQUAL(guard.cut, 2);
	}
}

static void no_mqtt(void) {
	begin();
	put(0x30);
	for (int i = 0; i < 4; i++) {
		put(0xFF);
	}
	put(1);
	EXPECT(pass(3) != NULL);
	begin();
	put(0x90); /* a SUBACK of 1 MB */
	put_length(1000000);
	EXPECT(pass(1) != NULL);
	begin();
	put(0x30);
	put_length(70000);
	put(0xFF); /* of which the topic is 65535 */
	put(0xFF);
	EXPECT(pass(1) != NULL);
	EXPECT_EQUAL(passed_bytes, 0);
}

/* Any bytes, in any pieces: within bounds, and never more than came. */
static void anything(void) {
	uint32_t random = 7;
	for (unsigned round = 0; round < 2000; round++) {
		begin();
		for (unsigned i = 0; i < 300; i++) {
			random = random * 1664525u + 1013904223u;
			put((uint8_t)(random >> 24));
		}
		(void)pass(1 + random % 40u);
		EXPECT(passed_bytes <= stream_bytes);
	}
}

int main(void) {
	expect_run("packets of ordinary length pass unchanged", short_packets);
	expect_run("a PUBLISH that is too long loses its payload and nothing else", long_publishes);
	expect_run("what no broker sends ends the connection", no_mqtt);
	expect_run("any bytes in any pieces", anything);
	return expect_end();
}
