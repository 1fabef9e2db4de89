/* The same chunks as the AVA tests read and write. */
#include "chunk.h"

#include "testing/expect.h"
#include "wire_vectors.h"

static void vectors(void) {
	for (size_t i = 0; i < WIRE_VECTORS_MQTT_CHUNK_COUNT; i++) {
		const struct wire_vector_mqtt_chunk *v = &wire_vectors_mqtt_chunk[i];
		bool before = expect_ok;
		struct chunk chunk;
		uint8_t header[CHUNK_HEADER_BYTES];
		const char *wrong = chunk_read(v->bytes, v->length, &chunk);
		EXPECT_EQUAL(wrong == NULL, v->ok);
		if (v->ok && wrong == NULL) {
			EXPECT_EQUAL(chunk.kind, v->kind);
			EXPECT_EQUAL(chunk.sequence, v->sequence);
			EXPECT(memcmp(chunk.channel, v->channel, CHUNK_CHANNEL_BYTES) == 0);
			EXPECT_EQUAL(chunk.payload_bytes, v->payload_length);
			EXPECT(memcmp(chunk.payload, v->payload, v->payload_length) == 0);
			chunk_write_header(header, chunk.kind, chunk.sequence, chunk.channel);
			EXPECT(memcmp(header, v->bytes, sizeof header) == 0);
		}
		if (before && !expect_ok) {
			printf("  ... in case `%s`\n", v->name);
		}
	}
}

int main(void) {
	expect_run("chunk vectors", vectors);
	return expect_end();
}
