/*
 * The receiving side of go-back-N: which frames are acted on, and what is acknowledged when.
 *
 * Pure state: it is told of frames and bytes and says what to do. Rules: firmware/wire/PROTOCOL.md section 3.
 */
#ifndef OSSICLE_LINK_H
#define OSSICLE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "ossicle_frame.h"

enum ossicle_link_verdict {
	OSSICLE_LINK_DROP,         /* not to be acted on */
	OSSICLE_LINK_ACCEPT,       /* the frame that was wanted */
	OSSICLE_LINK_SESSION,      /* a HELLO with a new nonce: a session begins */
	OSSICLE_LINK_HELLO_AGAIN,  /* a HELLO with the current nonce: answer it, change nothing */
};

struct ossicle_link {
	uint32_t ring_bytes;       /* receive ring: the credit, and twice the acknowledgement distance */
	bool in_session;
	uint32_t nonce;
	uint16_t next;             /* sequence number wanted */
	bool ack_wanted;           /* something is unacknowledged */
	uint32_t bytes_since_ack;
	const char *err;           /* `crc` or `gap`, to be said with the next acknowledgement; else NULL */
	bool err_said;             /* about the frame wanted now */

	/* Since the session began. */
	uint32_t crc_errors;
	uint32_t gaps;
	uint32_t long_frames;
};

void ossicle_link_init(struct ossicle_link *link, uint32_t ring_bytes);
void ossicle_link_end_session(struct ossicle_link *link);

/* Judges what the frame splitter found. */
enum ossicle_link_verdict
ossicle_link_receive(struct ossicle_link *link, enum ossicle_frame_event event, const struct ossicle_frame *frame);

/* `count` bytes have left the ring. */
void ossicle_link_consumed(struct ossicle_link *link, uint32_t count);

/* Is an `ack` line due now? */
bool ossicle_link_ack_due(const struct ossicle_link *link, bool ring_empty);
/* It has been written. */
void ossicle_link_acked(struct ossicle_link *link);

#endif
