#include "huffman.h"

#include <string.h>

static unsigned length_of(const uint8_t *lengths, unsigned symbol) {
	return symbol % 2u == 0 ? lengths[symbol / 2u] & 15u : lengths[symbol / 2u] >> 4;
}

bool huffman_build(struct huffman_code *code, const uint8_t *lengths, unsigned symbols) {
	uint16_t next[HUFFMAN_LONGEST + 1u] = { 0 };
	uint32_t taken = 0; /* of the 2^15 codes of the greatest length */
	unsigned used = 0;
	memset(code, 0, sizeof *code);
	for (unsigned symbol = 0; symbol < symbols; symbol++) {
		code->count[length_of(lengths, symbol)]++;
	}
	code->count[0] = 0;
	for (unsigned length = 1; length <= HUFFMAN_LONGEST; length++) {
		next[length] = (uint16_t)used;
		used += code->count[length];
		taken += (uint32_t)code->count[length] << (HUFFMAN_LONGEST - length);
	}
	for (unsigned symbol = 0; symbol < symbols; symbol++) {
		unsigned length = length_of(lengths, symbol);
		if (length > 0) {
			code->symbol[next[length]++] = (uint8_t)symbol;
		}
	}
	return used == 1 ? code->count[1] == 1 : taken == (uint32_t)1 << HUFFMAN_LONGEST;
}

static unsigned next_bit(struct huffman_bits *from) {
	unsigned byte = from->bytes[from->position / 8u];
	unsigned bit = byte >> (7u - from->position % 8u) & 1u;
	from->position++;
	return bit;
}

/* The codes of one length are consecutive numbers, and begin where those of the length before ended, times two. */
int huffman_read(const struct huffman_code *code, struct huffman_bits *from) {
	uint32_t value = 0, first = 0;
	unsigned shorter = 0; /* symbols with a shorter code */
	for (unsigned length = 1; length <= HUFFMAN_LONGEST; length++) {
		if (from->position >= from->bits) {
			return HUFFMAN_NONE;
		}
		value = value << 1 | next_bit(from);
		first <<= 1;
		if (value - first < code->count[length]) {
			return code->symbol[shorter + (value - first)];
		}
		shorter += code->count[length];
		first += code->count[length];
	}
	return HUFFMAN_NONE;
}

bool huffman_is_at_end(const struct huffman_bits *bits) {
	struct huffman_bits rest = *bits;
	if (rest.bits - rest.position >= 8u) {
		return false;
	}
	while (rest.position < rest.bits) {
		if (next_bit(&rest) != 0) {
			return false;
		}
	}
	return true;
}
