#include "guard.h"

#include <stdbool.h>
#include <string.h>

#define PUBLISH 3u
#define CONTINUES 0x80u
#define MAX_LENGTH_BYTES 4u

void guard_init(struct guard *guard) {
	memset(guard, 0, sizeof *guard);
}

/* Bytes of the fixed header, 0 while it is not whole. */
static size_t header_bytes(const struct guard *guard) {
	for (size_t i = 1; i < guard->held_bytes && i <= MAX_LENGTH_BYTES; i++) {
		if ((guard->held[i] & CONTINUES) == 0) {
			return i + 1;
		}
	}
	return 0;
}

static uint32_t remaining_length(const struct guard *guard, size_t header) {
	uint32_t length = 0;
	for (size_t i = header - 1; i > 0; i--) {
		length = length << 7 | (guard->held[i] & 0x7Fu);
	}
	return length;
}

static size_t put_length(uint8_t *to, uint32_t length) {
	size_t count = 0;
	do {
		to[count++] = (uint8_t)((length & 0x7Fu) | (length > 0x7Fu ? CONTINUES : 0u));
		length >>= 7;
	} while (length > 0);
	return count;
}

/* Hands on what was held back, once it is known what becomes of the packet. */
static const char *decide(struct guard *guard, uint8_t *to, size_t *written) {
	size_t header = header_bytes(guard);
	if (header == 0) {
		return guard->held_bytes > MAX_LENGTH_BYTES ? "the broker sent a length that MQTT has not" : NULL;
	}
	uint32_t length = remaining_length(guard, header);
	if (length <= GUARD_MAX_BYTES) {
		memcpy(to + *written, guard->held, header);
		*written += header;
		guard->pass = length;
		guard->held_bytes = 0;
		return NULL;
	}
	if (guard->held[0] >> 4 != PUBLISH) {
		return "the broker sent a packet longer than any it has to";
	}
	if (guard->held_bytes < header + 2) {
		return NULL; /* the topic's length is still to come */
	}
	bool acknowledged = (guard->held[0] & 0x06u) != 0;
	uint32_t topic = (uint32_t)guard->held[header] << 8 | guard->held[header + 1];
	uint32_t kept = 2 + topic + (acknowledged ? 2u : 0u);
	if (kept > GUARD_MAX_BYTES) {
		return "the broker sent a topic longer than any it was asked for";
	}
	to[(*written)++] = guard->held[0];
	*written += put_length(to + *written, kept);
	memcpy(to + *written, guard->held + header, 2);
	*written += 2;
	guard->pass = kept - 2;
	guard->drop = length - kept;
	guard->cut++;
	guard->held_bytes = 0;
	return NULL;
}

const char *guard_pass(struct guard *guard, const uint8_t *from, size_t count, uint8_t *to, size_t *written) {
	size_t at = 0;
	*written = 0;
	while (at < count) {
		size_t left = count - at;
		if (guard->pass > 0) {
			size_t some = guard->pass < left ? guard->pass : left;
			memcpy(to + *written, from + at, some);
			*written += some;
			at += some;
			guard->pass -= (uint32_t)some;
		} else if (guard->drop > 0) {
			size_t some = guard->drop < left ? guard->drop : left;
			at += some;
			guard->drop -= (uint32_t)some;
		} else {
			guard->held[guard->held_bytes++] = from[at++];
			const char *wrong = decide(guard, to, written);
			if (wrong != NULL) {
				return wrong;
			}
		}
	}
	return NULL;
}
