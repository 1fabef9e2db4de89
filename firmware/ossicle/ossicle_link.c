#include "ossicle_link.h"

#include <stddef.h>
#include <string.h>

#include "ossicle_bytes.h"

void ossicle_link_init(struct ossicle_link *link, uint32_t ring_bytes) {
	memset(link, 0, sizeof *link);
	link->ring_bytes = ring_bytes;
}

void ossicle_link_end_session(struct ossicle_link *link) {
	ossicle_link_init(link, link->ring_bytes);
}

static void begin_session(struct ossicle_link *link, const struct ossicle_frame *frame, uint32_t nonce) {
	ossicle_link_init(link, link->ring_bytes);
	link->in_session = true;
	link->nonce = nonce;
	link->next = (uint16_t)(frame->sequence + 1u);
	link->ack_wanted = true;
}

/* Says `err` once, until the frame wanted has arrived: each byte sent upwards in a storm would feed it. */
static void complain(struct ossicle_link *link, const char *err) {
	if (!link->err_said) {
		link->err = err;
		link->err_said = true;
	}
}

enum ossicle_link_verdict
ossicle_link_receive(struct ossicle_link *link, enum ossicle_frame_event event, const struct ossicle_frame *frame) {
	if (event == OSSICLE_FRAME_DAMAGED || event == OSSICLE_FRAME_LONG) {
		if (link->in_session) {
			if (event == OSSICLE_FRAME_LONG) {
				link->long_frames++;
			} else {
				link->crc_errors++;
			}
			complain(link, "crc");
		}
		return OSSICLE_LINK_DROP;
	}
	if (event != OSSICLE_FRAME_WHOLE) {
		return OSSICLE_LINK_DROP;
	}
	if (frame->type == OSSICLE_FRAME_HELLO && frame->payload_bytes == OSSICLE_HELLO_BYTES) {
		uint32_t nonce = ossicle_get_u32(frame->payload + OSSICLE_HELLO_NONCE_OFFSET);
		if (!link->in_session || nonce != link->nonce) {
			begin_session(link, frame, nonce);
			return OSSICLE_LINK_SESSION;
		}
		link->ack_wanted = true;
		return OSSICLE_LINK_HELLO_AGAIN;
	}
	if (!link->in_session) {
		return OSSICLE_LINK_DROP;
	}
	uint16_t ahead = (uint16_t)(frame->sequence - link->next);
	if (ahead == 0) {
		link->next++;
		link->ack_wanted = true;
		link->err = NULL;
		link->err_said = false;
		return OSSICLE_LINK_ACCEPT;
	}
	if (ahead < 0x8000u) {
		link->gaps++;
		complain(link, "gap");
	} else {
		link->ack_wanted = true; /* an old frame: its acknowledgement was lost */
	}
	return OSSICLE_LINK_DROP;
}

void ossicle_link_consumed(struct ossicle_link *link, uint32_t count) {
	link->bytes_since_ack += count;
}

bool ossicle_link_ack_due(const struct ossicle_link *link, bool ring_empty) {
	if (!link->in_session) {
		return false;
	}
	if (link->err != NULL) {
		return true;
	}
	return link->ack_wanted && (ring_empty || link->bytes_since_ack >= link->ring_bytes / 2u);
}

void ossicle_link_acked(struct ossicle_link *link) {
	link->ack_wanted = false;
	link->bytes_since_ack = 0;
	link->err = NULL;
}
