/* The chunks in which a byte stream travels over a broker (firmware/wire/MQTT.md section 2). */
#ifndef CHUNK_H
#define CHUNK_H

#include <stddef.h>
#include <stdint.h>

#define CHUNK_HEADER_BYTES 16u
#define CHUNK_MAX_PAYLOAD_BYTES 4096u
#define CHUNK_MAX_BYTES (CHUNK_HEADER_BYTES + CHUNK_MAX_PAYLOAD_BYTES)
#define CHUNK_CHANNEL_BYTES 8u

enum chunk_kind { CHUNK_BYTES, CHUNK_BEAT, CHUNK_END, CHUNK_CYCLES };

struct chunk {
	enum chunk_kind kind;
	uint32_t sequence;
	uint8_t channel[CHUNK_CHANNEL_BYTES];
	const uint8_t *payload; /* inside the bytes that were read */
	size_t payload_bytes;
};

/* NULL and the chunk, or why these bytes are none. */
const char *chunk_read(const uint8_t *bytes, size_t count, struct chunk *chunk);

/* The first CHUNK_HEADER_BYTES of a chunk; its payload goes right behind them. */
void chunk_write_header(uint8_t *to, enum chunk_kind kind, uint32_t sequence, const uint8_t *channel);

#endif
