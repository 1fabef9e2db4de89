/* Lower-case hexadecimal digits. */
#ifndef HEX_H
#define HEX_H

#include <stdint.h>

/* Two digits a byte; no byte 0 after them. */
static inline void hex_of_bytes(char *to, const uint8_t *bytes, uint32_t count) {
	for (uint32_t i = 0; i < count; i++) {
		to[2u * i] = "0123456789abcdef"[bytes[i] >> 4];
		to[2u * i + 1u] = "0123456789abcdef"[bytes[i] & 15u];
	}
}

/* Eight digits, likewise. */
static inline void hex_of_word(char *to, uint32_t value) {
	for (int i = 7; i >= 0; i--) {
		to[i] = "0123456789abcdef"[value & 15u];
		value >>= 4;
	}
}

#endif
