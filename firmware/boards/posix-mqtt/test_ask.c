/* Requests from anybody: the same as the AVA tests read, and what only C could get wrong. */
#include "ask.h"

#include "testing/expect.h"
#include "utf8.h"
#include "wire_vectors.h"

static const char good[] =
	"{\"v\":1,\"id\":\"00000000000000000000000000000001\",\"op\":\"describe\",\"replyTo\":\"00000000000000000000000000000002\"}";

static void vectors(void) {
	for (size_t i = 0; i < WIRE_VECTORS_MQTT_ASK_COUNT; i++) {
		const struct wire_vector_mqtt_ask *v = &wire_vectors_mqtt_ask[i];
		bool before = expect_ok;
		struct ask ask;
		const char *wrong = ask_read(v->bytes, v->length, &ask);
		EXPECT_EQUAL(wrong == NULL, v->ok);
		if (v->ok && wrong == NULL) {
			EXPECT(strcmp(ask_op_names[ask.op], v->op) == 0);
			EXPECT(strcmp(ask.id, v->id) == 0);
			EXPECT(strcmp(ask.reply_to, v->reply_to) == 0);
			EXPECT(strcmp(ask.incarnation, v->incarnation) == 0);
			EXPECT(strcmp(ask.lease, v->lease) == 0);
			EXPECT(strcmp(ask.channel, v->channel) == 0);
			EXPECT_EQUAL(ask.expires_device_ms, v->expires < 0 ? 0 : v->expires);
			EXPECT_EQUAL(strlen(ask.holder), v->holder_length);
			EXPECT(memcmp(ask.holder, v->holder, v->holder_length) == 0);
		}
		if (before && !expect_ok) {
			printf("  ... in case `%s`: %s\n", v->name, wrong == NULL ? "taken" : wrong);
		}
	}
}

static const char *read_text(const char *text) {
	static struct ask ask;
	return ask_read((const uint8_t *)text, strlen(text), &ask);
}

static void ambiguous(void) {
	EXPECT(read_text(good) == NULL);
	EXPECT(read_text("{\"v\":1,\"v\":1,\"id\":\"00000000000000000000000000000001\",\"op\":\"describe\",\"replyTo\":"
					 "\"00000000000000000000000000000002\"}")
		!= NULL);
	EXPECT(read_text("{\"v\":1,\"id\":\"00000000000000000000000000000001\",\"op\":\"describe\\u0000\",\"replyTo\":"
					 "\"00000000000000000000000000000002\"}")
		!= NULL);
	EXPECT(read_text("{\"v\":1,\"id\":\"00000000000000000000000000000001\",\"OP\":\"describe\",\"replyTo\":"
					 "\"00000000000000000000000000000002\"}")
		!= NULL);
}

/* Of libmosquitto, for an empty payload. */
static void no_bytes_at_all(void) {
	struct ask ask;
	EXPECT(ask_read(NULL, 0, &ask) != NULL);
}

/* Whatever is read is read within bounds: the sanitizers watch. */
static void damaged(void) {
	uint32_t random = 1;
	for (unsigned round = 0; round < 20000; round++) {
		const struct wire_vector_mqtt_ask *v = &wire_vectors_mqtt_ask[round % WIRE_VECTORS_MQTT_ASK_COUNT];
		uint8_t bytes[MESSAGE_MAX_BYTES + 64];
		struct ask ask;
		size_t count = v->length < sizeof bytes ? v->length : sizeof bytes;
		memcpy(bytes, v->bytes, count);
		for (unsigned change = 0; change < 1 + round % 4 && count > 0; change++) {
			random = random * 1664525u + 1013904223u;
			bytes[(random >> 8) % count] = (uint8_t)(random >> 24);
		}
		random = random * 1664525u + 1013904223u;
		count -= round % 3 == 0 && count > 0 ? (random >> 8) % count : 0;
		(void)ask_read(bytes, count, &ask);
	}
	EXPECT(true);
}

static void text_is_utf8(void) {
	static const struct {
		const char *bytes;
		bool text;
	} cases[] = {
		{ "", true }, { "a\t\n\r", true }, { "\x01", false }, { "\x1b[2J", false }, { "\xc3\xa4", true },
		{ "\xc3", false }, { "\xc0\x80", false }, { "\xe0\x9f\xbf", false }, { "\xe0\xa0\x80", true },
		{ "\xed\x9f\xbf", true }, { "\xed\xa0\x80", false }, { "\xef\xbf\xbf", true }, { "\xf0\x8f\xbf\xbf", false },
		{ "\xf0\x90\x80\x80", true }, { "\xf4\x8f\xbf\xbf", true }, { "\xf4\x90\x80\x80", false }, { "\xf5\x80\x80\x80", false },
		{ "\xe2\x82", false }, { "\xe2\x82x", false }, { "\x80", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (utf8_is_text((const uint8_t *)cases[i].bytes, strlen(cases[i].bytes)) != cases[i].text) {
			printf("  case %zu\n", i);
			EXPECT(false);
		}
	}
	EXPECT(!utf8_is_text((const uint8_t *)"a\0b", 3));
	EXPECT_EQUAL(utf8_characters("a\xc3\xa4\xf0\x9f\x98\x80"), 3);
}

int main(void) {
	expect_run("request vectors", vectors);
	expect_run("fields that come twice, a spelt NUL and other cases are refused", ambiguous);
	expect_run("no bytes at all", no_bytes_at_all);
	expect_run("damaged requests are read within bounds", damaged);
	expect_run("UTF-8", text_is_utf8);
	return expect_end();
}
