#include "fake_board.h"

#include <string.h>

#include "ossicle_bytes.h"
#include "ossicle_counter.h"
#include "ossicle_crc32.h"

struct fake_board fake;

static const char *const stages[FAKE_STAGES] = { "one", "two" };
static const char *const labels[FAKE_LABELS] = { "a", "b", "c" };
static const char *const caps[] = { "realtime", "preload" };

static uint32_t overruns(void *context) {
	(void)context;
	return 0;
}

static long write_out(void *context, const uint8_t *from, size_t count) {
	(void)context;
	if (fake.deserted) {
		return -1;
	}
	size_t room = sizeof fake.out - 1u - fake.out_count;
	size_t kept = count < room ? count : room;
	memcpy(fake.out + fake.out_count, from, kept);
	fake.out_count += kept;
	return (long)count;
}

static void stamp(void *context, struct ossicle_stamp *stamp) {
	(void)context;
	fake.counter += fake.counter_step;
	stamp->cycles = ossicle_counter32_extend(&fake.extended, fake.counter);
	stamp->irq_cycles = fake.irq_cycles;
	stamp->sleep_cycles = fake.sleep_cycles;
}

static uint32_t millis(void *context) {
	(void)context;
	return fake.millis;
}

static void idle(void *context) {
	(void)context;
}

static void spin(void *context, uint32_t iterations) {
	(void)context;
	fake.counter += iterations;
}

static void hop_start(void *context) {
	(void)context;
	fake.hops_due = 0;
}

static uint32_t hop_due(void *context) {
	(void)context;
	return fake.hops_due;
}

static void memory(void *context, struct ossicle_memory *memory) {
	(void)context;
	memory->static_bytes = 1;
}

static void reset(void *context) {
	(void)context;
	fake.resets++;
}

static void on_clip_begin(void *context) {
	(void)context;
	fake.hops_heard = 0;
	fake.heard_crc = 0;
}

static void on_audio(void *context, const int16_t *hop, struct ossicle_stages *marks, struct ossicle_result *result) {
	(void)context;
	ossicle_stage_begin(marks, 0);
	fake.heard_crc = ossicle_crc32_samples(fake.heard_crc, hop, FAKE_HOP);
	ossicle_stage_end(marks, 0);
	ossicle_stage_begin(marks, 1);
	fake.hops_heard++;
	ossicle_stage_end(marks, 1);
	result->label = 1;
	result->scores[0] = 70000; /* must be clipped to 16 bits */
}

static void on_clip_end(void *context, struct ossicle_result *result) {
	(void)context;
	result->label = 2;
	result->scores[0] = -70000;
}

void fake_reset(void) {
	memset(&fake, 0, sizeof fake);
	fake.counter_step = 10;
	fake.identity = (struct ossicle_identity){
		.firmware = "fake", .board = "memory", .build = "0123456789abcdef", .boot_id = 0xB007u, .cause = "test",
		.clock_source = "host", .clock_hz = 1000000, .counter = "scripted", .counter_hz = 1000000, .caps = caps,
		.cap_count = 2,
	};
	fake.port = (struct ossicle_port){
		.identity = &fake.identity, .overruns = overruns, .write = write_out, .stamp = stamp, .millis = millis,
		.idle = idle, .spin = spin, .hop_start = hop_start, .hop_due = hop_due, .memory = memory, .reset = reset,
	};
	fake.app = (struct ossicle_app){
		.model = "none", .sample_rate = 16000, .hop = FAKE_HOP, .score_scale = 256, .stages = stages,
		.stage_count = FAKE_STAGES, .labels = labels, .label_count = FAKE_LABELS, .on_clip_begin = on_clip_begin,
		.on_audio = on_audio, .on_clip_end = on_clip_end,
	};
	(void)ossicle_ring_init(&fake.rx, fake.rx_bytes, sizeof fake.rx_bytes);
	fake.buffers = (struct ossicle_buffers){
		.rx = &fake.rx, .audio = fake.audio, .audio_samples = sizeof fake.audio / sizeof fake.audio[0],
		.records = fake.records, .record_bytes = sizeof fake.records, .scores = fake.scores,
		.score_bytes = sizeof fake.scores, .store = fake.store, .store_bytes = sizeof fake.store,
	};
}

void fake_start(void) {
	ossicle_counter32_init(&fake.extended, fake.counter);
	(void)ossicle_init(&fake.device, &fake.port, &fake.app, &fake.buffers);
}

void fake_settle(void) {
	while (ossicle_poll(&fake.device)) {
	}
}

void fake_clear_output(void) {
	memset(fake.out, 0, sizeof fake.out);
	fake.out_count = 0;
}

unsigned fake_said(const char *text) {
	unsigned count = 0;
	for (const char *at = strstr(fake.out, text); at != NULL; at = strstr(at + 1, text)) {
		count++;
	}
	return count;
}

void fake_receive(const uint8_t *bytes, size_t count) {
	for (size_t i = 0; i < count; i++) {
		(void)ossicle_ring_put(&fake.rx, bytes[i]);
	}
}

/* COBS encoder: the device needs none. */
static size_t cobs(uint8_t *to, const uint8_t *from, size_t count) {
	size_t code_at = 0;
	size_t at = 1;
	uint8_t code = 1;
	for (size_t i = 0; i < count; i++) {
		if (from[i] != 0) {
			to[at++] = from[i];
			code++;
		}
		if (from[i] == 0 || code == 0xFFu) {
			to[code_at] = code;
			code_at = at++;
			code = 1;
		}
	}
	to[code_at] = code;
	return at;
}

size_t fake_frame(uint8_t *to, uint8_t type, uint16_t sequence, const void *payload, size_t count) {
	uint8_t body[1024] = { OSSICLE_PROTOCOL_VERSION, type };
	ossicle_put_u16(body + 2, sequence);
	if (count > 0) {
		memcpy(body + 4, payload, count);
	}
	ossicle_put_u32(body + 4 + count, ossicle_crc32(0, body, 4 + count));
	to[0] = 0;
	size_t encoded = cobs(to + 1, body, count + 8);
	to[1 + encoded] = 0;
	return encoded + 2;
}

void fake_send(uint8_t type, const void *payload, size_t count) {
	uint8_t bytes[1100];
	fake_receive(bytes, fake_frame(bytes, type, fake.sequence++, payload, count));
	fake_settle();
}

void fake_hello(uint32_t nonce) {
	fake_number(OSSICLE_FRAME_HELLO, nonce);
}

void fake_config(uint8_t codec, uint8_t pacing, uint8_t flags) {
	uint8_t payload[OSSICLE_CONFIG_BYTES] = { codec, pacing, flags, 0, 0, 0, 1, 0 }; /* no heartbeat, 1 ms of jitter */
	fake_send(OSSICLE_FRAME_CONFIG, payload, sizeof payload);
}

void fake_clip_begin(uint32_t clip, uint32_t samples, uint32_t crc) {
	uint8_t payload[OSSICLE_CLIP_BEGIN_BYTES] = { 0 };
	ossicle_put_u32(payload + OSSICLE_CLIP_BEGIN_CLIP_OFFSET, clip);
	payload[OSSICLE_CLIP_BEGIN_ATTEMPT_OFFSET] = 1;
	ossicle_put_u32(payload + OSSICLE_CLIP_BEGIN_TOTAL_SAMPLES_OFFSET, samples);
	ossicle_put_u32(payload + OSSICLE_CLIP_BEGIN_CRC_OFFSET, crc);
	fake_send(OSSICLE_FRAME_CLIP_BEGIN, payload, sizeof payload);
}

void fake_audio(uint32_t offset, const void *bytes, size_t count) {
	uint8_t payload[OSSICLE_MAX_PAYLOAD_BYTES];
	ossicle_put_u32(payload, offset);
	memcpy(payload + OSSICLE_AUDIO_BYTES, bytes, count);
	fake_send(OSSICLE_FRAME_AUDIO, payload, OSSICLE_AUDIO_BYTES + count);
}

void fake_silence(uint32_t offset, uint32_t count) {
	uint8_t payload[OSSICLE_SILENCE_BYTES];
	ossicle_put_u32(payload + OSSICLE_SILENCE_OFFSET_OFFSET, offset);
	ossicle_put_u32(payload + OSSICLE_SILENCE_COUNT_OFFSET, count);
	fake_send(OSSICLE_FRAME_SILENCE, payload, sizeof payload);
}

void fake_number(uint8_t type, uint32_t number) {
	uint8_t payload[4];
	ossicle_put_u32(payload, number);
	fake_send(type, payload, sizeof payload);
}
