#include "chunk.h"

#include <string.h>

#include "ossicle_bytes.h"

#define MAGIC 0x4F
#define VERSION 1

const char *chunk_read(const uint8_t *bytes, size_t count, struct chunk *chunk) {
	if (count < CHUNK_HEADER_BYTES) {
		return "it is shorter than the header of a chunk";
	}
	if (count > CHUNK_MAX_BYTES) {
		return "it is longer than a chunk";
	}
	if (bytes[0] != MAGIC || bytes[1] != VERSION || bytes[3] != 0) {
		return "it has not the header of a chunk";
	}
	if (bytes[2] > CHUNK_CYCLES) {
		return "it is a chunk of a kind which there is not";
	}
	chunk->kind = (enum chunk_kind)bytes[2];
	chunk->sequence = ossicle_get_u32(bytes + 4);
	memcpy(chunk->channel, bytes + 8, CHUNK_CHANNEL_BYTES);
	chunk->payload = bytes + CHUNK_HEADER_BYTES;
	chunk->payload_bytes = count - CHUNK_HEADER_BYTES;
	if (chunk->kind == CHUNK_BEAT) {
		return chunk->payload_bytes == 0 ? NULL : "it is a BEAT that holds something";
	}
	return chunk->payload_bytes > 0 ? NULL : "it is a chunk that holds nothing";
}

void chunk_write_header(uint8_t *to, enum chunk_kind kind, uint32_t sequence, const uint8_t *channel) {
	to[0] = MAGIC;
	to[1] = VERSION;
	to[2] = (uint8_t)kind;
	to[3] = 0;
	ossicle_put_u32(to + 4, sequence);
	memcpy(to + 8, channel, CHUNK_CHANNEL_BYTES);
}
