/* G.711 mu-law to 16 bits, for the golden clips, which are kept as they travel. */
#ifndef FROM_MULAW_H
#define FROM_MULAW_H

#include <stdint.h>

static inline int16_t from_mulaw(uint8_t byte) {
	unsigned code = (unsigned)~byte & 0xffu;
	int magnitude = (int)((((code & 15u) << 3) + 132u) << (code >> 4 & 7u)) - 132;
	return (int16_t)(code & 0x80u ? -magnitude : magnitude);
}

#endif
