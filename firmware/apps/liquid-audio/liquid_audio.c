#include "liquid_audio.h"

#include <string.h>

#include "timestep.h"

static struct lnn_model model;

static struct {
	enum solver solver;
	uint16_t timestep; /* TIMESTEP_ADAPTIVE: by complexity */
} settings;

const char *liquid_audio_init(const uint8_t *lnn, size_t bytes) {
	const char *wrong = lnn_load(&model, lnn, bytes);
	if (wrong == NULL && model.features != MFCC_COEFFICIENTS) {
		wrong = ".lnn: another number of features than the front end makes";
	}
	liquid_audio_restore_settings();
	return wrong;
}

const struct lnn_model *liquid_audio_model(void) {
	return &model;
}

bool liquid_audio_set_solver(int32_t solver) {
	if (solver < 0 || solver >= (int32_t)SOLVERS) {
		return false;
	}
	settings.solver = (enum solver)solver;
	return true;
}

bool liquid_audio_set_timestep(int32_t tenths_of_ms) {
	bool is_step = tenths_of_ms >= (int32_t)SOLVER_SHORTEST_STEP && tenths_of_ms <= (int32_t)SOLVER_LONGEST_STEP;
	if (tenths_of_ms != (int32_t)TIMESTEP_ADAPTIVE && !is_step) {
		return false;
	}
	settings.timestep = (uint16_t)tenths_of_ms;
	return true;
}

void liquid_audio_restore_settings(void) {
	settings.solver = (enum solver)model.solver;
	settings.timestep = model.timestep;
}

static uint16_t timestep_in_force(const struct liquid_audio *s) {
	return settings.timestep != TIMESTEP_ADAPTIVE ? settings.timestep : timestep_of(mfcc_complexity(&s->mfcc));
}

void liquid_audio_reset(struct liquid_audio *s) {
	memset(s, 0, sizeof *s);
	mfcc_configure(&s->mfcc, model.front_end, model.front_end + model.features);
	mfcc_reset(&s->mfcc);
	cell_reset(&s->cell, &model);
	pooling_reset(&s->pooling, &model);
	s->timestep = timestep_in_force(s);
	s->label = (uint8_t)(model.labels - 1u);
}

void liquid_audio_front_end(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP], int16_t features[LIQUID_AUDIO_FEATURES]) {
	mfcc_step(&s->mfcc, hop, features);
}

void liquid_audio_skip(struct liquid_audio *s, const int16_t hop[LIQUID_AUDIO_HOP]) {
	mfcc_skip(&s->mfcc, hop);
}

bool liquid_audio_cell(struct liquid_audio *s, const int16_t features[LIQUID_AUDIO_FEATURES]) {
	cell_listen(&s->cell, features);
	s->timestep = timestep_in_force(s);
	timestep_hear_hop(&s->due);
	if (s->due < s->timestep) {
		return false;
	}
	cell_drive(&s->cell);
	while (timestep_take(&s->due, s->timestep)) {
		(void)solver_step(&s->cell, settings.solver, s->timestep);
	}
	return true;
}

void liquid_audio_read_out(struct liquid_audio *s, int32_t scores[LNN_MAX_LABELS], uint8_t *label) {
	int16_t state[LNN_MAX_HIDDEN];
	cell_state(&s->cell, state);
	pooling_add(&s->pooling, state);
	pooling_read_out(&s->pooling, s->scores);
	s->label = 0;
	for (uint8_t i = 1; i < model.labels; i++) {
		if (s->scores[i] > s->scores[s->label]) {
			s->label = i;
		}
	}
	liquid_audio_decide(s, scores, label);
}

void liquid_audio_decide(const struct liquid_audio *s, int32_t scores[LNN_MAX_LABELS], uint8_t *label) {
	memcpy(scores, s->scores, sizeof s->scores);
	*label = s->label;
}
