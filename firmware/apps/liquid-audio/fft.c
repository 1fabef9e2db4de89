#include "fft.h"

#include "fft_tables.h"

#define ONES 0x00010001u
#define ROUNDING 0x8000

/* Point times the conjugate of a root of unity, halved. */
static inline fixed_pair turn(fixed_pair point, fixed_pair root) {
	int32_t real = fixed_multiply_add_pairs(point, root, ROUNDING);
	int32_t imaginary = fixed_multiply_subtract_crossed(root, point, ROUNDING);
	return fixed_high_halves((uint32_t)real, (uint32_t)imaginary);
}

#ifndef FFT_CMSIS
/* What a pass takes off the points beyond the halving that comes with the product: none, at the second sum, at both. */
enum scale { HALF, QUARTER, EIGHTH };

/* Returns an energy as fft_energy does. */
static inline uint32_t butterfly(uint32_t *p, uint32_t quarter, const fixed_pair roots[3], enum scale scale) {
	fixed_pair a = fixed_add_halved(p[0], ONES);
	fixed_pair b = turn(p[quarter], roots[0]);
	fixed_pair c = turn(p[2 * quarter], roots[1]);
	fixed_pair d = turn(p[3 * quarter], roots[2]);
	fixed_pair even, even_turning, odd, odd_turning;
	if (scale == HALF) {
		even = fixed_add_pairs(a, c);
		even_turning = fixed_subtract_pairs(a, c);
		odd = fixed_add_pairs(b, d);
		odd_turning = fixed_subtract_pairs(b, d);
	} else {
		even = fixed_add_halved(a, c);
		even_turning = fixed_subtract_halved(a, c);
		odd = fixed_add_halved(b, d);
		odd_turning = fixed_subtract_halved(b, d);
	}
	if (scale == EIGHTH) {
		a = fixed_add_halved(even, odd);
		b = fixed_subtract_turned_halved(even_turning, odd_turning);
		c = fixed_subtract_halved(even, odd);
		d = fixed_add_turned_halved(even_turning, odd_turning);
	} else {
		a = fixed_add_pairs(even, odd);
		b = fixed_subtract_turned(even_turning, odd_turning);
		c = fixed_subtract_pairs(even, odd);
		d = fixed_add_turned(even_turning, odd_turning);
	}
	p[0] = a;
	p[quarter] = b;
	p[2 * quarter] = c;
	p[3 * quarter] = d;
	return fft_energy(a, b, c, d);
}

/* Returns the energies of its butterflies, put together by OR. */
static inline uint32_t pass(uint32_t points[FFT_POINTS], uint32_t quarter, enum scale scale) {
	uint32_t loudest = 0;
	const fixed_pair *root = fft_twiddles;
	for (uint32_t j = 0; j < quarter; j++) {
		const fixed_pair roots[3] = { root[0], root[1], root[2] };
		uint32_t *p = &points[j];
		for (uint32_t block = 0; block < FFT_POINTS / 4 / quarter; block++) {
			loudest |= butterfly(p, quarter, roots, scale);
			p += 4 * quarter;
		}
		root += 3 * (FFT_POINTS / 4 / quarter);
	}
	return loudest;
}

/* Bounds of squared magnitudes. A magnitude up to m makes sums up to 4 m; with h halvings, m < 2^(13 + h) keeps them below
 * 2^15. What rounding adds to that, the saturating sums take off. */
#define FOR_HALF (1u << 28)
#define FOR_QUARTER (1u << 30)

/* The first pass after fft_load. What it leaves has no magnitude above 2^15. */
static uint32_t second_pass(struct fft *f) {
	if (f->loudest < FOR_HALF) {
		(void)pass(f->points, 4, HALF);
		return 1;
	}
	if (f->loudest < FOR_QUARTER) {
		(void)pass(f->points, 4, QUARTER);
		return 2;
	}
	(void)pass(f->points, 4, EIGHTH);
	return 3;
}

/* To measure before this pass would cost more than it gains: it goes by how loud the points were before the last one, which has
 * made them twice as large at most. */
static uint32_t third_pass(struct fft *f) {
	if (f->loudest < FOR_HALF / 4) {
		f->loudest = pass(f->points, 16, HALF);
		return 1;
	}
	f->loudest = pass(f->points, 16, QUARTER);
	return 2;
}

static uint32_t fourth_pass(struct fft *f) {
	if (f->loudest < FOR_HALF) {
		(void)pass(f->points, 64, HALF);
		return 1;
	}
	(void)pass(f->points, 64, QUARTER);
	return 2;
}

uint32_t fft_transform(struct fft *f) {
	uint32_t halvings = second_pass(f);
	halvings += third_pass(f);
	return halvings + fourth_pass(f);
}
#endif

/* With Z the transform of x[2n] + j x[2n+1], the real samples have X[k] = E + T and X[256-k] = conj(E - T), where
 * E = (Z[k] + conj Z[256-k]) / 2 and T = -j W^k (Z[k] - conj Z[256-k]) / 2 with W = exp(-2 pi j / 512). Their conjugates do as
 * well for the power, and come with fewer instructions. */
void fft_power(struct fft *f) {
	uint32_t *low = &f->points[1], *high = &f->points[FFT_POINTS - 1];
	for (const fixed_pair *root = &fft_halves[1]; root <= &fft_halves[FFT_POINTS / 2]; root++) {
		fixed_pair sum = fixed_add_halved(*low, *high);
		fixed_pair difference = fixed_subtract_halved(*high, *low);
		fixed_pair e = fixed_add_halved(fixed_low_and_high(sum, difference), ONES);
		fixed_pair t = turn(fixed_low_and_high(difference, sum), *root);
		fixed_pair x = fixed_add_pairs(e, t), mirrored = fixed_subtract_pairs(e, t);
		*low++ = (uint32_t)fixed_multiply_pairs(x, x);
		*high-- = (uint32_t)fixed_multiply_pairs(mirrored, mirrored);
	}
}
