#include "app.h"

#include <string.h>

#include "gate.h"
#include "liquid_audio.h"

/* Scores on the wire are logits in steps of 1/256. */
#define SCORE_SCALE 256
/* Features on the wire are in steps of 1/1024: normalised, they lie within +-10, and 16 bits hold +-32. */
#define FEATURE_SCALE 1024

/* Iterations of the injected fault `slow-stage`: 2 instructions each. At one cycle an instruction, the least the core can
 * do, 168 MHz x 15 ms = 2.52 M cycles; this makes 4 M. */
#define SLOW_STAGE_ITERATIONS 2000000u

enum stage { FRONT_END, CELL, READ_OUT };

static const char *const stages[APP_STAGES] = { "front-end", "cell", "read-out" };
static const char *const spin_names[APP_STAGES] = { "spin.front-end", "spin.cell", "spin.read-out" };

static struct {
	const struct ossicle_port *port;
	uint32_t spin[APP_STAGES]; /* extra iterations inside each stage, by PARAM */
	struct liquid_audio audio;
	float features[LIQUID_AUDIO_FEATURES]; /* what the cell was given last */
#ifdef LIQUID_AUDIO_GATING
	struct gate gate;
#endif
} state;

#ifdef OSSICLE_INJECT_LARGER_BUFFER
/* A buffer somebody forgot to make smaller: enough to break a limit of 64 KB. Used, so that no linker drops it. */
static uint8_t larger_buffer[56 * 1024];
#endif

static void on_clip_begin(void *context) {
	(void)context;
	liquid_audio_reset(&state.audio);
#ifdef LIQUID_AUDIO_GATING
	gate_reset(&state.gate);
#endif
}

static void on_reset(void *context) {
	memset(state.spin, 0, sizeof state.spin);
	on_clip_begin(context);
}

static void spin(enum stage stage) {
	if (state.spin[stage] > 0) {
		state.port->spin(state.port->context, state.spin[stage]);
	}
}

/* Nearest whole number of steps. Bounds that a float holds exactly; NaN becomes the lower one. */
static int32_t to_steps(float scaled, float limit) {
	if (!(scaled > -limit)) {
		scaled = -limit;
	} else if (scaled > limit) {
		scaled = limit;
	}
	return (int32_t)(scaled + (scaled < 0.0f ? -0.5f : 0.5f));
}

static void pack_scores(const float scores[APP_LABELS], int32_t packed[]) {
	for (uint8_t i = 0; i < APP_LABELS; i++) {
		packed[i] = to_steps(scores[i] * (float)SCORE_SCALE, 1.0e9f); /* far outside what int16 shows anyhow */
	}
}

static int16_t on_feature(void *context, uint8_t index) {
	(void)context;
	return (int16_t)to_steps(state.features[index] * (float)FEATURE_SCALE, 32767.0f);
}

#ifdef OSSICLE_INJECT_FLIPPED_FEATURES
/* A front end that numbers its coefficients the other way round than the one the model was trained with. */
static void flip_features(void) {
	for (uint8_t i = 0; i < LIQUID_AUDIO_FEATURES / 2u; i++) {
		float kept = state.features[i];
		state.features[i] = state.features[LIQUID_AUDIO_FEATURES - 1u - i];
		state.features[LIQUID_AUDIO_FEATURES - 1u - i] = kept;
	}
}
#endif

#ifdef LIQUID_AUDIO_GATING
/* True when the hop needs no inference; then nothing but the front end's history has moved, and the label stays. */
static bool is_gated(const int16_t *hop, struct ossicle_stages *marks, struct ossicle_result *result) {
	float scores[APP_LABELS];
	ossicle_stage_begin(marks, FRONT_END);
	result->gated = gate_is_shut(&state.gate, hop);
	if (result->gated) {
		liquid_audio_skip(&state.audio, hop);
	}
	ossicle_stage_end(marks, FRONT_END);
	if (result->gated) {
		liquid_audio_decide(&state.audio, scores, &result->label);
		result->timestep = LIQUID_AUDIO_TIMESTEP_TENTHS_MS;
		pack_scores(scores, result->scores);
	}
	return result->gated;
}
#endif

static void on_audio(
	void *context, const int16_t *hop, struct ossicle_stages *marks, struct ossicle_result *result
) {
	float scores[APP_LABELS];
	(void)context;

#ifdef LIQUID_AUDIO_GATING
	if (is_gated(hop, marks, result)) {
		return;
	}
#endif
	ossicle_stage_begin(marks, FRONT_END);
	liquid_audio_front_end(&state.audio, hop, state.features);
	spin(FRONT_END);
	ossicle_stage_end(marks, FRONT_END);
#ifdef OSSICLE_INJECT_FLIPPED_FEATURES
	flip_features();
#endif

	ossicle_stage_begin(marks, CELL);
#ifdef OSSICLE_INJECT_WORSE_MODEL
	/* The cell is not updated: a model that never listens. */
#else
	liquid_audio_cell(&state.audio, state.features);
#endif
#ifdef OSSICLE_INJECT_SLOW_STAGE
	state.port->spin(state.port->context, SLOW_STAGE_ITERATIONS);
#endif
	spin(CELL);
	ossicle_stage_end(marks, CELL);

	ossicle_stage_begin(marks, READ_OUT);
	liquid_audio_read_out(&state.audio, scores, &result->label);
	spin(READ_OUT);
	ossicle_stage_end(marks, READ_OUT);

	result->timestep = LIQUID_AUDIO_TIMESTEP_TENTHS_MS;
	pack_scores(scores, result->scores);
#ifdef OSSICLE_INJECT_LARGER_BUFFER
	memcpy(larger_buffer + (uint16_t)hop[0] % (sizeof larger_buffer - sizeof scores), scores, sizeof scores);
	*(volatile uint8_t *)larger_buffer = larger_buffer[1];
#endif
}

static void on_clip_end(void *context, struct ossicle_result *result) {
	float scores[APP_LABELS];
	(void)context;
	liquid_audio_decide(&state.audio, scores, &result->label);
	pack_scores(scores, result->scores);
}

/* Extra iterations of an empty loop inside a stage, so that tests can make stages of known length. */
static bool on_param(void *context, const char *name, int32_t value) {
	(void)context;
	for (uint8_t i = 0; i < APP_STAGES; i++) {
		if (strcmp(name, spin_names[i]) == 0 && value >= 0) {
			state.spin[i] = (uint32_t)value;
			return true;
		}
	}
	return false;
}

const struct ossicle_app *app_create(const struct ossicle_port *port) {
	static struct ossicle_app app = {
		.model = LIQUID_AUDIO_MODEL_ID,
		.sample_rate = APP_SAMPLE_RATE,
		.hop = APP_HOP,
		.score_scale = SCORE_SCALE,
		.stages = stages,
		.stage_count = APP_STAGES,
		.labels = liquid_audio_labels,
		.label_count = APP_LABELS,
		.feature_count = LIQUID_AUDIO_FEATURES,
		.feature_scale = FEATURE_SCALE,
		.on_reset = on_reset,
		.on_clip_begin = on_clip_begin,
		.on_audio = on_audio,
		.on_clip_end = on_clip_end,
		.on_feature = on_feature,
		.on_param = on_param,
	};
	state.port = port;
	on_reset(NULL);
	return &app;
}
