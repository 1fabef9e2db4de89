/*
 * Telemetry lines: JSON written piece by piece straight to the port, with the CRC-32 of the line and of all lines of the
 * clip kept on the way. No line is ever held in memory as a whole.
 *
 *     ossicle_line_begin(line, "ack");
 *     ossicle_line_uint(line, "next", next);
 *     ossicle_line_end(line);                       -> {"t":"ack","q":7,"next":5}*1a2b3c4d
 */
#ifndef OSSICLE_LINE_H
#define OSSICLE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ossicle_port.h"

#define OSSICLE_LINE_CHUNK_BYTES 64u

struct ossicle_line {
	const struct ossicle_port *port;
	uint8_t chunk[OSSICLE_LINE_CHUNK_BYTES];
	uint8_t chunk_bytes;
	uint32_t sequence;    /* `q` of the next line */
	uint32_t crc;         /* of the line in progress, from its `{` */
	uint32_t clip_lines;  /* telemetry lines since the clip began */
	uint32_t clip_crc;    /* CRC-32 of these lines, each with its `\n` */
	bool checked;         /* the bytes written now count for `crc` and `clip_crc` (console lines do not) */
	bool lost;            /* the port gave up: nobody reads. Cleared by whoever acts on it. */
};

void ossicle_line_init(struct ossicle_line *line, const struct ossicle_port *port);

/* Starts to count and hash lines anew: called just before `clip-begin` is written. */
void ossicle_line_clip_begin(struct ossicle_line *line);

void ossicle_line_begin(struct ossicle_line *line, const char *type);
void ossicle_line_uint(struct ossicle_line *line, const char *key, uint64_t value);
void ossicle_line_int(struct ossicle_line *line, const char *key, int64_t value);
void ossicle_line_hex32(struct ossicle_line *line, const char *key, uint32_t value);
void ossicle_line_bool(struct ossicle_line *line, const char *key, bool value);
/* Anything outside printable ASCII becomes `?`. */
void ossicle_line_text(struct ossicle_line *line, const char *key, const char *value);
/* `value: expected N, got M`. */
void ossicle_line_expectation(
	struct ossicle_line *line, const char *key, const char *value, uint32_t expected, uint32_t got
);
void ossicle_line_texts(struct ossicle_line *line, const char *key, const char *const *values, uint8_t count);
void ossicle_line_ints(struct ossicle_line *line, const char *key, const int32_t *values, uint8_t count);
void ossicle_line_base64(struct ossicle_line *line, const char *key, const uint8_t *bytes, size_t count);
/* Writes `}*`, the CRC and the line end, and hands it all to the port. */
void ossicle_line_end(struct ossicle_line *line);

/* A console line: no JSON, no CRC, no sequence number. Must not start with `{`. */
void ossicle_line_console(struct ossicle_line *line, const char *text);

#endif
