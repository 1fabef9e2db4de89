/* Keyword spotting on 16 kHz audio, one inference per hop of 256 samples: MFCC front end, one liquid (LTC) cell, read-out.
 *
 * All state is in the caller's struct; no heap, no libm, no double. The same bits come out of x86-64 and Cortex-M4F: IEEE
 * float in a fixed order, own log and exp, and -ffp-contract=off (no fused multiply-add).
 *
 *     hop 256 x int16 -> mfcc_step -> 13 features -> cell_step -> 64 hidden -> pooling -> 12 scores (logits), label
 */
#ifndef LIQUID_AUDIO_H
#define LIQUID_AUDIO_H

#include <stdint.h>

#include "cell.h"
#include "mfcc.h"
#include "weights.h"

#define LIQUID_AUDIO_SAMPLE_RATE 16000
#define LIQUID_AUDIO_HOP MFCC_HOP
#define LIQUID_AUDIO_FEATURES MFCC_COEFFICIENTS
#define LIQUID_AUDIO_LABELS CELL_LABELS
/* The Euler solver's fixed step is one hop: 16.0 ms, in tenths of a millisecond as the wire has it. */
#define LIQUID_AUDIO_TIMESTEP_TENTHS_MS 160
#define LIQUID_AUDIO_MODEL_ID WEIGHTS_MODEL_ID

struct liquid_audio {
	struct mfcc mfcc;
	struct cell cell;
	float scores[LIQUID_AUDIO_LABELS];
	uint8_t label;
};

extern const char *const liquid_audio_labels[LIQUID_AUDIO_LABELS];

/* Start of a clip: history zero, hidden state zero, label `silence`. */
void liquid_audio_reset(struct liquid_audio *s);

/* Stage 1: the last 512 samples (the 256 before and these) -> 13 normalised MFCCs. */
void liquid_audio_front_end(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP], float features[LIQUID_AUDIO_FEATURES]);

/* Instead of all stages: a hop of silence (gate.h). Cell, pooling and label stay as they are. */
void liquid_audio_skip(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP]);

/* Stage 2: one Euler step of the liquid cell. */
void liquid_audio_cell(struct liquid_audio *s, const float features[LIQUID_AUDIO_FEATURES]);

/* Stage 3: pools the hidden state over the hops so far; scores are logits, `label` the index of the greatest. */
void liquid_audio_read_out(struct liquid_audio *s, float scores[LIQUID_AUDIO_LABELS], uint8_t *label);

/* The clip's decision: what the last read-out said (the pooling remembers the clip). Zeros and `silence` before any. */
void liquid_audio_decide(const struct liquid_audio *s, float scores[LIQUID_AUDIO_LABELS], uint8_t *label);

#endif
