/*
 * Keeps long messages away from libmosquitto, which would store whatever its broker sends, up to 256 MB: a PUBLISH of more
 * than GUARD_MAX_BYTES is handed on without its payload, so that it is acknowledged where it has to be and still nothing of it
 * is kept. Bytes of the broker in, bytes for libmosquitto out; MQTT 3.1.1 section 2.2 and 3.3.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>
#include <stdint.h>

/* Of a whole packet but its fixed header (firmware/wire/MQTT.md section 1). */
#define GUARD_MAX_BYTES 16384u
/* What may come out more than went in: bytes of a header that were held back. */
#define GUARD_EXTRA_BYTES 8u

struct guard {
	uint8_t held[GUARD_EXTRA_BYTES]; /* fixed header, and length of the topic where the packet is a long PUBLISH */
	size_t held_bytes;
	uint32_t pass; /* bytes of the packet still to be handed on */
	uint32_t drop; /* and then to be thrown away */
	uint32_t cut;  /* PUBLISHes that lost their payload, ever */
};

void guard_init(struct guard *guard);
/* Writes at most count + GUARD_EXTRA_BYTES. NULL, or what is wrong with the stream: the connection is of no use any more. */
const char *guard_pass(struct guard *guard, const uint8_t *from, size_t count, uint8_t *to, size_t *written);

#endif
