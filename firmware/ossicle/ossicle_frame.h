/*
 * Bytes from the host -> frames: splits at 0x00, undoes COBS on the fly, checks length, version and CRC-32.
 *
 * The body is decoded as it arrives, so one buffer of 520 bytes is all it needs whatever the host sends.
 * Frame layout: firmware/wire/PROTOCOL.md section 1.
 */
#ifndef OSSICLE_FRAME_H
#define OSSICLE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ossicle_cobs.h"
#include "ossicle_wire.h"

enum ossicle_frame_event {
	OSSICLE_FRAME_NONE,    /* nothing complete yet */
	OSSICLE_FRAME_WHOLE,   /* `type`, `sequence`, `payload`, `payload_bytes` hold a sound frame */
	OSSICLE_FRAME_DAMAGED, /* bad COBS, too short, wrong version or wrong CRC */
	OSSICLE_FRAME_LONG,    /* a body of more than 520 bytes: damaged too, counted apart */
};

struct ossicle_frame {
	uint8_t body[OSSICLE_MAX_BODY_BYTES];
	uint16_t body_bytes;
	struct ossicle_cobs cobs;
	bool too_long;

	uint8_t type;
	uint16_t sequence;
	const uint8_t *payload;
	uint16_t payload_bytes;
};

/* Forgets a frame begun. The results of the last whole frame are gone, too. */
void ossicle_frame_init(struct ossicle_frame *frame);

/* Takes one byte of the stream. The results stay valid until the next call. */
enum ossicle_frame_event ossicle_frame_take(struct ossicle_frame *frame, uint8_t byte);

#endif
