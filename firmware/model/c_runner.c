/* Lets Python run the firmware's own C over whole clips (built by c_model.py with the host compiler). */
#include <string.h>

#include "gate.h"
#include "liquid_audio.h"

static struct liquid_audio state;
static struct gate gate;
static bool gating;

const char *runner_init(const uint8_t *lnn, uint32_t bytes)
{
	return liquid_audio_init(lnn, bytes);
}

uint32_t runner_state_bytes(void)
{
	return (uint32_t)(sizeof state + sizeof gate);
}

uint32_t runner_model_bytes(void)
{
	return (uint32_t)sizeof(struct lnn_model);
}

/* Negative solver or timestep: what the model says. False when there is no such value. */
bool runner_set(int32_t solver, int32_t timestep, bool has_gate)
{
	liquid_audio_restore_settings();
	gating = has_gate;
	return (solver < 0 || liquid_audio_set_solver(solver)) && (timestep < 0 || liquid_audio_set_timestep(timestep));
}

struct runner_arrays {
	int16_t *features;    /* hops x 16, Q10; what the cell was given last */
	int16_t *hidden;      /* hops x model.hidden, Q15 */
	int32_t *scores;      /* hops x model.labels, Q8 */
	uint8_t *labels;      /* hops */
	uint8_t *heard;       /* hops: did the gate let it through */
	uint8_t *moved;       /* hops: did the cell move; 0 is what the wire calls gated */
	uint16_t *complexity; /* hops, Q15; 0 when the gate was shut */
};

static bool hear(const int16_t *hop, int16_t features[LIQUID_AUDIO_FEATURES], uint8_t *heard, uint16_t *complexity)
{
	*complexity = 0;
	*heard = 0;
	if (gating && gate_is_shut(&gate, hop)) {
		liquid_audio_skip(&state, hop);
		return false;
	}
	*heard = 1;
	liquid_audio_front_end(&state, hop, features);
	*complexity = mfcc_complexity(&state.mfcc);
	return liquid_audio_cell(&state, features);
}

/* One clip after a reset, as app.c does it. Returns the decision. */
uint8_t runner_clip(const int16_t *pcm, uint32_t hops, const struct runner_arrays *out)
{
	const struct lnn_model *model = liquid_audio_model();
	int16_t features[LIQUID_AUDIO_FEATURES] = {0};
	int32_t scores[LNN_MAX_LABELS];
	uint8_t decision;
	liquid_audio_reset(&state);
	gate_reset(&gate);
	for (uint32_t t = 0; t < hops; t++) {
		out->moved[t] = hear(pcm + t * LIQUID_AUDIO_HOP, features, &out->heard[t], &out->complexity[t]);
		if (out->moved[t])
			liquid_audio_read_out(&state, scores, &decision);
		liquid_audio_decide(&state, scores, &out->labels[t]);
		memcpy(out->features + t * LIQUID_AUDIO_FEATURES, features, sizeof features);
		memcpy(out->scores + t * model->labels, scores, model->labels * sizeof scores[0]);
		cell_state(&state.cell, out->hidden + t * model->hidden);
	}
	liquid_audio_decide(&state, scores, &decision);
	return decision;
}
