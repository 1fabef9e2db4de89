/* Power spectrum of 512 real samples: 256 complex points of 16-bit halves, four passes of radix 4, block floating point.
 *
 * A frame is loaded four points at a time (fft_load does their first butterfly on the way), fft_transform does the other
 * three passes, fft_power makes the power of the real samples' bins out of it. A pass halves its results once, twice or three
 * times, as few as the loudest points allow: sums cannot overflow whatever the input, and small ones are not shifted away.
 *
 * With FFT_CMSIS the passes are Arm's (arm_cfft_q15 of CMSIS-DSP, cmsis/fft_cmsis.c), which halve twice each, always. Then
 * the bits are others, and the firmware says so: FFT_CAP.
 */
#ifndef FFT_H
#define FFT_H

#include <stddef.h>
#include <stdint.h>

#include "fixed.h"

#define FFT_POINTS 256

#ifdef FFT_CMSIS
#define FFT_CAP "cmsis-dsp" /* a word for the device's hello */
#define FFT_SPARE_BITS 1u   /* both halves of a point stay below 2^(16 - this) */
#else
#define FFT_CAP NULL
#define FFT_SPARE_BITS 2u
#endif

struct fft {
	/* Complex points (real part low); after fft_power, power of bin k. */
	uint32_t points[FFT_POINTS];
	/* All that fft_load returned, put together by OR: at least the square of the largest magnitude. */
	uint32_t loudest;
};

/* Where the first butterfly on points n, n + 64, n + 128, n + 192 leaves its results. */
extern const uint8_t fft_places[FFT_POINTS / 4];

/* Sum of the squares of four magnitudes; below 2^32 for what fft_load and the passes leave. */
static inline uint32_t fft_energy(fixed_pair a, fixed_pair b, fixed_pair c, fixed_pair d) {
	int32_t energy = fixed_multiply_pairs(a, a);
	energy = fixed_multiply_add_pairs(b, b, energy);
	energy = fixed_multiply_add_pairs(c, c, energy);
	return (uint32_t)fixed_multiply_add_pairs(d, d, energy);
}

/* Points n, n + 64, n + 128 and n + 192, n = 0..63. In both halves, |a| + |b| + |c| + |d| <= 32767 (with FFT_CMSIS, each).
 * Returns their energy for `loudest`. */
static inline uint32_t fft_load(
	uint32_t points[FFT_POINTS], uint32_t n, fixed_pair a, fixed_pair b, fixed_pair c, fixed_pair d
) {
#ifdef FFT_CMSIS
	points[n] = a;
	points[n + FFT_POINTS / 4] = b;
	points[n + FFT_POINTS / 2] = c;
	points[n + FFT_POINTS * 3 / 4] = d;
	return 0;
#else
	uint32_t *to = &points[fft_places[n]];
	fixed_pair even = fixed_add_pairs(a, c), even_turning = fixed_subtract_pairs(a, c);
	fixed_pair odd = fixed_add_pairs(b, d), odd_turning = fixed_subtract_pairs(b, d);
	a = fixed_add_pairs(even, odd);
	b = fixed_subtract_turned(even_turning, odd_turning);
	c = fixed_subtract_pairs(even, odd);
	d = fixed_add_turned(even_turning, odd_turning);
	to[0] = a;
	to[1] = b;
	to[2] = c;
	to[3] = d;
	return fft_energy(a, b, c, d);
#endif
}

/* The other passes. The spectrum is what is left, times 2^result. */
uint32_t fft_transform(struct fft *f);

/* After fft_transform: points[k] = |X[k]|^2 / 4 for bins k = 1..255 of the 512 real samples, in units of the points. */
void fft_power(struct fft *f);

#endif
