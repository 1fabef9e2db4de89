#include "spectrum.h"

#include <string.h>

#define QUARTER (MFCC_HOP / 2)

void spectrum_reset(struct spectrum *s) {
	memset(s->history, 0, sizeof s->history);
	s->history_bits = 0;
}

/* Which bits of the samples differ from the one below: the highest that does is the highest that carries something. Both halves
 * of the result count; bit 16 may be set without need. */
static uint32_t bits_of(const int16_t hop[MFCC_HOP]) {
	uint32_t bits = 0;
#pragma GCC unroll 8
	for (uint32_t i = 0; i < MFCC_HOP; i += 2) {
		uint32_t pair = fixed_load_pair(&hop[i]);
		bits |= pair ^ pair << 1;
	}
	return bits;
}

/* How far every sample could be shifted up, 0 to 15. */
static uint32_t headroom(uint32_t bits) {
	bits = (bits | bits >> 16) & 0xffffu;
	return fixed_leading_zeros(bits | 1u) - 16u;
}

/* Two samples, windowed and pre-emphasised: w[i] x[i] - 0.97 w[i-1] x[i-1]. `before`: the sample before them and the first.
 * Rounded down, which adds a constant that no bin above 0 has a part of. */
static inline fixed_pair point(fixed_pair before, fixed_pair samples, const fixed_pair weights[2], uint32_t shift) {
	int32_t even = fixed_multiply_pairs(before, weights[0]) >> shift;
	int32_t odd = fixed_multiply_pairs(samples, weights[1]) >> shift;
	return fixed_low_halves((uint32_t)even, (uint32_t)odd);
}

/* Backwards, so that the new samples can take the place of the old ones as soon as these are used up. Only the first sample of
 * each quarter has its neighbour elsewhere. */
static void load(struct spectrum *s, const int16_t hop[MFCC_HOP], uint32_t shift) {
	const fixed_pair before[4] = {
		fixed_pack(hop[MFCC_HOP - 1], s->history[0]), fixed_load_pair(&s->history[QUARTER - 1]),
		fixed_pack(s->history[MFCC_HOP - 1], hop[0]), fixed_load_pair(&hop[QUARTER - 1]),
	};
	int16_t *old = &s->history[QUARTER];
	const int16_t *new = &hop[QUARTER];
	const fixed_pair *weights = &mfcc_window[MFCC_FRAME];
	uint32_t loudest = 0;
	for (uint32_t n = FFT_POINTS / 4 - 1; n > 0; n--) {
		old -= 2;
		new -= 2;
		weights -= 8;
		fixed_pair first = fixed_load_pair(new), second = fixed_load_pair(&new[QUARTER]);
		fixed_pair a = point(fixed_load_pair(&old[-1]), fixed_load_pair(old), &weights[0], shift);
		fixed_pair b = point(fixed_load_pair(&old[QUARTER - 1]), fixed_load_pair(&old[QUARTER]), &weights[2], shift);
		fixed_store_pair(old, first);
		fixed_store_pair(&old[QUARTER], second);
		fixed_pair c = point(fixed_load_pair(&new[-1]), first, &weights[4], shift);
		fixed_pair d = point(fixed_load_pair(&new[QUARTER - 1]), second, &weights[6], shift);
		loudest |= fft_load(s->fft.points, n, a, b, c, d);
	}
	fixed_pair first = fixed_load_pair(hop), second = fixed_load_pair(&hop[QUARTER]);
	fixed_pair a = point(before[0], fixed_load_pair(s->history), &mfcc_window[0], shift);
	fixed_pair b = point(before[1], fixed_load_pair(&s->history[QUARTER]), &mfcc_window[2], shift);
	fixed_store_pair(s->history, first);
	fixed_store_pair(&s->history[QUARTER], second);
	fixed_pair c = point(before[2], first, &mfcc_window[4], shift);
	fixed_pair d = point(before[3], second, &mfcc_window[6], shift);
	s->fft.loudest = loudest | fft_load(s->fft.points, 0, a, b, c, d);
}

/* Shifted right by 15 + FFT_SPARE_BITS - headroom, a point's halves leave that many bits spare, as two weights add up to less
 * than 2. Four points, whose windows add up to 2, make less than 2^15 with two spare bits. The points are
 * 2^(15 + headroom - FFT_SPARE_BITS) times the truth, and fft_power leaves a quarter. */
int32_t spectrum_step(struct spectrum *s, const int16_t hop[MFCC_HOP]) {
	uint32_t bits = bits_of(hop);
	uint32_t room = headroom(bits | s->history_bits);
	load(s, hop, 15u + FFT_SPARE_BITS - room);
	s->history_bits = bits;
	uint32_t halvings = fft_transform(&s->fft);
	fft_power(&s->fft);
	return 28 - 2 * (int32_t)FFT_SPARE_BITS + 2 * ((int32_t)room - (int32_t)halvings);
}

void spectrum_skip(struct spectrum *s, const int16_t hop[MFCC_HOP]) {
	memcpy(s->history, hop, sizeof s->history);
	s->history_bits = bits_of(hop);
}
