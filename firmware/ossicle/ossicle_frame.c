#include "ossicle_frame.h"

#include "ossicle_bytes.h"
#include "ossicle_crc32.h"

#define HEAD_BYTES 4u
#define CRC_BYTES 4u

static void start_over(struct ossicle_frame *frame) {
	frame->body_bytes = 0;
	frame->too_long = false;
	ossicle_cobs_init(&frame->cobs);
}

void ossicle_frame_init(struct ossicle_frame *frame) {
	start_over(frame);
	frame->type = 0;
	frame->sequence = 0;
	frame->payload = frame->body;
	frame->payload_bytes = 0;
}

static void append(struct ossicle_frame *frame, uint8_t byte) {
	if (frame->body_bytes >= OSSICLE_MAX_BODY_BYTES) {
		frame->too_long = true;
		return;
	}
	frame->body[frame->body_bytes++] = byte;
}

static bool sound(struct ossicle_frame *frame) {
	if (!ossicle_cobs_whole(&frame->cobs) || frame->body_bytes < OSSICLE_FRAME_OVERHEAD_BYTES) {
		return false;
	}
	uint16_t checked = (uint16_t)(frame->body_bytes - CRC_BYTES);
	if (frame->body[0] != OSSICLE_PROTOCOL_VERSION) {
		return false;
	}
	if (ossicle_crc32(0, frame->body, checked) != ossicle_get_u32(frame->body + checked)) {
		return false;
	}
	frame->type = frame->body[1];
	frame->sequence = ossicle_get_u16(frame->body + 2);
	frame->payload = frame->body + HEAD_BYTES;
	frame->payload_bytes = (uint16_t)(checked - HEAD_BYTES);
	return true;
}

static enum ossicle_frame_event finish(struct ossicle_frame *frame) {
	enum ossicle_frame_event event = OSSICLE_FRAME_NONE;
	if (frame->too_long) {
		event = OSSICLE_FRAME_LONG;
	} else if (frame->cobs.any) {
		event = sound(frame) ? OSSICLE_FRAME_WHOLE : OSSICLE_FRAME_DAMAGED;
	}
	start_over(frame);
	return event;
}

enum ossicle_frame_event ossicle_frame_take(struct ossicle_frame *frame, uint8_t byte) {
	if (byte == 0) {
		return finish(frame);
	}
	uint8_t decoded;
	if (ossicle_cobs_take(&frame->cobs, byte, &decoded)) {
		append(frame, decoded);
	}
	return OSSICLE_FRAME_NONE;
}
