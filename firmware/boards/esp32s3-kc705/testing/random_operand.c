#include "operations.h"

/* xorshift64 (Marsaglia 2003): the same numbers on every machine. */
static uint64_t next(uint64_t *state) {
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

uint64_t random_operand(uint64_t *state) {
	uint64_t kind = next(state);
	uint64_t bits = next(state);
	uint32_t low = (uint32_t)bits;
	uint64_t upper = bits & 0xFFFFFFFF00000000u;
	switch (kind % 8) {
	case 0: /* few bits: short quotients, and divisors that often fit */
		return bits >> (kind >> 8 & 63);
	case 1: /* a power of two, or next to one */
		return ((uint64_t)1 << (kind >> 8 & 63)) + bits % 3 - 1u;
	case 2: /* a subnormal float, or a zero */
		return upper | (low & 0x807FFFFFu & ~(kind >> 20 & 1u ? 0x007FFFF0u : 0u));
	case 3: /* infinity, NaN, or the greatest numbers */
		return upper | (low & 0x80000000u) | 0x7F000000u | (kind >> 20 & 1u ? 0x00800000u : low & 0x00FFFFFFu);
	case 4: /* a float without fraction */
		return upper | (low & 0xFF800000u);
	case 5:
	case 6: /* floats of like size: cancellation, ties, carries */
		return upper | (low & 0x81FFFFFFu) | 0x3E000000u;
	default:
		return bits;
	}
}
