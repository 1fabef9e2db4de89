/*
 * Ossicle device library: makes a device the Ossicle harness can test. See README.md beside this file.
 *
 *     static struct ossicle device;
 *     ossicle_init(&device, &port, &app, &buffers);
 *     ossicle_run(&device);
 *
 * No heap, no vendor headers; every buffer belongs to the caller and must live as long as the device.
 */
#ifndef OSSICLE_H
#define OSSICLE_H

#include <stdbool.h>
#include <stdint.h>

#include "ossicle_app.h"
#include "ossicle_clip.h"
#include "ossicle_console.h"
#include "ossicle_frame.h"
#include "ossicle_line.h"
#include "ossicle_link.h"
#include "ossicle_port.h"
#include "ossicle_ring.h"
#include "ossicle_wire.h"

/* Inference records in one `inf` line. */
#define OSSICLE_BLOCK_RECORDS 16u
#define OSSICLE_RECORD_BYTES(stages) (OSSICLE_RECORD_HEAD_BYTES + 4u * (stages))

struct ossicle_buffers {
	/* Receive ring, set up by ossicle_ring_init; its capacity is the credit. At least 1024 bytes. */
	struct ossicle_ring *rx;
	/* Audio waiting to be inferred: at least 2 hops; whole hops of it are used. */
	int16_t *audio;
	uint32_t audio_samples;
	/* OSSICLE_BLOCK_RECORDS x OSSICLE_RECORD_BYTES(stages). */
	uint8_t *records;
	uint32_t record_bytes;
	/* OSSICLE_BLOCK_RECORDS x labels x 2; NULL: `scores` blocks are refused. */
	uint8_t *scores;
	uint32_t score_bytes;
	/* Clip store; NULL: no preload. */
	uint8_t *store;
	uint32_t store_bytes;
};

/* What CONFIG asked for. */
struct ossicle_config {
	bool valid;
	uint8_t codec;
	uint8_t pacing;
	bool scores;
	bool adc;
	bool features;
	uint16_t heartbeat_ms; /* 0: none */
	uint32_t jitter_samples;
};

struct ossicle {
	const struct ossicle_port *port;
	const struct ossicle_app *app;
	struct ossicle_buffers buffers;
	struct ossicle_frame frame;
	struct ossicle_link link;
	struct ossicle_line line;
	struct ossicle_console console;
	struct ossicle_config config;
	struct ossicle_clip clip;
	bool frame_pending;       /* `frame` has been accepted and not yet been dealt with */
	bool frame_begun;         /* ... but in part */
	uint32_t beat_millis;     /* when the last heartbeat left */
	uint32_t overruns_before; /* the port's count when the session began */
};

/* Checks descriptor and buffers, and writes the `boot` line. Returns NULL, or what is wrong. */
const char *ossicle_init(
	struct ossicle *device, const struct ossicle_port *port, const struct ossicle_app *app,
	const struct ossicle_buffers *buffers
);

/* Does what there is to do, at most one inference. False when there was nothing: the caller may sleep (port->idle). */
bool ossicle_poll(struct ossicle *device);

/* Polls and idles for ever. */
void ossicle_run(struct ossicle *device);

/* ---- between the library's own files ---- */

/* Deals with the pending frame. False when it has to wait (audio buffer full, clip playing). */
bool ossicle_command(struct ossicle *device);
void ossicle_hello(struct ossicle *device);
void ossicle_begin_session(struct ossicle *device);
void ossicle_end_session(struct ossicle *device);
/* Writes an `ack` line; `_now` only where something is unacknowledged. */
void ossicle_acknowledge(struct ossicle *device);
void ossicle_acknowledge_now(struct ossicle *device);
/* Writes an `error` line: a code and a sentence. */
void ossicle_error(struct ossicle *device, const char *code, const char *text);
void ossicle_error_numbers(struct ossicle *device, const char *code, const char *text, uint32_t expected, uint32_t got);

#endif
