#include "ossicle_base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void ossicle_base64_group(const uint8_t *bytes, size_t count, char out[4]) {
	uint32_t bits = (uint32_t)bytes[0] << 16;
	if (count > 1) {
		bits |= (uint32_t)bytes[1] << 8;
	}
	if (count > 2) {
		bits |= bytes[2];
	}
	out[0] = alphabet[bits >> 18];
	out[1] = alphabet[bits >> 12 & 63u];
	out[2] = count > 1 ? alphabet[bits >> 6 & 63u] : '=';
	out[3] = count > 2 ? alphabet[bits & 63u] : '=';
}
