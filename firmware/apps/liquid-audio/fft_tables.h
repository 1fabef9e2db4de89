/* Roots of unity and the order of points for fft.c; made by firmware/model/front_end_tables.py. */
#ifndef FFT_TABLES_H
#define FFT_TABLES_H

#include <stdint.h>

#include "fft.h"

/* Angles j, 2j, 3j (in 256ths of a turn), for j = 0..63; cosine low, sine high, Q15. */
extern const fixed_pair fft_twiddles[3 * FFT_POINTS / 4];
/* Angles k in 512ths of a turn, k = 0..128; sine low, cosine high. */
extern const fixed_pair fft_halves[FFT_POINTS / 2 + 1];

#endif
