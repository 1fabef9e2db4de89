/* MFCC front end in whole numbers: 512-point Hann frame every 256 samples -> power spectrum -> 26 mel bands -> logarithm -> DCT
 * -> 13 coefficients, normalised with estimates from the past only. The same bits on every core.
 *
 * Normalisation (firmware/model/front_end.py is the independent reference):
 *   peak      loudest log band so far, falling by 0.01 a hop, never below 1 (MFCC_PEAK_...)
 *   relative  max(log band - peak, -8)
 *   mean      running mean of the coefficients, over hops that hold sound, starting as the corpus mean with the weight of
 *             MFCC_PRIOR_HOPS hops; the weight of the past is capped, so that the mean can follow a new speaker or room
 */
#ifndef MFCC_H
#define MFCC_H

#include <stdint.h>

#include "mfcc_tables.h"
#include "spectrum.h"

#define MFCC_FIXED 1
#define MFCC_FEATURES 16 /* coefficients, and zeros up to a whole number of words */

struct mfcc {
	int32_t mean_start[MFCC_COEFFICIENTS]; /* Q20 */
	int32_t scale[MFCC_COEFFICIENTS];      /* Q18 */
	int32_t mean[MFCC_COEFFICIENTS];       /* Q20 */
	int32_t peak;                          /* Q16 */
	uint32_t weight; /* of the hops that `mean` has seen, in steps of a hop's soundness (mfcc.c) */
	int16_t levels[MFCC_BANDS]; /* log power in the last frame, Q11 */
	uint16_t complexity;
	struct spectrum spectrum;
};

/* What the model brings: where the running mean starts and the factor of each coefficient, Q12. Before mfcc_reset. */
void mfcc_configure(struct mfcc *m, const int32_t mean_start[MFCC_COEFFICIENTS], const int32_t scale[MFCC_COEFFICIENTS]);
void mfcc_reset(struct mfcc *m);

/* Features in Q10, saturated; those past MFCC_COEFFICIENTS are 0. */
void mfcc_step(struct mfcc *m, const int16_t hop[MFCC_HOP], int16_t features[MFCC_FEATURES]);

/* A hop that needs no features (gate.h): history moves, the peak falls, the running mean and the bands that complexity
 * compares with stand still. */
void mfcc_skip(struct mfcc *m, const int16_t hop[MFCC_HOP]);

/* How much new sound the last mfcc_step heard, Q15, 0 to 32768: the rise of the log bands from the frame before it, falls
 * counting nothing, averaged over the bands. Levels more than 8 nepers below the peak count as 8 below. 2 nepers are 1. */
uint16_t mfcc_complexity(const struct mfcc *m);

#endif
