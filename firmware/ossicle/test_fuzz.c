/*
 * Hostile bytes under the sanitizers: the device must survive, and must never act on a damaged frame.
 *
 * Two kinds, from a fixed seed: mutated traffic (good frames with bytes flipped, dropped, doubled), and well-formed frames
 * with random types, sequence numbers and payloads (the CRC is right: only the content is hostile).
 */
#include "ossicle_crc32.h"
#include "testing/expect.h"
#include "testing/fake_board.h"

#define ROUNDS 20000u

static uint32_t seed;

static uint32_t dice(uint32_t sides) {
	seed = seed * 1664525u + 1013904223u; /* Numerical Recipes' generator: its high bits are good enough here */
	return (uint32_t)(((uint64_t)seed * sides) >> 32);
}

static int16_t feature(void *context, uint8_t index) {
	(void)context;
	return (int16_t)(index * -257);
}

static void begin(uint32_t with) {
	fake_reset();
	fake.app.on_feature = feature; /* as many as there may be */
	fake.app.feature_count = OSSICLE_MAX_FEATURES;
	fake.app.feature_scale = 1;
	seed = with;
	fake_start();
	fake_hello(1);
	fake_clear_output();
}

/* What the device wrote is always whole, sound lines. */
static void expect_lines(void) {
	char *at = fake.out;
	while (*at != 0) {
		char *end = strchr(at, '\n');
		EXPECT(end != NULL && end - at > 10);
		if (end == NULL || end - at <= 10) {
			return;
		}
		char suffix[16];
		snprintf(suffix, sizeof suffix, "*%08x", (unsigned)ossicle_crc32(0, at, (size_t)(end - at) - 9u));
		EXPECT(*at != '{' || memcmp(end - 9, suffix, 9) == 0);
		at = end + 1;
	}
	fake_clear_output();
}

static size_t random_payload(uint8_t type, uint8_t payload[OSSICLE_MAX_PAYLOAD_BYTES]) {
	static const uint8_t sizes[16] = { 0, 4, 8, 16, 4, 8, 4, 4, 0, 0, 4, 4, 0, 0, 0, 0 };
	size_t count = type < 16 && dice(8) != 0 ? sizes[type] : dice(OSSICLE_MAX_PAYLOAD_BYTES + 1);
	if ((type == OSSICLE_FRAME_AUDIO || type == OSSICLE_FRAME_PARAM) && dice(4) != 0) {
		count += dice(100);
		count = count < OSSICLE_MAX_PAYLOAD_BYTES ? count : OSSICLE_MAX_PAYLOAD_BYTES;
	}
	for (size_t i = 0; i < count; i++) {
		/* Mostly small numbers, so that fields are often in range and states are reached. */
		payload[i] = (uint8_t)(dice(3) == 0 ? dice(256) : dice(4));
	}
	return count;
}

static void hostile_content(void) {
	begin(12345);
	for (unsigned round = 0; round < ROUNDS && expect_ok; round++) {
		uint8_t payload[OSSICLE_MAX_PAYLOAD_BYTES];
		uint8_t type = (uint8_t)(dice(20) == 0 ? dice(256) : 1 + dice(15));
		if (type == OSSICLE_FRAME_CLOCK || type == OSSICLE_FRAME_BYE) {
			type = OSSICLE_FRAME_AUDIO;
		}
		if (type == OSSICLE_FRAME_HELLO) {
			fake_hello(dice(3));
			fake.sequence = (uint16_t)(fake.device.link.next);
		} else {
			fake_send(type, payload, random_payload(type, payload));
		}
		fake.hops_due += dice(3);
		fake.millis += dice(50);
		fake_settle();
		if (fake.device.frame_pending || fake.sequence != fake.device.link.next) {
			fake.hops_due += 1000000; /* let a play or a full buffer end, then catch up with what it swallowed */
			fake_settle();
			fake.sequence = fake.device.link.next;
		}
		expect_lines();
	}
	fake_hello(77);
	EXPECT_EQUAL(fake_said("\"nonce\":\"0000004d\""), 1);
}

/* Clips sent through a line that damages them, by a host that repeats. Whatever is completed must be what was sent. */
static void mutated_traffic(void) {
	uint8_t samples[2 * FAKE_HOP];
	uint32_t finished = 0;
	begin(777);
	for (unsigned round = 0; round < ROUNDS / 10u && expect_ok; round++) {
		uint8_t wire[5][700];
		size_t counts[5];
		uint32_t clip = round + 1u;
		for (size_t i = 0; i < sizeof samples; i++) {
			samples[i] = (uint8_t)dice(256);
		}
		uint32_t crc = ossicle_crc32(0, samples, sizeof samples);
		uint8_t config[OSSICLE_CONFIG_BYTES] = { 0 };
		uint8_t begin_payload[OSSICLE_CLIP_BEGIN_BYTES] = { 0 };
		uint8_t audio[4 + sizeof samples] = { 0 };
		memcpy(begin_payload, &clip, 4);
		begin_payload[4] = 1;
		begin_payload[8] = FAKE_HOP;
		memcpy(begin_payload + 12, &crc, 4);
		memcpy(audio + 4, samples, sizeof samples);
		uint16_t first = fake.device.link.next;
		counts[0] = fake_frame(wire[0], OSSICLE_FRAME_CONFIG, first, config, sizeof config);
		counts[1] = fake_frame(wire[1], OSSICLE_FRAME_CLIP_BEGIN, (uint16_t)(first + 1u), begin_payload, sizeof begin_payload);
		counts[2] = fake_frame(wire[2], OSSICLE_FRAME_AUDIO, (uint16_t)(first + 2u), audio, sizeof audio);
		counts[3] = fake_frame(wire[3], OSSICLE_FRAME_CLIP_END, (uint16_t)(first + 3u), &clip, 4);
		for (unsigned attempt = 0; attempt < 200 && fake.device.link.next != (uint16_t)(first + 4u); attempt++) {
			for (size_t i = (uint16_t)(fake.device.link.next - first); i < 4; i++) {
				for (size_t at = 0; at < counts[i]; at++) {
					uint32_t fate = attempt > 100 ? 99 : dice(100);
					uint8_t byte = (uint8_t)(fate == 0 ? wire[i][at] ^ (1u << dice(8)) : wire[i][at]);
					if (fate != 1) {
						fake_receive(&byte, 1);
					}
					if (fate == 2) {
						fake_receive(&byte, 1);
					}
				}
				fake_settle();
			}
		}
		EXPECT_EQUAL(fake.device.link.next, (uint16_t)(first + 4u));
		EXPECT_EQUAL(fake.heard_crc, crc);
		EXPECT_EQUAL(fake_said("\"t\":\"clip-end\""), 1);
		finished += fake_said("\"t\":\"clip-end\"");
		expect_lines();
	}
	EXPECT_EQUAL(finished, ROUNDS / 10u);
	EXPECT(fake.device.link.crc_errors > 100);
}

static void noise(void) {
	begin(4242);
	fake_send(OSSICLE_FRAME_PING, NULL, 0);
	uint16_t next = fake.device.link.next;
	for (unsigned i = 0; i < 200000 && expect_ok; i++) {
		uint8_t byte = (uint8_t)(dice(20) == 0 ? 0 : dice(256));
		fake_receive(&byte, 1);
		if (dice(16) == 0) {
			fake_settle();
		}
		if (i % 1000 == 0) {
			expect_lines();
		}
	}
	EXPECT_EQUAL(fake.device.link.next, next); /* nothing was taken for a frame */
	EXPECT(fake.device.link.crc_errors > 1000);
	EXPECT_EQUAL(fake.hops_heard, 0);
}

int main(void) {
	expect_run("random but well-formed frames", hostile_content);
	expect_run("clips through a line that flips, drops and doubles bytes arrive whole", mutated_traffic);
	expect_run("pure noise is never acted on", noise);
	return expect_end();
}
