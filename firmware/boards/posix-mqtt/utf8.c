#include "utf8.h"

/* Bytes of the character that begins at `bytes`, 0 where none does. RFC 3629 section 4. */
static size_t character(const uint8_t *bytes, size_t count) {
	static const struct {
		uint8_t first_min, first_max, second_min, second_max;
		size_t length;
	} forms[] = {
		{ 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 }, { 0xE1, 0xEC, 0x80, 0xBF, 3 },
		{ 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
		{ 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
	};
	if (bytes[0] < 0x80) {
		return 1;
	}
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (bytes[0] < forms[i].first_min || bytes[0] > forms[i].first_max) {
			continue;
		}
		if (count < forms[i].length || bytes[1] < forms[i].second_min || bytes[1] > forms[i].second_max) {
			return 0;
		}
		for (size_t at = 2; at < forms[i].length; at++) {
			if ((bytes[at] & 0xC0) != 0x80) {
				return 0;
			}
		}
		return forms[i].length;
	}
	return 0;
}

bool utf8_is_text(const uint8_t *bytes, size_t count) {
	size_t at = 0;
	while (at < count) {
		size_t length = character(bytes + at, count - at);
		bool control = bytes[at] < 0x20 && bytes[at] != '\t' && bytes[at] != '\n' && bytes[at] != '\r';
		if (length == 0 || control) {
			return false;
		}
		at += length;
	}
	return true;
}

size_t utf8_characters(const char *text) {
	size_t count = 0;
	for (; *text != 0; text++) {
		count += ((uint8_t)*text & 0xC0) != 0x80;
	}
	return count;
}
