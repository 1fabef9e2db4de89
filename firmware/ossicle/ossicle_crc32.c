#include "ossicle_crc32.h"

/* One entry for each nibble: 64 bytes of flash instead of 1 KB, two look-ups a byte. */
static const uint32_t nibble_table[16] = {
	0x00000000u, 0x1DB71064u, 0x3B6E20C8u, 0x26D930ACu, 0x76DC4190u, 0x6B6B51F4u, 0x4DB26158u, 0x5005713Cu,
	0xEDB88320u, 0xF00F9344u, 0xD6D6A3E8u, 0xCB61B38Cu, 0x9B64C2B0u, 0x86D3D2D4u, 0xA00AE278u, 0xBDBDF21Cu,
};

static inline uint32_t add_byte(uint32_t state, uint8_t byte) {
	state ^= byte;
	state = state >> 4 ^ nibble_table[state & 15u];
	return state >> 4 ^ nibble_table[state & 15u];
}

uint32_t ossicle_crc32(uint32_t crc, const void *bytes, size_t count) {
	const uint8_t *at = bytes;
	uint32_t state = ~crc;
	while (count-- > 0) {
		state = add_byte(state, *at++);
	}
	return ~state;
}

uint32_t ossicle_crc32_samples(uint32_t crc, const int16_t *samples, size_t count) {
	uint32_t state = ~crc;
	while (count-- > 0) {
		uint16_t sample = (uint16_t)*samples++;
		state = add_byte(state, (uint8_t)sample);
		state = add_byte(state, (uint8_t)(sample >> 8));
	}
	return ~state;
}
