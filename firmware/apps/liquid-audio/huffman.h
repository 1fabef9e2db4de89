/* Canonical Huffman codes (RFC 1951, 3.2.2) as LNN.md has them: at most 256 symbols, codes of 1 to 15 bits, read from the most
 * significant bit of each byte on. */
#ifndef HUFFMAN_H
#define HUFFMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HUFFMAN_LONGEST 15u
#define HUFFMAN_SYMBOLS 256u
#define HUFFMAN_NONE (-1)

struct huffman_code {
	uint16_t count[HUFFMAN_LONGEST + 1u]; /* of symbols, by the length of their code */
	uint8_t symbol[HUFFMAN_SYMBOLS];      /* by length, then by number */
};

struct huffman_bits {
	const uint8_t *bytes;
	size_t bits;     /* how many there are */
	size_t position; /* of the next one */
};

/* `lengths` as in the file: `symbols` of them, even and at most 256, two to a byte, the lower nibble first. False when they make
 * neither a complete code nor one of exactly one symbol with length 1. */
bool huffman_build(struct huffman_code *code, const uint8_t *lengths, unsigned symbols);

/* The next symbol; HUFFMAN_NONE where the bits end or mean nothing. */
int huffman_read(const struct huffman_code *code, struct huffman_bits *from);

/* True when fewer than 8 bits are left and all are 0. */
bool huffman_is_at_end(const struct huffman_bits *bits);

#endif
