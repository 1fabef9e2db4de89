/*
 * COBS decoding a byte at a time: Cheshire & Baker, IEEE/ACM ToN 7(2), 1999.
 *
 * The encoded bytes hold no zero. Each code byte n stands before n - 1 data bytes and, unless n is 255, for one zero after
 * them; the zero of the last block is not part of the data.
 */
#ifndef OSSICLE_COBS_H
#define OSSICLE_COBS_H

#include <stdbool.h>
#include <stdint.h>

struct ossicle_cobs {
	uint8_t left;    /* data bytes to come in this block */
	bool zero_after; /* a zero stands between this block and the next */
	bool any;        /* at least one code byte came */
};

static inline void ossicle_cobs_init(struct ossicle_cobs *cobs) {
	cobs->left = 0;
	cobs->zero_after = false;
	cobs->any = false;
}

/* Takes one byte, which must not be zero. True when it yields a data byte, which is then in `*out`. */
static inline bool ossicle_cobs_take(struct ossicle_cobs *cobs, uint8_t byte, uint8_t *out) {
	if (cobs->left > 0) {
		cobs->left--;
		*out = byte;
		return true;
	}
	bool zero = cobs->zero_after;
	cobs->left = (uint8_t)(byte - 1u);
	cobs->zero_after = byte != 0xFFu;
	cobs->any = true;
	*out = 0;
	return zero;
}

/* Do the bytes so far make a whole encoding? */
static inline bool ossicle_cobs_whole(const struct ossicle_cobs *cobs) {
	return cobs->any && cobs->left == 0;
}

#endif
