/* Frames of 512 samples, one every 256: window, pre-emphasis, power spectrum.
 *
 * The frame is pre-emphasised (1 - 0.97 / z, around the frame's end) along with its window. A voice's low harmonics would
 * otherwise leave its high bands no bits in a 16-bit FFT; the mel weights make up for it (front_end_tables.py).
 */
#ifndef SPECTRUM_H
#define SPECTRUM_H

#include <stdint.h>

#include "fft.h"
#include "mfcc_tables.h"

struct spectrum {
	int16_t history[MFCC_HOP]; /* the frame's first half */
	uint32_t history_bits;     /* which of its samples' bits carry something */
	struct fft fft;            /* after spectrum_step, power in fft.points[1..255] */
};

void spectrum_reset(struct spectrum *s);

/* Power of the frame that ends with `hop`: fft.points hold the truth, where full scale is 1, times 2^result. */
int32_t spectrum_step(struct spectrum *s, const int16_t hop[MFCC_HOP]);

/* Only remembers the hop for the next frame. */
void spectrum_skip(struct spectrum *s, const int16_t hop[MFCC_HOP]);

#endif
