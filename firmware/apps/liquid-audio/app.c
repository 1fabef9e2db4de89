#include "app.h"

#include <string.h>

#include "gate.h"
#include "liquid_audio.h"
#include "speed.h"

/* Iterations of the injected fault `slow-stage`: 2 instructions each. At one cycle an instruction, the least the core can
 * do, 168 MHz x 15 ms = 2.52 M cycles; this makes 4 M. */
#define SLOW_STAGE_ITERATIONS 2000000u

enum stage { FRONT_END, CELL, READ_OUT };

static const char *const stages[APP_STAGES] = { "front-end", "cell", "read-out" };
static const char *const spin_names[APP_STAGES] = { "spin.front-end", "spin.cell", "spin.read-out" };

static struct {
	const struct ossicle_port *port;
	uint32_t spin[APP_STAGES]; /* extra iterations inside each stage, by PARAM */
	bool gating;               /* by PARAM */
	bool scaling;              /* the core's clock, by PARAM */
	bool is_slow;              /* it is at the low one */
	struct liquid_audio audio;
	int16_t features[LIQUID_AUDIO_FEATURES]; /* what the cell was given last */
	struct gate gate;
} state;

#ifdef OSSICLE_INJECT_LARGER_BUFFER
/* A buffer somebody forgot to make smaller: enough to break a limit of 64 KB. Used, so that no linker drops it. */
static uint8_t larger_buffer[56 * 1024];
#endif

static void set_speed(enum ossicle_speed speed) {
	const struct ossicle_port *port = state.port;
	state.is_slow = port->speed(port->context, speed) < port->identity->clock_hz;
}

/* Clips begin and end at full speed: what lies between them is no business of the scaling. */
static void restore_speed(void) {
	if (state.scaling) {
		set_speed(OSSICLE_SPEED_HIGH);
	}
}

static void on_clip_begin(void *context) {
	(void)context;
	restore_speed();
	liquid_audio_reset(&state.audio);
	gate_reset(&state.gate);
}

static void on_reset(void *context) {
	memset(state.spin, 0, sizeof state.spin);
	state.gating = true;
	liquid_audio_restore_settings();
	on_clip_begin(context);
	state.scaling = false;
}

static void spin(enum stage stage) {
	if (state.spin[stage] > 0) {
		state.port->spin(state.port->context, state.spin[stage]);
	}
}

static int16_t on_feature(void *context, uint8_t index) {
	(void)context;
	return state.features[index];
}

#ifdef OSSICLE_INJECT_FLIPPED_FEATURES
/* A front end that numbers its coefficients the other way round than the one the model was trained with. */
static void flip_features(void) {
	const uint8_t count = liquid_audio_model()->features;
	for (uint8_t i = 0; i < count / 2u; i++) {
		int16_t kept = state.features[i];
		state.features[i] = state.features[count - 1u - i];
		state.features[count - 1u - i] = kept;
	}
}
#endif

/* What the last read-out said, of a hop that is none. */
static void repeat_decision(struct ossicle_result *result) {
	result->gated = true;
	result->timestep = state.audio.timestep;
	liquid_audio_decide(&state.audio, result->scores, &result->label);
}

/* True when the hop needs no inference; then nothing but the front end's history has moved, and the label stays. */
static bool is_gated(const int16_t *hop, struct ossicle_stages *marks) {
	ossicle_stage_begin(marks, FRONT_END);
	bool is_shut = gate_is_shut(&state.gate, hop);
	if (is_shut) {
		liquid_audio_skip(&state.audio, hop);
	}
	ossicle_stage_end(marks, FRONT_END);
	return is_shut;
}

static void front_end(const int16_t *hop, struct ossicle_stages *marks) {
	ossicle_stage_begin(marks, FRONT_END);
	liquid_audio_front_end(&state.audio, hop, state.features);
	spin(FRONT_END);
	ossicle_stage_end(marks, FRONT_END);
#ifdef OSSICLE_INJECT_FLIPPED_FEATURES
	flip_features();
#endif
}

/* False when no step of the cell was due. */
static bool cell(struct ossicle_stages *marks) {
	ossicle_stage_begin(marks, CELL);
#ifdef OSSICLE_INJECT_WORSE_MODEL
	bool has_moved = true; /* ... it has not: a model that never listens */
#else
	bool has_moved = liquid_audio_cell(&state.audio, state.features);
#endif
#ifdef OSSICLE_INJECT_SLOW_STAGE
	state.port->spin(state.port->context, SLOW_STAGE_ITERATIONS);
#endif
	spin(CELL);
	ossicle_stage_end(marks, CELL);
	return has_moved;
}

static void read_out(struct ossicle_stages *marks, struct ossicle_result *result) {
	ossicle_stage_begin(marks, READ_OUT);
	liquid_audio_read_out(&state.audio, result->scores, &result->label);
	spin(READ_OUT);
	ossicle_stage_end(marks, READ_OUT);
}

/* False when the gate was shut: then there was nothing to hear. */
static bool hear(const int16_t *hop, struct ossicle_stages *marks, struct ossicle_result *result) {
	if (state.gating && is_gated(hop, marks)) {
		repeat_decision(result);
		return false;
	}
	front_end(hop, marks);
	if (!cell(marks)) {
		repeat_decision(result);
		return true;
	}
	read_out(marks, result);
	result->timestep = state.audio.timestep;
#ifdef OSSICLE_INJECT_LARGER_BUFFER
	memcpy(larger_buffer + (uint16_t)hop[0] % (sizeof larger_buffer - sizeof state.features), state.features, sizeof state.features);
	*(volatile uint8_t *)larger_buffer = larger_buffer[1];
#endif
	return true;
}

static void on_audio(void *context, const int16_t *hop, struct ossicle_stages *marks, struct ossicle_result *result) {
	(void)context;
	result->slow = state.is_slow;
	bool was_heard = hear(hop, marks, result);
	if (state.scaling) {
		set_speed(was_heard ? speed_of(mfcc_complexity(&state.audio.mfcc)) : OSSICLE_SPEED_LOW);
	}
}

static void on_clip_end(void *context, struct ossicle_result *result) {
	(void)context;
	restore_speed();
	liquid_audio_decide(&state.audio, result->scores, &result->label);
}

/* False where the core has one speed only. */
static bool set_scaling(bool on) {
	if (on && state.port->speed == NULL) {
		return false;
	}
	restore_speed();
	state.scaling = on;
	return true;
}

/* `solver`, `timestep`, `gating`, `scaling`; and extra iterations of an empty loop inside a stage, so that tests can make
 * stages of known length. */
static bool on_param(void *context, const char *name, int32_t value) {
	(void)context;
	if (strcmp(name, "solver") == 0) {
		return liquid_audio_set_solver(value);
	}
	if (strcmp(name, "timestep") == 0) {
		return liquid_audio_set_timestep(value);
	}
	if (strcmp(name, "gating") == 0 && (value == 0 || value == 1)) {
		state.gating = value == 1;
		return true;
	}
	if (strcmp(name, "scaling") == 0 && (value == 0 || value == 1)) {
		return set_scaling(value == 1);
	}
	for (uint8_t i = 0; i < APP_STAGES; i++) {
		if (strcmp(name, spin_names[i]) == 0 && value >= 0) {
			state.spin[i] = (uint32_t)value;
			return true;
		}
	}
	return false;
}

const char *app_create(const struct ossicle_port *port, const uint8_t *lnn, size_t bytes, const struct ossicle_app **created) {
	static struct ossicle_app app = {
		.sample_rate = APP_SAMPLE_RATE,
		.hop = APP_HOP,
		.score_scale = LIQUID_AUDIO_SCORE_SCALE,
		.stages = stages,
		.stage_count = APP_STAGES,
		.feature_scale = LIQUID_AUDIO_FEATURE_SCALE,
		.cap = FFT_CAP,
		.on_reset = on_reset,
		.on_clip_begin = on_clip_begin,
		.on_audio = on_audio,
		.on_clip_end = on_clip_end,
		.on_feature = on_feature,
		.on_param = on_param,
	};
	const char *wrong = liquid_audio_init(lnn, bytes);
	if (wrong != NULL) {
		return wrong;
	}
	const struct lnn_model *model = liquid_audio_model();
	app.model = model->id;
	app.labels = model->label;
	app.label_count = model->labels;
	app.feature_count = model->features;
	state.port = port;
	on_reset(NULL);
	*created = &app;
	return NULL;
}
