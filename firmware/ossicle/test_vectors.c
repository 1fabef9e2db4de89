/* All of firmware/wire/vectors, the same cases as the AVA tests run. */
#include "ossicle_base64.h"
#include "ossicle_bytes.h"
#include "ossicle_cobs.h"
#include "ossicle_codec.h"
#include "ossicle_crc32.h"
#include "ossicle_frame.h"
#include "ossicle_records.h"
#include "testing/expect.h"
#include "wire_vectors.h"

/* Says which case it was, once something in it has failed. */
static void name_failure(const char *name, bool ok_before) {
	if (ok_before && !expect_ok) {
		printf("  ... in case `%s`\n", name);
	}
}

static void crc32(void) {
	for (size_t i = 0; i < WIRE_VECTORS_CRC32_COUNT; i++) {
		const struct wire_vector_crc32 *v = &wire_vectors_crc32[i];
		bool before = expect_ok;
		EXPECT_EQUAL(ossicle_crc32(0, v->bytes, v->length), v->crc);
		size_t half = v->length / 2;
		EXPECT_EQUAL(ossicle_crc32(ossicle_crc32(0, v->bytes, half), v->bytes + half, v->length - half), v->crc);
		name_failure(v->name, before);
	}
}

static void cobs(void) {
	for (size_t i = 0; i < WIRE_VECTORS_COBS_COUNT; i++) {
		const struct wire_vector_cobs *v = &wire_vectors_cobs[i];
		bool before = expect_ok;
		struct ossicle_cobs decoder;
		uint8_t decoded[2048];
		size_t count = 0;
		bool ok = true;
		ossicle_cobs_init(&decoder);
		for (size_t at = 0; at < v->encoded_length; at++) {
			uint8_t byte;
			ok = ok && v->encoded[at] != 0; /* a zero is a delimiter: it never reaches the decoder */
			if (ok && ossicle_cobs_take(&decoder, v->encoded[at], &byte)) {
				EXPECT(count < sizeof decoded);
				decoded[count++] = byte;
			}
		}
		ok = ok && ossicle_cobs_whole(&decoder);
		EXPECT_EQUAL(ok, v->ok);
		if (v->ok) {
			EXPECT_EQUAL(count, v->decoded_length);
			EXPECT(memcmp(decoded, v->decoded, v->decoded_length) == 0);
		}
		name_failure(v->name, before);
	}
}

static void frames(void) {
	for (size_t i = 0; i < WIRE_VECTORS_FRAME_COUNT; i++) {
		const struct wire_vector_frame *v = &wire_vectors_frame[i];
		bool before = expect_ok;
		struct ossicle_frame frame;
		ossicle_frame_init(&frame);
		unsigned whole = 0;
		unsigned damaged = 0;
		for (size_t at = 0; at <= v->encoded_length; at++) {
			uint8_t byte = at < v->encoded_length ? v->encoded[at] : 0;
			enum ossicle_frame_event event = ossicle_frame_take(&frame, byte);
			whole += event == OSSICLE_FRAME_WHOLE;
			damaged += event == OSSICLE_FRAME_DAMAGED || event == OSSICLE_FRAME_LONG;
		}
		EXPECT_EQUAL(whole, v->ok ? 1 : 0);
		if (v->ok) {
			EXPECT_EQUAL(damaged, 0);
			EXPECT_EQUAL(frame.type, v->type);
			EXPECT_EQUAL(frame.sequence, v->sequence);
			EXPECT_EQUAL(frame.payload_bytes, v->payload_length);
			EXPECT(memcmp(frame.payload, v->payload, v->payload_length) == 0);
		}
		name_failure(v->name, before);
	}
}

static void lines(void) {
	for (size_t i = 0; i < WIRE_VECTORS_LINE_COUNT; i++) {
		const struct wire_vector_line *v = &wire_vectors_line[i];
		bool before = expect_ok;
		char suffix[16];
		snprintf(suffix, sizeof suffix, "*%08x", (unsigned)ossicle_crc32(0, v->json, strlen(v->json)));
		EXPECT(strcmp(v->line + strlen(v->json), suffix) == 0);
		name_failure(v->name, before);
	}
}

static void records(void) {
	for (size_t i = 0; i < WIRE_VECTORS_RECORD_COUNT; i++) {
		const struct wire_vector_record *v = &wire_vectors_record[i];
		bool before = expect_ok;
		uint8_t packed[OSSICLE_RECORD_HEAD_BYTES + 4u * OSSICLE_MAX_STAGES];
		const struct ossicle_record record = {
			v->hop, v->sample_end, v->start_cycles, v->irq_cycles, v->awake_cycles, v->timestep, v->label, v->flags,
		};
		ossicle_record_pack(packed, &record, v->stage_cycles, (uint8_t)v->stages);
		EXPECT_EQUAL(v->length, OSSICLE_RECORD_HEAD_BYTES + 4u * v->stages);
		EXPECT(memcmp(packed, v->bytes, v->length) == 0);
		name_failure(v->name, before);
	}
}

static void mulaw(void) {
	for (size_t i = 0; i < WIRE_VECTORS_MULAW_COUNT; i++) {
		EXPECT_EQUAL(ossicle_mulaw_sample(wire_vectors_mulaw[i].code), wire_vectors_mulaw[i].sample);
	}
}

static void ima_adpcm(void) {
	for (size_t i = 0; i < WIRE_VECTORS_IMA_COUNT; i++) {
		const struct wire_vector_ima *v = &wire_vectors_ima[i];
		bool before = expect_ok;
		struct ossicle_decoder decoder;
		EXPECT(ossicle_decoder_begin(&decoder, OSSICLE_CODEC_IMA_ADPCM, v->block, v->block_length));
		EXPECT_EQUAL(decoder.left, v->sample_count);
		/* In pieces of three: an odd number, so that some begin in the middle of a byte. */
		size_t at = 0;
		int16_t samples[3];
		uint32_t count;
		while ((count = ossicle_decoder_read(&decoder, samples, 3)) > 0 && at + count <= v->sample_count) {
			EXPECT(memcmp(samples, v->samples + at, count * sizeof samples[0]) == 0);
			at += count;
		}
		EXPECT_EQUAL(at, v->sample_count);
		EXPECT_EQUAL(decoder.index, v->index_after);
		name_failure(v->name, before);
	}
}

static void base64(void) {
	for (size_t i = 0; i < WIRE_VECTORS_BASE64_COUNT; i++) {
		const struct wire_vector_base64 *v = &wire_vectors_base64[i];
		bool before = expect_ok;
		char text[4096];
		size_t count = 0;
		for (size_t at = 0; at < v->length; at += 3, count += 4) {
			ossicle_base64_group(v->bytes + at, v->length - at < 3 ? v->length - at : 3, text + count);
		}
		text[count] = 0;
		EXPECT(strcmp(text, v->text) == 0);
		name_failure(v->name, before);
	}
}

static void pcm16_and_refusals(void) {
	static const uint8_t bytes[] = { 0x01, 0x80, 0xFF, 0x7F, 90 };
	struct ossicle_decoder decoder;
	int16_t samples[4];
	EXPECT(ossicle_decoder_begin(&decoder, OSSICLE_CODEC_PCM16, bytes, 4));
	EXPECT_EQUAL(ossicle_decoder_read(&decoder, samples, 4), 2);
	EXPECT_EQUAL(samples[0], -32767);
	EXPECT_EQUAL(samples[1], 32767);
	EXPECT(!ossicle_decoder_begin(&decoder, OSSICLE_CODEC_PCM16, bytes, 3));
	EXPECT(!ossicle_decoder_begin(&decoder, OSSICLE_CODEC_PCM16, bytes, 0));
	EXPECT(!ossicle_decoder_begin(&decoder, OSSICLE_CODEC_MULAW, bytes, 0));
	EXPECT(!ossicle_decoder_begin(&decoder, OSSICLE_CODEC_IMA_ADPCM, bytes, 4)); /* a head and no codes */
	EXPECT(!ossicle_decoder_begin(&decoder, OSSICLE_CODEC_IMA_ADPCM, bytes, 5)); /* index 255 */
	EXPECT(!ossicle_decoder_begin(&decoder, 3, bytes, 4));
	EXPECT_EQUAL(ossicle_decoder_read(&decoder, samples, 4), 0);
}

int main(void) {
	expect_run("crc32 vectors", crc32);
	expect_run("cobs vectors", cobs);
	expect_run("frame vectors", frames);
	expect_run("line vectors", lines);
	expect_run("record vectors", records);
	expect_run("mu-law vectors", mulaw);
	expect_run("ima-adpcm vectors, decoded in pieces", ima_adpcm);
	expect_run("base64 vectors", base64);
	expect_run("pcm16; codec bytes that make no samples are refused", pcm16_and_refusals);
	return expect_end();
}
