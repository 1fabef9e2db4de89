#include "ossicle_line.h"

#include <string.h>

#include "ossicle_base64.h"
#include "ossicle_crc32.h"

static void hand_over(struct ossicle_line *line) {
	const struct ossicle_port *port = line->port;
	size_t sent = 0;
	while (sent < line->chunk_bytes && !line->lost) {
		long taken = port->write(port->context, line->chunk + sent, line->chunk_bytes - sent);
		if (taken < 0) {
			line->lost = true;
		} else if (taken == 0) {
			port->idle(port->context);
		} else {
			sent += (size_t)taken;
		}
	}
	line->chunk_bytes = 0;
}

static void put(struct ossicle_line *line, const char *bytes, size_t count) {
	if (line->checked) {
		line->crc = ossicle_crc32(line->crc, bytes, count);
		line->clip_crc = ossicle_crc32(line->clip_crc, bytes, count);
	}
	for (size_t i = 0; i < count; i++) {
		if (line->chunk_bytes == OSSICLE_LINE_CHUNK_BYTES) {
			hand_over(line);
		}
		line->chunk[line->chunk_bytes++] = (uint8_t)bytes[i];
	}
}

static void put_text(struct ossicle_line *line, const char *text) {
	put(line, text, strlen(text));
}

static void put_uint(struct ossicle_line *line, uint64_t value) {
	char digits[20];
	size_t at = sizeof digits;
	/* 64-bit division is a slow library call on 32-bit cores and most numbers are small. */
	while (value > UINT32_MAX) {
		digits[--at] = (char)('0' + value % 10u);
		value /= 10u;
	}
	uint32_t small = (uint32_t)value;
	do {
		digits[--at] = (char)('0' + small % 10u);
		small /= 10u;
	} while (small > 0);
	put(line, digits + at, sizeof digits - at);
}

static void put_int(struct ossicle_line *line, int64_t value) {
	if (value < 0) {
		put(line, "-", 1);
		put_uint(line, 0u - (uint64_t)value);
	} else {
		put_uint(line, (uint64_t)value);
	}
}

static void put_hex32(struct ossicle_line *line, uint32_t value) {
	char digits[8];
	for (int i = 7; i >= 0; i--) {
		digits[i] = "0123456789abcdef"[value & 15u];
		value >>= 4;
	}
	put(line, digits, sizeof digits);
}

static void put_quoted(struct ossicle_line *line, const char *text) {
	put(line, "\"", 1);
	for (; *text != 0; text++) {
		char c = *text >= ' ' && *text <= '~' ? *text : '?';
		if (c == '"' || c == '\\') {
			put(line, "\\", 1);
		}
		put(line, &c, 1);
	}
	put(line, "\"", 1);
}

static void put_key(struct ossicle_line *line, const char *key) {
	put_text(line, ",\"");
	put_text(line, key);
	put_text(line, "\":");
}

void ossicle_line_init(struct ossicle_line *line, const struct ossicle_port *port) {
	memset(line, 0, sizeof *line);
	line->port = port;
}

void ossicle_line_clip_begin(struct ossicle_line *line) {
	line->clip_lines = 0;
	line->clip_crc = 0;
}

void ossicle_line_begin(struct ossicle_line *line, const char *type) {
	line->crc = 0;
	line->checked = true;
	put_text(line, "{\"t\":\"");
	put_text(line, type);
	put_text(line, "\"");
	ossicle_line_uint(line, "q", line->sequence++);
}

void ossicle_line_uint(struct ossicle_line *line, const char *key, uint64_t value) {
	put_key(line, key);
	put_uint(line, value);
}

void ossicle_line_int(struct ossicle_line *line, const char *key, int64_t value) {
	put_key(line, key);
	put_int(line, value);
}

void ossicle_line_hex32(struct ossicle_line *line, const char *key, uint32_t value) {
	put_key(line, key);
	put(line, "\"", 1);
	put_hex32(line, value);
	put(line, "\"", 1);
}

void ossicle_line_bool(struct ossicle_line *line, const char *key, bool value) {
	put_key(line, key);
	put_text(line, value ? "true" : "false");
}

void ossicle_line_text(struct ossicle_line *line, const char *key, const char *value) {
	put_key(line, key);
	put_quoted(line, value);
}

void ossicle_line_expectation(
	struct ossicle_line *line, const char *key, const char *value, uint32_t expected, uint32_t got
) {
	put_key(line, key);
	put(line, "\"", 1);
	put_text(line, value); /* the library's own sentences: nothing to escape */
	put_text(line, ": expected ");
	put_uint(line, expected);
	put_text(line, ", got ");
	put_uint(line, got);
	put(line, "\"", 1);
}

void ossicle_line_texts(struct ossicle_line *line, const char *key, const char *const *values, uint8_t count) {
	put_key(line, key);
	for (uint8_t i = 0; i < count; i++) {
		put(line, i == 0 ? "[" : ",", 1);
		put_quoted(line, values[i]);
	}
	put_text(line, count == 0 ? "[]" : "]");
}

void ossicle_line_ints(struct ossicle_line *line, const char *key, const int32_t *values, uint8_t count) {
	put_key(line, key);
	for (uint8_t i = 0; i < count; i++) {
		put(line, i == 0 ? "[" : ",", 1);
		put_int(line, values[i]);
	}
	put_text(line, count == 0 ? "[]" : "]");
}

void ossicle_line_base64(struct ossicle_line *line, const char *key, const uint8_t *bytes, size_t count) {
	put_key(line, key);
	put(line, "\"", 1);
	for (size_t at = 0; at < count; at += 3) {
		char group[4];
		ossicle_base64_group(bytes + at, count - at < 3 ? count - at : 3, group);
		put(line, group, sizeof group);
	}
	put(line, "\"", 1);
}

void ossicle_line_end(struct ossicle_line *line) {
	put(line, "}", 1);
	uint32_t crc = line->crc; /* the CRC ends with the brace; the clip's goes on to the line end */
	put(line, "*", 1);
	put_hex32(line, crc);
	put(line, "\n", 1);
	hand_over(line);
	line->checked = false;
	line->clip_lines++;
}

void ossicle_line_console(struct ossicle_line *line, const char *text) {
	line->checked = false;
	put_text(line, text);
	put(line, "\n", 1);
	hand_over(line);
}
