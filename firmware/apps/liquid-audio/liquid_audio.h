/* Keyword spotting on 16 kHz audio, hop by hop of 256 samples: MFCC front end, a liquid (LTC) cell on a clock of its own,
 * pooling and read-out. Integers only: the same bits come out of every core.
 *
 *     hop 256 x int16 -> mfcc_step -> features Q10 -> cell, no or more steps of a solver -> pooling -> scores (logits) Q8, label
 *
 * There is one model, given at start; all state of a clip is in the caller's struct. No heap.
 */
#ifndef LIQUID_AUDIO_H
#define LIQUID_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cell.h"
#include "lnn.h"
#include "mfcc.h"
#include "pooling.h"
#include "solver.h"

#define LIQUID_AUDIO_SAMPLE_RATE 16000
#define LIQUID_AUDIO_HOP MFCC_HOP
#define LIQUID_AUDIO_FEATURES LNN_MAX_FEATURES /* in arrays; the model says how many are used, the rest are 0 */
#define LIQUID_AUDIO_FEATURE_SCALE 1024        /* steps a unit: Q10 */
#define LIQUID_AUDIO_SCORE_SCALE (1 << POOLING_SCORE_FRACTION)

struct liquid_audio {
	struct mfcc mfcc;
	struct cell cell;
	struct pooling pooling;
	int32_t scores[LNN_MAX_LABELS];
	uint16_t timestep; /* in force, tenths of a millisecond */
	uint16_t due;      /* the cell's clock: timestep.h */
	uint8_t label;
};

/* Loads the model (LNN.md) and takes its solver and timestep. NULL, or what is wrong with it. `lnn` is not needed afterwards. */
const char *liquid_audio_init(const uint8_t *lnn, size_t bytes);

/* The model in use: names, sizes. Its last label is what is said before anything has been heard. */
const struct lnn_model *liquid_audio_model(void);

/* Settings, for all clips from the next hop on. False, and nothing changes, when there is no such value. */
bool liquid_audio_set_solver(int32_t solver);
bool liquid_audio_set_timestep(int32_t tenths_of_ms); /* 10 to 500; 0: by the complexity of what is heard */
/* Back to what the model says. */
void liquid_audio_restore_settings(void);

/* Start of a clip: history zero, hidden state zero, the last label. */
void liquid_audio_reset(struct liquid_audio *s);

/* Stage 1: the last 512 samples (the 256 before and these) -> normalised MFCCs. */
void liquid_audio_front_end(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP], int16_t features[LIQUID_AUDIO_FEATURES]);

/* Instead of all stages: a hop of quiet (gate.h). Cell, its clock, pooling and label stay as they are. */
void liquid_audio_skip(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP]);

/* Stage 2: the steps of the liquid cell that are due. False when none was: then there is nothing new to read out. */
bool liquid_audio_cell(struct liquid_audio *s, const int16_t features[LIQUID_AUDIO_FEATURES]);

/* Stage 3: pools the hidden state over the hops so far; scores are logits, `label` the index of the greatest. */
void liquid_audio_read_out(struct liquid_audio *s, int32_t scores[LNN_MAX_LABELS], uint8_t *label);

/* The clip's decision: what the last read-out said (the pooling remembers the clip). Zeros and the last label before any. */
void liquid_audio_decide(const struct liquid_audio *s, int32_t scores[LNN_MAX_LABELS], uint8_t *label);

#endif
