#include "liquid_audio.h"

#include <float.h>
#include <string.h>

#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#error "float must be evaluated as float (on 32-bit x86: -msse2 -mfpmath=sse), or the results differ from the board's"
#endif

#define SILENCE (LIQUID_AUDIO_LABELS - 1)

const char *const liquid_audio_labels[LIQUID_AUDIO_LABELS] = {"yes",   "no", "up",  "down", "left", "right",
							      "on",    "off", "stop", "go",   "unknown", "silence"};

void liquid_audio_reset(struct liquid_audio *s)
{
	memset(s, 0, sizeof *s);
	mfcc_reset(&s->mfcc);
	cell_reset(&s->cell);
	s->label = SILENCE;
}

void liquid_audio_front_end(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP], float features[LIQUID_AUDIO_FEATURES])
{
	mfcc_step(&s->mfcc, hop, features);
}

void liquid_audio_skip(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP])
{
	mfcc_skip(&s->mfcc, hop);
}

void liquid_audio_cell(struct liquid_audio *s, const float features[LIQUID_AUDIO_FEATURES])
{
	cell_step(&s->cell, features);
}

void liquid_audio_read_out(struct liquid_audio *s, float scores[LIQUID_AUDIO_LABELS], uint8_t *label)
{
	cell_read_out(&s->cell, s->scores);
	s->label = 0;
	for (uint8_t i = 1; i < LIQUID_AUDIO_LABELS; i++)
		if (s->scores[i] > s->scores[s->label])
			s->label = i;
	liquid_audio_decide(s, scores, label);
}

void liquid_audio_decide(const struct liquid_audio *s, float scores[LIQUID_AUDIO_LABELS], uint8_t *label)
{
	memcpy(scores, s->scores, sizeof s->scores);
	*label = s->label;
}
