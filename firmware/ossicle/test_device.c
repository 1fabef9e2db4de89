/* The whole device in memory: what a host sees, and what it may not break. */
#include "ossicle_bytes.h"
#include "ossicle_crc32.h"
#include "testing/expect.h"
#include "testing/fake_board.h"

#define FAST OSSICLE_PACING_FAST
#define REALTIME OSSICLE_PACING_REALTIME
#define PRELOAD OSSICLE_PACING_PRELOAD

/* 100 samples of pcm16: six hops of 16 and a rest of 4. */
#define CLIP_SAMPLES 100u
static uint8_t clip_bytes[2 * CLIP_SAMPLES];
static uint32_t clip_crc;
static uint32_t hops_crc; /* of the part that makes whole hops */

static void session(void) {
	for (uint32_t i = 0; i < CLIP_SAMPLES; i++) {
		ossicle_put_u16(clip_bytes + 2 * i, (uint16_t)(i * 517u));
	}
	clip_crc = ossicle_crc32(0, clip_bytes, sizeof clip_bytes);
	hops_crc = ossicle_crc32(0, clip_bytes, 2u * 6u * FAKE_HOP);
	fake_reset();
	fake_start();
	fake_hello(0xABCD);
	fake_clear_output();
}

/* Each telemetry line's own CRC, and nothing that is not a line. */
static void expect_sound_output(void) {
	const char *at = fake.out;
	while (*at != 0) {
		const char *end = strchr(at, '\n');
		EXPECT(end != NULL);
		if (end == NULL) {
			return;
		}
		if (*at == '{') {
			char suffix[16];
			snprintf(suffix, sizeof suffix, "*%08x", (unsigned)ossicle_crc32(0, at, (size_t)(end - at) - 9u));
			EXPECT(memcmp(end - 9, suffix, 9) == 0);
		}
		at = end + 1;
	}
}

/* `clip-end` counts and hashes all lines from `clip-begin` up to itself. */
static void expect_totals(void) {
	const char *begin = strstr(fake.out, "{\"t\":\"clip-begin\"");
	const char *end = strstr(fake.out, "{\"t\":\"clip-end\"");
	EXPECT(begin != NULL && end != NULL);
	if (begin == NULL || end == NULL) {
		return;
	}
	unsigned lines = 0;
	for (const char *at = begin; at < end; at++) {
		lines += *at == '\n';
	}
	char totals[64];
	snprintf(totals, sizeof totals, "\"lines\":%u,\"linesCrc\":\"%08x\"}", lines,
		(unsigned)ossicle_crc32(0, begin, (size_t)(end - begin)));
	EXPECT_EQUAL(fake_said(totals), 1);
}

static void boots_and_answers(void) {
	fake_reset();
	fake_start();
	EXPECT_EQUAL(fake_said("{\"t\":\"boot\",\"q\":0,\"boot\":\"0000b007\",\"cause\":\"test\"}*"), 1);
	fake_receive((const uint8_t *)"info\r\nnonsense\n\x01info\n", 21);
	fake_settle();
	EXPECT_EQUAL(fake_said("ossicle device\n"), 1); /* the second `info` holds a control character */
	EXPECT_EQUAL(fake_said("unknown command"), 1);
	fake_hello(1);
	EXPECT_EQUAL(fake_said("{\"t\":\"hello\",\"q\":1,\"proto\":1,\"nonce\":\"00000001\",\"boot\":\"0000b007\""), 1);
	EXPECT_EQUAL(fake_said("\"caps\":[\"realtime\",\"preload\"]}*"), 1);
	EXPECT_EQUAL(fake_said("\"t\":\"ack\""), 1);
	fake_clear_output();
	fake_receive((const uint8_t *)"info\n", 5);
	fake_settle();
	EXPECT_EQUAL(fake.out_count, 0); /* no text commands inside a session */
	expect_sound_output();
}

static void plays_fast(void) {
	session();
	fake_config(OSSICLE_CODEC_PCM16, FAST, OSSICLE_CONFIG_FLAG_SCORES);
	fake_clip_begin(9, CLIP_SAMPLES, clip_crc);
	fake_audio(0, clip_bytes, 50);
	fake_audio(25, clip_bytes + 50, 150);
	fake_number(OSSICLE_FRAME_CLIP_END, 9);
	EXPECT_EQUAL(fake.hops_heard, 6);
	EXPECT_EQUAL(fake.heard_crc, hops_crc);
	EXPECT_EQUAL(fake_said("\"t\":\"inf\""), 1);
	EXPECT_EQUAL(fake_said("\"first\":0,\"n\":6,\"k\":3,\"b\":\"/38AAAAA"), 1); /* 70000 was clipped to 0x7FFF */
	EXPECT_EQUAL(fake_said("\"label\":2,\"scores\":[-70000,0,0]}"), 1);
	char text[64];
	snprintf(text, sizeof text, "\"samples\":100,\"crc\":\"%08x\",\"hops\":6,\"underruns\":0", (unsigned)clip_crc);
	EXPECT_EQUAL(fake_said(text), 1);
	expect_totals();
	expect_sound_output();
}

static char marked[2048];

static void note_mark(void *context, enum ossicle_mark mark, uint32_t number, uint8_t part) {
	(void)context;
	size_t at = strlen(marked);
	snprintf(marked + at, sizeof marked - at, "%c%u.%u ", "CPh[]H"[mark], (unsigned)number, part);
}

/* Whatever the pacing: a tracer knows of each stage which clip, hop and stage it is. */
static void marks_where_it_is(void) {
	fake_reset();
	marked[0] = 0;
	fake.port.mark = note_mark;
	fake_start();
	fake_hello(0xABCD);
	fake_config(OSSICLE_CODEC_PCM16, FAST, 0);
	fake_clip_begin(9, 40, ossicle_crc32(0, clip_bytes, 80));
	fake_audio(0, clip_bytes, 80);
	fake_number(OSSICLE_FRAME_CLIP_END, 9);
	EXPECT(strcmp(marked, "C9.1 h0.0 [0.0 ]0.0 [0.1 ]0.1 H0.0 h1.0 [1.0 ]1.0 [1.1 ]1.1 H1.0 ") == 0);
	marked[0] = 0;
	fake_config(OSSICLE_CODEC_PCM16, PRELOAD, 0);
	fake_clip_begin(10, 16, ossicle_crc32(0, clip_bytes, 32));
	fake_audio(0, clip_bytes, 32);
	fake_number(OSSICLE_FRAME_CLIP_END, 10);
	fake_number(OSSICLE_FRAME_PLAY, 10);
	fake.hops_due = 1;
	fake_settle();
	EXPECT(strcmp(marked, "C10.1 P10.1 h0.0 [0.0 ]0.0 [0.1 ]0.1 H0.0 ") == 0);
	expect_sound_output();
}

static int16_t feature(void *context, uint8_t index) {
	(void)context;
	const int16_t values[] = { (int16_t)(256 * (int)fake.hops_heard), (int16_t)-(int)fake.hops_heard, INT16_MAX };
	return values[index];
}

static void offer_features(void) {
	fake_reset();
	fake.app.on_feature = feature;
	fake.app.feature_count = 3;
	fake.app.feature_scale = 512;
	fake_start();
	fake_hello(0xABCD);
}

static void says_the_word_of_its_app(void) {
	fake_reset();
	fake.app.cap = "another-transform";
	fake_start();
	fake_hello(1);
	EXPECT_EQUAL(fake_said("\"caps\":[\"realtime\",\"preload\",\"another-transform\"]}*"), 1);
}

static void sends_features(void) {
	session();
	EXPECT_EQUAL(fake_said("features"), 0);
	offer_features();
	EXPECT_EQUAL(fake_said("\"caps\":[\"realtime\",\"preload\",\"features\"],\"featureScale\":512}*"), 1);
	fake_clear_output();
	fake_config(OSSICLE_CODEC_PCM16, FAST, 0);
	fake_clip_begin(8, CLIP_SAMPLES, clip_crc);
	fake_audio(0, clip_bytes, sizeof clip_bytes);
	fake_number(OSSICLE_FRAME_CLIP_END, 8);
	EXPECT_EQUAL(fake_said("clip-end"), 1);
	EXPECT_EQUAL(fake_said("features"), 0); /* only when asked */
	fake_clear_output();
	fake_config(OSSICLE_CODEC_PCM16, FAST, OSSICLE_CONFIG_FLAG_FEATURES);
	fake_clip_begin(9, CLIP_SAMPLES, clip_crc);
	fake_audio(0, clip_bytes, sizeof clip_bytes);
	fake_number(OSSICLE_FRAME_CLIP_END, 9);
	EXPECT_EQUAL(fake_said("{\"t\":\"features\""), 6);
	/* Python: base64.b64encode(struct.pack('<3h', 256 * hops, -hops, 32767)) */
	EXPECT_EQUAL(fake_said("\"clip\":9,\"first\":0,\"n\":1,\"k\":3,\"b\":\"AAH///9/\"}"), 1);
	EXPECT_EQUAL(fake_said("\"clip\":9,\"first\":5,\"n\":1,\"k\":3,\"b\":\"AAb6//9/\"}"), 1);
	expect_totals();
	expect_sound_output();
	fake_clear_output();
	fake_config(OSSICLE_CODEC_PCM16, PRELOAD, OSSICLE_CONFIG_FLAG_FEATURES);
	EXPECT_EQUAL(fake_said("bad-config"), 1);
	fake_clip_begin(10, CLIP_SAMPLES, clip_crc);
	EXPECT_EQUAL(fake_said("no-config"), 1);
}

static void plays_preloaded(void) {
	session();
	uint32_t crc = clip_crc;
	static const uint8_t zeros[64];
	crc = ossicle_crc32(crc, zeros, sizeof zeros);
	fake_config(OSSICLE_CODEC_PCM16, PRELOAD, OSSICLE_CONFIG_FLAG_SCORES);
	fake_clip_begin(4, CLIP_SAMPLES + 32, crc);
	fake_audio(0, clip_bytes, sizeof clip_bytes);
	fake_silence(CLIP_SAMPLES, 20);
	fake_silence(CLIP_SAMPLES + 20, 12);
	fake_number(OSSICLE_FRAME_CLIP_END, 4);
	EXPECT_EQUAL(fake_said("\"t\":\"loaded\""), 1);
	EXPECT_EQUAL(fake_said("\"samples\":132"), 1);
	EXPECT_EQUAL(fake_said("\"bytes\":208}"), 1);
	size_t before = fake.out_count;
	fake_number(OSSICLE_FRAME_PLAY, 4);
	EXPECT(strncmp(fake.out + before, "{\"t\":\"ack\"", 10) == 0);
	before = fake.out_count;
	fake.millis += 100000;
	while (fake.hops_due < 7) {
		fake.hops_due++;
		fake_settle();
		EXPECT_EQUAL(fake.hops_heard, fake.hops_due);
		EXPECT_EQUAL(fake.out_count, before); /* silent until the last hop */
	}
	fake_send(OSSICLE_FRAME_PING, NULL, 0); /* no answer now, but nothing lost */
	EXPECT_EQUAL(fake.out_count, before);
	fake.hops_due++;
	fake_settle();
	EXPECT_EQUAL(fake.hops_heard, 8);
	EXPECT_EQUAL(fake_said("\"first\":0,\"n\":8"), 2);
	EXPECT_EQUAL(fake_said("\"t\":\"clip-end\""), 1);
	EXPECT_EQUAL(fake_said("\"t\":\"error\""), 0);
	EXPECT(strstr(strstr(fake.out, "\"t\":\"clip-end\""), "\"t\":\"ack\"") != NULL);
	expect_totals();
	expect_sound_output();
}

static void store_full(void) {
	session();
	fake_config(OSSICLE_CODEC_PCM16, PRELOAD, 0);
	fake_clip_begin(1, 16000, 0); /* 1000 records of 36 bytes */
	EXPECT_EQUAL(fake_said("store-full"), 1);
	EXPECT_EQUAL(fake_said("clip-begin"), 0);
	fake_clip_begin(2, 640, 0); /* 40 records: 1440 of 2048 bytes */
	for (uint32_t offset = 0; offset < 600; offset += CLIP_SAMPLES) {
		fake_audio(offset, clip_bytes, sizeof clip_bytes);
	}
	EXPECT_EQUAL(fake_said("store-full"), 2); /* told once a clip */
	fake_number(OSSICLE_FRAME_CLIP_END, 2);
	fake_number(OSSICLE_FRAME_PLAY, 2);
	EXPECT_EQUAL(fake_said("loaded"), 0);
	EXPECT_EQUAL(fake_said("\"t\":\"error\""), 2);
	EXPECT_EQUAL(fake.hops_heard, 0);
}

static void realtime_underruns(void) {
	session();
	fake_config(OSSICLE_CODEC_PCM16, REALTIME, 0); /* jitter 1 ms: a hop */
	fake_clip_begin(1, CLIP_SAMPLES, clip_crc);
	fake_audio(0, clip_bytes, 64); /* two hops */
	EXPECT_EQUAL(fake.hops_heard, 0);
	fake.hops_due = 1;
	fake_settle();
	EXPECT_EQUAL(fake.hops_heard, 1);
	fake.hops_due = 4; /* hops 2 and 3 are late */
	fake_settle();
	EXPECT_EQUAL(fake.hops_heard, 2);
	fake_audio(32, clip_bytes + 64, 136);
	EXPECT_EQUAL(fake.hops_heard, 4);
	fake.hops_due = 100;
	fake_settle();
	EXPECT_EQUAL(fake.hops_heard, 6);
	fake_number(OSSICLE_FRAME_CLIP_END, 1);
	EXPECT_EQUAL(fake_said("\"hops\":6,\"underruns\":2,"), 1);
}

/* More audio than the buffer holds, while no hop is due: the frame waits, and what follows it stays in the ring. */
static void full_buffer_waits(void) {
	session();
	fake_config(OSSICLE_CODEC_PCM16, REALTIME, 0);
	fake_clip_begin(1, CLIP_SAMPLES, clip_crc);
	fake_audio(0, clip_bytes, sizeof clip_bytes); /* 100 samples, room for 80 */
	fake_number(OSSICLE_FRAME_CLIP_END, 1);
	EXPECT_EQUAL(fake.hops_heard, 0);
	EXPECT(ossicle_ring_used(&fake.rx) > 0);
	fake.hops_due = 6;
	fake_settle();
	EXPECT_EQUAL(fake.heard_crc, hops_crc);
	EXPECT_EQUAL(fake_said("\"t\":\"clip-end\""), 1);
	EXPECT_EQUAL(fake_said("\"underruns\":0"), 1);
}

static void bad_clips(void) {
	static const struct {
		uint32_t offset;
		size_t bytes;
		uint32_t end;
		const char *code;
	} cases[] = {
		{ 1, 200, 1, "bad-offset" },
		{ 0xFFFFFFFF, 200, 1, "bad-offset" },
		{ 0, 202, 1, "long-clip" },
		{ 0, 198, 1, "short-clip" },
		{ 0, 199, 1, "bad-audio" },
		{ 0, 0, 1, "bad-audio" },
		{ 0, 200, 2, "bad-clip" },
	};
	uint8_t bytes[202] = { 0 };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (uint8_t pacing = FAST; pacing <= PRELOAD; pacing += 2) {
			session();
			fake_config(OSSICLE_CODEC_PCM16, pacing, 0);
			fake_clip_begin(1, CLIP_SAMPLES, ossicle_crc32(0, bytes, 200));
			fake_audio(cases[i].offset, bytes, cases[i].bytes);
			fake_number(OSSICLE_FRAME_CLIP_END, cases[i].end);
			fake_number(OSSICLE_FRAME_PLAY, 1);
			char code[40];
			snprintf(code, sizeof code, "\"code\":\"%s\"", cases[i].code);
			EXPECT_EQUAL(fake_said(code), 1);
			EXPECT_EQUAL(fake_said("\"t\":\"error\""), 1);
			EXPECT_EQUAL(fake_said("\"t\":\"clip-end\""), 0);
			EXPECT_EQUAL(fake_said("\"t\":\"decision\""), 0);
			/* The next clip is none the worse for it. */
			fake_clip_begin(3, CLIP_SAMPLES, clip_crc);
			fake_audio(0, clip_bytes, sizeof clip_bytes);
			fake_number(OSSICLE_FRAME_CLIP_END, 3);
			EXPECT_EQUAL(fake_said(pacing == FAST ? "\"t\":\"clip-end\"" : "\"t\":\"loaded\""), 1);
		}
	}
}

static void bad_crc(void) {
	session();
	fake_config(OSSICLE_CODEC_PCM16, FAST, 0);
	fake_clip_begin(1, CLIP_SAMPLES, clip_crc ^ 1u);
	fake_audio(0, clip_bytes, sizeof clip_bytes);
	fake_number(OSSICLE_FRAME_CLIP_END, 1);
	EXPECT_EQUAL(fake_said("\"code\":\"bad-crc\""), 1);
	EXPECT_EQUAL(fake_said("clip-end"), 0);
}

static void bad_configs(void) {
	session();
	fake_config(3, FAST, 0);
	fake_config(0, 3, 0);
	fake_config(0, FAST, 8);
	fake_config(0, FAST, OSSICLE_CONFIG_FLAG_ADC);
	fake_config(0, FAST, OSSICLE_CONFIG_FLAG_FEATURES);
	EXPECT_EQUAL(fake_said("bad-config"), 5);
	EXPECT_EQUAL(fake_said("this firmware does not offer its features"), 1);
	fake_clip_begin(1, CLIP_SAMPLES, clip_crc);
	EXPECT_EQUAL(fake_said("no-config"), 1);
	fake_config(OSSICLE_CODEC_IMA_ADPCM, FAST, 0);
	fake_clip_begin(1, 101, clip_crc);
	fake_clip_begin(1, 0, clip_crc);
	EXPECT_EQUAL(fake_said("\"code\":\"bad-clip\""), 2);
	fake_clip_begin(1, 100, clip_crc);
	fake_config(OSSICLE_CODEC_PCM16, FAST, 0); /* in the middle of a clip */
	EXPECT_EQUAL(fake_said("\"code\":\"busy\""), 1);
	fake_send(200, NULL, 0);
	fake_send(OSSICLE_FRAME_CONFIG, NULL, 0);
	EXPECT_EQUAL(fake_said("bad-frame"), 2);
	fake_audio(0, clip_bytes, 20);
	EXPECT_EQUAL(fake_said("\"code\":\"no-clip\""), 1);
}

static void small_answers(void) {
	static const uint8_t known[] = { 5, 0, 0, 0, 'n', 'o', 'n', 'e' };
	static const uint8_t upper[] = { 5, 0, 0, 0, 'N' };
	session();
	fake_send(OSSICLE_FRAME_MEMORY, NULL, 0);
	fake_send(OSSICLE_FRAME_HEALTH, NULL, 0);
	fake_number(OSSICLE_FRAME_CLOCK, 3);
	fake_number(OSSICLE_FRAME_CLOCK, 60001);
	fake_send(OSSICLE_FRAME_PARAM, known, sizeof known);
	fake_send(OSSICLE_FRAME_PARAM, upper, sizeof upper);
	fake_send(OSSICLE_FRAME_PARAM, upper, 4);
	fake_send(OSSICLE_FRAME_RESET, NULL, 0);
	EXPECT_EQUAL(fake_said("\"t\":\"memory\""), 1);
	EXPECT_EQUAL(fake_said("\"crcErrors\":0,\"gaps\":0,\"overruns\":0,\"longFrames\":0"), 1);
	EXPECT_EQUAL(fake_said("\"t\":\"clock\""), 2);
	EXPECT_EQUAL(fake_said("bad-clock"), 1);
	EXPECT_EQUAL(fake_said("\"name\":\"none\",\"value\":5,\"ok\":false}"), 1);
	EXPECT_EQUAL(fake_said("bad-param"), 2);
	EXPECT_EQUAL(fake.resets, 1);
	EXPECT_EQUAL(fake_said("\"t\":\"ack\""), 8);
	fake_send(OSSICLE_FRAME_BYE, NULL, 0);
	fake_clear_output();
	fake_send(OSSICLE_FRAME_PING, NULL, 0);
	EXPECT_EQUAL(fake.out_count, 0);
	expect_sound_output();
}

static void still_spin(void *context, uint32_t iterations) {
	(void)context;
	(void)iterations;
}

static void frozen_counter_ends_the_clock_check(void) {
	session();
	fake.counter_step = 0;
	fake.port.spin = still_spin;
	fake_number(OSSICLE_FRAME_CLOCK, 2000);
	EXPECT_EQUAL(fake_said("\"phase\":\"start\""), 1);
	EXPECT_EQUAL(fake_said("\"phase\":\"end\""), 1);
	fake_send(OSSICLE_FRAME_PING, NULL, 0);
	EXPECT_EQUAL(fake_said("\"t\":\"ack\""), 2);
	expect_sound_output();
}

static void clip_goes_on_after_damage(void) {
	uint8_t bytes[300];
	session();
	fake_config(OSSICLE_CODEC_PCM16, FAST, 0);
	fake_clip_begin(1, CLIP_SAMPLES, clip_crc);
	uint8_t payload[4 + 200] = { 0 };
	memcpy(payload + 4, clip_bytes, 200);
	size_t count = fake_frame(bytes, OSSICLE_FRAME_AUDIO, fake.sequence, payload, sizeof payload);
	bytes[20] ^= 0x40;
	fake_receive(bytes, count);
	fake_settle();
	EXPECT_EQUAL(fake_said("\"err\":\"crc\""), 1);
	EXPECT_EQUAL(fake.hops_heard, 0);
	bytes[20] ^= 0x40;
	fake_receive(bytes, count);
	fake_receive(bytes, count); /* and once too often */
	fake.sequence++;
	fake_settle();
	fake_number(OSSICLE_FRAME_CLIP_END, 1);
	EXPECT_EQUAL(fake.heard_crc, hops_crc);
	EXPECT_EQUAL(fake_said("\"t\":\"clip-end\""), 1);
	expect_totals();
}

static void new_session_forgets(void) {
	session();
	fake_config(OSSICLE_CODEC_PCM16, FAST, 0);
	fake_clip_begin(1, CLIP_SAMPLES, clip_crc);
	fake_hello(0xABCD); /* the same nonce: nothing happens to the clip */
	fake.sequence--;
	fake_audio(0, clip_bytes, sizeof clip_bytes);
	EXPECT_EQUAL(fake.hops_heard, 6);
	fake_hello(0xABCE);
	fake_number(OSSICLE_FRAME_CLIP_END, 1);
	EXPECT_EQUAL(fake_said("clip-end"), 0);
	EXPECT_EQUAL(fake_said("\"code\":\"no-clip\""), 1);
}

static void abort_ends_a_play(void) {
	session();
	fake_config(OSSICLE_CODEC_PCM16, PRELOAD, 0);
	fake_clip_begin(1, CLIP_SAMPLES, clip_crc);
	fake_audio(0, clip_bytes, sizeof clip_bytes);
	fake_number(OSSICLE_FRAME_CLIP_END, 1);
	fake_number(OSSICLE_FRAME_PLAY, 1);
	fake.hops_due = 2;
	fake_settle();
	fake_send(OSSICLE_FRAME_ABORT, NULL, 0);
	fake.hops_due = 100;
	fake_settle();
	EXPECT_EQUAL(fake.hops_heard, 2);
	EXPECT_EQUAL(fake_said("\"t\":\"inf\""), 0);
	fake_clear_output();
	fake_send(OSSICLE_FRAME_PING, NULL, 0);
	EXPECT_EQUAL(fake_said("\"t\":\"ack\""), 1);
}

static void heartbeat(void) {
	static const uint8_t config[OSSICLE_CONFIG_BYTES] = { 0, 0, 0, 0, 100, 0, 0, 0 };
	session();
	fake_send(OSSICLE_FRAME_CONFIG, config, sizeof config);
	fake.millis += 99;
	fake_settle();
	EXPECT_EQUAL(fake_said("\"t\":\"beat\""), 0);
	fake.millis += 1;
	fake_settle();
	EXPECT_EQUAL(fake_said("\"t\":\"beat\""), 1);
}

static void nobody_reads(void) {
	session();
	fake.deserted = true;
	fake_send(OSSICLE_FRAME_PING, NULL, 0);
	fake.deserted = false;
	fake_send(OSSICLE_FRAME_PING, NULL, 0);
	EXPECT_EQUAL(fake.out_count, 0); /* the session is over */
	fake_hello(5);
	EXPECT_EQUAL(fake_said("\"t\":\"hello\""), 1);
}

static void refuses_bad_setup(void) {
	fake_reset();
	EXPECT(ossicle_init(&fake.device, &fake.port, &fake.app, &fake.buffers) == NULL);
	fake.buffers.audio_samples = 2 * FAKE_HOP - 1;
	EXPECT(ossicle_init(&fake.device, &fake.port, &fake.app, &fake.buffers) != NULL);
	fake_reset();
	fake.app.stage_count = 9;
	EXPECT(ossicle_init(&fake.device, &fake.port, &fake.app, &fake.buffers) != NULL);
	static const struct {
		uint8_t count;
		uint32_t scale;
		bool sound;
	} features[] = { { 1, 1, true }, { 128, 1024, true }, { 0, 1024, false }, { 129, 1024, false }, { 13, 0, false } };
	for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
		fake_reset();
		fake.app.on_feature = feature;
		fake.app.feature_count = features[i].count;
		fake.app.feature_scale = features[i].scale;
		EXPECT_EQUAL(ossicle_init(&fake.device, &fake.port, &fake.app, &fake.buffers) == NULL, features[i].sound);
	}
	EXPECT(!ossicle_ring_init(&fake.rx, fake.rx_bytes, 1000)); /* no power of two */
}

int main(void) {
	expect_run("boots, answers a person, then HELLO", boots_and_answers);
	expect_run("fast: records, scores, decision, totals", plays_fast);
	expect_run("marks: clip, hop and stage of all that is executed", marks_where_it_is);
	expect_run("hello: a word of the app's own", says_the_word_of_its_app);
	expect_run("features: a line a hop when asked for, never in preload", sends_features);
	expect_run("preload: silence as a run, silent during PLAY, then everything", plays_preloaded);
	expect_run("a clip that does not fit the store is told once and not played", store_full);
	expect_run("realtime: a late hop is an underrun, counted once", realtime_underruns);
	expect_run("a full audio buffer leaves frames waiting", full_buffer_waits);
	expect_run("audio that does not add up drops the clip, and only that clip", bad_clips);
	expect_run("a clip with another hash is dropped", bad_crc);
	expect_run("configurations, clips and frames out of range are refused", bad_configs);
	expect_run("memory, health, clock, param, reset, bye", small_answers);
	expect_run("a frozen counter ends the clock check", frozen_counter_ends_the_clock_check);
	expect_run("a damaged and a doubled AUDIO frame leave the clip whole", clip_goes_on_after_damage);
	expect_run("a new nonce forgets the clip, the same one does not", new_session_forgets);
	expect_run("ABORT ends a PLAY", abort_ends_a_play);
	expect_run("heartbeat", heartbeat);
	expect_run("a session nobody listens to is dropped", nobody_reads);
	expect_run("unusable buffers and descriptors are refused at start", refuses_bad_setup);
	return expect_end();
}
