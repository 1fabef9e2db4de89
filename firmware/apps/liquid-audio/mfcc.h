/* MFCC front end: 512-point Hann frame every 256 samples -> power spectrum -> 26 mel bands -> log -> DCT -> 13
 * coefficients, normalised with estimates from the past only.
 *
 * Normalisation (firmware/model/front_end.py is the independent reference):
 *   peak      loudest log band so far, falling by MFCC_PEAK_DECAY a hop, never below MFCC_PEAK_START
 *   relative  max(log band - peak, -MFCC_RANGE)
 *   mean      running mean of the coefficients, over hops that hold sound, starting as the corpus mean with the weight of
 *             MFCC_PRIOR_HOPS hops; the weight of the past is capped, so that the mean can follow a new speaker or room
 */
#ifndef MFCC_H
#define MFCC_H

#include <stdint.h>

#include "mfcc_tables.h"

#define MFCC_HOP 256
#define MFCC_FRAME 512

struct mfcc {
	int16_t history[MFCC_HOP];
	float peak;
	float weight; /* hops with sound that `mean` has seen, at most MFCC_WEIGHT_CAP */
	float mean[MFCC_COEFFICIENTS];
	float spectrum[MFCC_FRAME]; /* scratch: 256 complex values (re, im) */
	float bands[MFCC_BANDS];    /* scratch */
};

void mfcc_reset(struct mfcc *m);
void mfcc_step(struct mfcc *m, const int16_t hop[MFCC_HOP], float features[MFCC_COEFFICIENTS]);
/* A hop of silence that needs no features: leaves the estimates as mfcc_step would (gate.h says for which hops). */
void mfcc_skip(struct mfcc *m, const int16_t hop[MFCC_HOP]);

/* Natural logarithm of a normal positive float. Relative error below 3e-7 (test_liquid_audio.c). */
float mfcc_log(float x);

#endif
