#include "mfcc.h"

#include <string.h>

#include "mel.h"

#define ONES 0x00010001u
/* A hop's soundness: 0 to this, which stands for 1. */
#define SOUND (MFCC_BANDS * 2048u)
/* Limits of what a model may bring: no coefficient passes 41 nepers, no useful factor 1000. Q12. */
#define MEAN_START_LIMIT (64 << 12)
#define SCALE_LIMIT (4096 << 12)
#define ROW_PAIRS (MFCC_DCT_ROW / 2)

static int32_t clamp(int32_t value, int32_t lowest, int32_t highest) {
	return value < lowest ? lowest : value > highest ? highest : value;
}

void mfcc_configure(struct mfcc *m, const int32_t mean_start[MFCC_COEFFICIENTS], const int32_t scale[MFCC_COEFFICIENTS]) {
	for (uint32_t c = 0; c < MFCC_COEFFICIENTS; c++) {
		m->mean_start[c] = clamp(mean_start[c], -MEAN_START_LIMIT, MEAN_START_LIMIT) * (1 << 8);
		m->scale[c] = clamp(scale[c], -SCALE_LIMIT, SCALE_LIMIT) * (1 << 6);
	}
}

void mfcc_reset(struct mfcc *m) {
	spectrum_reset(&m->spectrum);
	m->peak = MFCC_PEAK_START_Q16;
	m->weight = 0;
	memcpy(m->mean, m->mean_start, sizeof m->mean);
	for (uint32_t band = 0; band < MFCC_BANDS; band++) {
		m->levels[band] = MFCC_SILENCE_Q11;
	}
	m->complexity = 0;
}

static void follow_peak(struct mfcc *m, int32_t level_q11) {
	int32_t level = level_q11 * (1 << 5);
	m->peak -= MFCC_PEAK_DECAY_Q16;
	m->peak = m->peak < MFCC_PEAK_START_Q16 ? MFCC_PEAK_START_Q16 : m->peak;
	m->peak = m->peak < level ? level : m->peak;
}

/* Sum of the rises of all bands, Q11 -> Q15. */
static uint16_t complexity_of(uint32_t rise) {
	const uint32_t full = MFCC_BANDS * MFCC_COMPLEXITY_FULL_Q11;
	const uint32_t factor = ((1u << 31) + full / 2u) / full;
	return (uint16_t)((rise < full ? rise : full) * factor >> 16);
}

/* Makes levels below the peak of `levels`, at least -MFCC_RANGE, and returns their sum. Two bands at a time, as levels above the
 * floor, which lie between 0 and MFCC_RANGE. */
static int32_t relative_to_peak(struct mfcc *m, int16_t levels[MFCC_BANDS]) {
	int16_t floor = (int16_t)(((m->peak + 16) >> 5) - MFCC_RANGE_Q11);
	fixed_pair floors = fixed_pack(floor, floor), range = fixed_pack(MFCC_RANGE_Q11, MFCC_RANGE_Q11);
	int32_t sum = 0, rise = 0;
	for (uint32_t band = 0; band < MFCC_BANDS; band += 2) {
		fixed_pair level = fixed_load_pair(&levels[band]), last = fixed_load_pair(&m->levels[band]);
		fixed_store_pair(&m->levels[band], level);
		fixed_pair now = fixed_positive_pairs(fixed_subtract_pairs(level, floors));
		fixed_pair before = fixed_positive_pairs(fixed_subtract_pairs(last, floors));
		rise = fixed_multiply_add_pairs(fixed_positive_pairs(fixed_subtract_pairs(now, before)), ONES, rise);
		now = fixed_subtract_pairs(now, range);
		sum = fixed_multiply_add_pairs(now, ONES, sum);
		fixed_store_pair(&levels[band], now);
	}
	m->complexity = complexity_of((uint32_t)rise);
	return sum;
}

/* 0 for a hop of silence, SOUND for one of sound, a ramp of one neper between: no cliff for rounding to fall off. */
static uint32_t soundness(int32_t sum) {
	return (uint32_t)clamp(sum + MFCC_BANDS * MFCC_GATE_Q11, 0, (int32_t)SOUND);
}

/* How far the mean moves towards this hop, Q32, at most 1/21. */
static int32_t pull_of(struct mfcc *m, uint32_t sound) {
	m->weight += sound;
	m->weight = m->weight < MFCC_WEIGHT_CAP_HOPS * SOUND ? m->weight : MFCC_WEIGHT_CAP_HOPS * SOUND;
	return (int32_t)((sound << 16) / ((m->weight + MFCC_PRIOR_HOPS * SOUND) >> 5) << 11);
}

/* Coefficient Q20. The difference is below 2^27: none passes 41 nepers, no mean 64. */
static int16_t normalise(struct mfcc *m, uint32_t c, int32_t coefficient, int32_t pull) {
	m->mean[c] += fixed_multiply_high_rounded(coefficient - m->mean[c], pull);
	return fixed_saturate16(fixed_multiply_high_rounded((coefficient - m->mean[c]) * (1 << 4), m->scale[c]));
}

/* Sums and differences of the bands and their mirror images: a row of the DCT has the same weights, or the opposite ones, on
 * both sides. The middle two bands are alone in their word. */
static void fold(const int16_t bands[MFCC_BANDS], fixed_pair sums[ROW_PAIRS], fixed_pair differences[ROW_PAIRS]) {
	for (uint32_t i = 0; i < ROW_PAIRS; i++) {
		fixed_pair left = fixed_load_pair(&bands[2 * i]);
		fixed_pair right = fixed_swap(fixed_load_pair(&bands[MFCC_BANDS - 2 - 2 * i]));
		sums[i] = fixed_add_pairs(left, right);
		differences[i] = fixed_subtract_pairs(left, right);
	}
}

/* Coefficients 1 to 12: weights Q15, bands Q11 -> Q20. */
static inline int32_t dct(const int16_t row[MFCC_DCT_ROW], const fixed_pair folded[ROW_PAIRS]) {
	int32_t sum = 1 << 5;
#pragma GCC unroll 7
	for (uint32_t i = 0; i < ROW_PAIRS; i++) {
		sum = fixed_multiply_add_pairs(fixed_load_pair(&row[2 * i]), folded[i], sum);
	}
	return sum >> 6;
}

void mfcc_step(struct mfcc *m, const int16_t hop[MFCC_HOP], int16_t features[MFCC_FEATURES]) {
	int16_t bands[MFCC_BANDS];
	fixed_pair folded[2][ROW_PAIRS];
	int32_t exponent = spectrum_step(&m->spectrum, hop);
	follow_peak(m, mel_levels(m->spectrum.fft.points, exponent, bands));
	int32_t sum = relative_to_peak(m, bands);
	int32_t pull = pull_of(m, soundness(sum));
	features[0] = normalise(m, 0, fixed_multiply_high_rounded(sum * (1 << 12), MFCC_FLAT_Q29), pull);
	fold(bands, folded[0], folded[1]);
	const int16_t *row = mfcc_dct;
	for (uint32_t c = 1; c < MFCC_COEFFICIENTS; c += 2, row += 2 * MFCC_DCT_ROW) {
		features[c] = normalise(m, c, dct(row, folded[1]), pull);
		features[c + 1] = normalise(m, c + 1, dct(row + MFCC_DCT_ROW, folded[0]), pull);
	}
	memset(&features[MFCC_COEFFICIENTS], 0, (MFCC_FEATURES - MFCC_COEFFICIENTS) * sizeof features[0]);
}

void mfcc_skip(struct mfcc *m, const int16_t hop[MFCC_HOP]) {
	spectrum_skip(&m->spectrum, hop);
	follow_peak(m, INT16_MIN);
}

uint16_t mfcc_complexity(const struct mfcc *m) {
	return m->complexity;
}
