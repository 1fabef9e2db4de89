#include "channel.h"

#include <string.h>

static uint8_t nibble(char digit) {
	return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static void bytes_of(uint8_t *bytes, const char *id) {
	for (size_t i = 0; i < CHUNK_CHANNEL_BYTES; i++) {
		bytes[i] = (uint8_t)(nibble(id[2 * i]) << 4 | nibble(id[2 * i + 1]));
	}
}

void channel_open(struct channel *channel, const char *id, int64_t now_ms) {
	memset(channel, 0, sizeof *channel);
	channel->open = true;
	bytes_of(channel->id, id);
	channel->heard_ms = now_ms;
	channel->said_ms = now_ms;
}

enum channel_event channel_receive(struct channel *channel, const struct chunk *chunk, int64_t now_ms) {
	if (!channel->open || memcmp(channel->id, chunk->channel, CHUNK_CHANNEL_BYTES) != 0 || chunk->kind == CHUNK_CYCLES) {
		return CHANNEL_REFUSED;
	}
	uint32_t ahead = chunk->sequence - channel->down_next;
	if (ahead != 0) {
		return ahead < 0x80000000u ? CHANNEL_GAP : CHANNEL_REPEAT;
	}
	channel->down_next++;
	channel->heard_ms = now_ms;
	return chunk->kind == CHUNK_BYTES ? CHANNEL_BYTES : chunk->kind == CHUNK_BEAT ? CHANNEL_NOTHING : CHANNEL_END;
}

bool channel_silent(const struct channel *channel, int64_t now_ms) {
	return channel->open && now_ms - channel->heard_ms >= CHANNEL_SILENT_MS;
}

bool channel_beat_due(const struct channel *channel, int64_t now_ms) {
	return channel->open && now_ms - channel->said_ms >= CHANNEL_BEAT_MS;
}

void channel_say(struct channel *channel, enum chunk_kind kind, uint8_t *header, int64_t now_ms) {
	chunk_write_header(header, kind, channel->up_next++, channel->id);
	channel->said_ms = now_ms;
}

bool channel_is(const struct channel *channel, const char *id) {
	uint8_t bytes[CHUNK_CHANNEL_BYTES];
	bytes_of(bytes, id);
	return channel->open && memcmp(channel->id, bytes, sizeof bytes) == 0;
}
