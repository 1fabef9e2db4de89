/* Lets Python run the firmware's own C over whole clips (built by c_model.py with the host compiler). */
#include "../apps/liquid-audio/liquid_audio.h"

#include <string.h>

uint32_t runner_state_bytes(void)
{
	return (uint32_t)sizeof(struct liquid_audio);
}

/* features: hops x 13, hidden: hops x 64, scores: hops x 12, labels: hops. Returns the decision for the clip. */
uint8_t runner_clip(const int16_t *pcm, uint32_t hops, float *features, float *hidden, float *scores, uint8_t *labels)
{
	static struct liquid_audio state;
	float final[LIQUID_AUDIO_LABELS];
	uint8_t decision;
	liquid_audio_reset(&state);
	for (uint32_t t = 0; t < hops; t++) {
		liquid_audio_front_end(&state, pcm + t * LIQUID_AUDIO_HOP, features);
		liquid_audio_cell(&state, features);
		liquid_audio_read_out(&state, scores, labels);
		memcpy(hidden, state.cell.hidden, sizeof state.cell.hidden);
		features += LIQUID_AUDIO_FEATURES;
		hidden += CELL_HIDDEN;
		scores += LIQUID_AUDIO_LABELS;
		labels++;
	}
	liquid_audio_decide(&state, final, &decision);
	return decision;
}
