/*
 * One byte stream over a broker: sequences of both directions, beats, silence (firmware/wire/MQTT.md section 2). Knows no
 * socket and no clock.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "chunk.h"

#define CHANNEL_BEAT_MS 2000
#define CHANNEL_SILENT_MS 15000

struct channel {
	bool open;
	uint8_t id[CHUNK_CHANNEL_BYTES];
	uint32_t down_next; /* sequence the next chunk from the controller must have */
	uint32_t up_next;
	int64_t heard_ms;
	int64_t said_ms;
};

enum channel_event {
	CHANNEL_BYTES,   /* its payload is the next of the stream */
	CHANNEL_NOTHING, /* a beat */
	CHANNEL_END,     /* the controller ends it */
	CHANNEL_GAP,     /* chunks were lost */
	CHANNEL_REPEAT,  /* it came twice, or late */
	CHANNEL_REFUSED, /* without effect: of another channel, or nothing that a controller sends */
};

/* `id`: 16 hex digits. */
void channel_open(struct channel *channel, const char *id, int64_t now_ms);
enum channel_event channel_receive(struct channel *channel, const struct chunk *chunk, int64_t now_ms);
bool channel_silent(const struct channel *channel, int64_t now_ms);
bool channel_beat_due(const struct channel *channel, int64_t now_ms);
/* Writes the header of the next chunk upwards; it has to be sent. */
void channel_say(struct channel *channel, enum chunk_kind kind, uint8_t *header, int64_t now_ms);
/* Whether `id`, 16 hex digits, is this channel. */
bool channel_is(const struct channel *channel, const char *id);

#endif
