#include "app.h"

#include <string.h>

#include "liquid_audio.h"

/* Scores on the wire are logits in steps of 1/256. */
#define SCORE_SCALE 256

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
} state;

#ifdef OSSICLE_INJECT_LARGER_BUFFER
/* A buffer somebody forgot to make smaller: enough to break a limit of 64 KB. Used, so that no linker drops it. */
static uint8_t larger_buffer[56 * 1024];
#endif

static void on_reset(void *context) {
	(void)context;
	memset(state.spin, 0, sizeof state.spin);
	liquid_audio_reset(&state.audio);
}

static void on_clip_begin(void *context) {
	(void)context;
	liquid_audio_reset(&state.audio);
}

static void spin(enum stage stage) {
	if (state.spin[stage] > 0) {
		state.port->spin(state.port->context, state.spin[stage]);
	}
}

static void pack_scores(const float scores[APP_LABELS], int32_t packed[]) {
	for (uint8_t i = 0; i < APP_LABELS; i++) {
		float scaled = scores[i] * (float)SCORE_SCALE;
		/* Bounds that a float holds exactly; far outside what int16 shows anyhow. NaN becomes the lowest score. */
		if (!(scaled > -1.0e9f)) {
			scaled = -1.0e9f;
		} else if (scaled > 1.0e9f) {
			scaled = 1.0e9f;
		}
		packed[i] = (int32_t)(scaled + (scaled < 0.0f ? -0.5f : 0.5f));
	}
}

static void on_audio(
	void *context, const int16_t *hop, struct ossicle_stages *marks, struct ossicle_result *result
) {
	float features[LIQUID_AUDIO_FEATURES];
	float scores[APP_LABELS];
	(void)context;

	ossicle_stage_begin(marks, FRONT_END);
	liquid_audio_front_end(&state.audio, hop, features);
	spin(FRONT_END);
	ossicle_stage_end(marks, FRONT_END);

	ossicle_stage_begin(marks, CELL);
#ifdef OSSICLE_INJECT_WORSE_MODEL
	/* The cell is not updated: a model that never listens. */
#else
	liquid_audio_cell(&state.audio, features);
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
	memcpy(larger_buffer + (uint16_t)hop[0] % (sizeof larger_buffer - sizeof features), features, sizeof features);
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
		.on_reset = on_reset,
		.on_clip_begin = on_clip_begin,
		.on_audio = on_audio,
		.on_clip_end = on_clip_end,
		.on_param = on_param,
	};
	state.port = port;
	on_reset(NULL);
	return &app;
}
