/* The app as the library sees it, on a port that does nothing. */
#include "app.h"

#include "golden/golden.h"
#include "liquid_audio.h"
#include "model.h"
#include "testing/expect.h"
#include "testing/from_mulaw.h"

static uint32_t spun;

static void stamp(void *context, struct ossicle_stamp *stamp) {
	(void)context;
	memset(stamp, 0, sizeof *stamp);
}

static void spin(void *context, uint32_t iterations) {
	(void)context;
	spun += iterations;
}

/* A core of 100 and 50 Hz, as it was last asked for. */
static enum ossicle_speed speed;
static unsigned speed_calls;

static uint32_t set_speed(void *context, enum ossicle_speed wanted) {
	(void)context;
	speed = wanted;
	speed_calls++;
	return wanted == OSSICLE_SPEED_LOW ? 50 : 100;
}

static const struct ossicle_port port = { .stamp = stamp, .spin = spin };
static const struct ossicle_identity identity = { .clock_hz = 100 };
static const struct ossicle_port scaling_port = { .identity = &identity, .stamp = stamp, .spin = spin, .speed = set_speed };
static int16_t quiet[APP_HOP], loud[APP_HOP];

static const struct ossicle_app *create_on(const struct ossicle_port *on) {
	const struct ossicle_app *app = NULL;
	EXPECT(app_create(on, model_lnn, (size_t)(model_lnn_end - model_lnn), &app) == NULL);
	for (unsigned i = 0; i < APP_HOP; i++) {
		loud[i] = (int16_t)(i % 16u < 8u ? 8000 : -8000);
	}
	spun = 0;
	speed_calls = 0;
	return app;
}

static const struct ossicle_app *create(void) {
	return create_on(&port);
}

static struct ossicle_result infer(const struct ossicle_app *app, const int16_t *hop) {
	struct ossicle_stages stages;
	struct ossicle_result result;
	ossicle_stages_init(&stages, &port, app->stage_count);
	memset(&result, 0, sizeof result);
	app->on_audio(app->context, hop, &stages, &result);
	return result;
}

static struct ossicle_result infer_times(const struct ossicle_app *app, const int16_t *hop, unsigned times) {
	struct ossicle_result result = { 0 };
	for (unsigned i = 0; i < times; i++) {
		result = infer(app, hop);
	}
	return result;
}

static void describes_its_model(void) {
	const struct ossicle_app *app = create();
	EXPECT(strcmp(app->model, liquid_audio_model()->id) == 0);
	EXPECT_EQUAL(app->label_count, 12);
	EXPECT(strcmp(app->labels[0], "yes") == 0);
	EXPECT(strcmp(app->labels[app->label_count - 1], "silence") == 0);
	EXPECT_EQUAL(app->feature_count, 13);
	EXPECT_EQUAL(app->feature_scale, 1024);
	EXPECT_EQUAL(app->score_scale, 256);
}

static void refuses_a_file_that_is_no_model(void) {
	const struct ossicle_app *app = NULL;
	EXPECT(app_create(&port, model_lnn, 100, &app) != NULL);
	EXPECT(app == NULL);
}

/* What it offers is what the front end made of the same samples. */
static void offers_the_features_the_cell_got(void) {
	static struct liquid_audio alone;
	const struct ossicle_app *app = create();
	EXPECT(app->on_param(app->context, "gating", 0));
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		app->on_clip_begin(app->context);
		liquid_audio_reset(&alone);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			int16_t hop[APP_HOP], features[LIQUID_AUDIO_FEATURES];
			for (unsigned i = 0; i < APP_HOP; i++) {
				hop[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + t * APP_HOP + i]);
			}
			liquid_audio_front_end(&alone, hop, features);
			struct ossicle_result result = infer(app, hop);
			EXPECT(!result.gated);
			for (uint8_t i = 0; i < app->feature_count; i++) {
				EXPECT_EQUAL(app->on_feature(app->context, i), features[i]);
			}
		}
	}
}

/* Gating is on by default; after 8 quiet hops it is shut, the label stays, and sound opens it at once. */
static void gates_by_default(void) {
	const struct ossicle_app *app = create();
	EXPECT(!infer_times(app, loud, 20).gated);
	EXPECT(!infer_times(app, quiet, 7).gated);
	struct ossicle_result before = infer(app, loud);
	EXPECT(!before.gated);
	EXPECT(!infer_times(app, quiet, 7).gated);
	struct ossicle_result last = { 0 };
	app->on_clip_end(app->context, &last);
	struct ossicle_result shut = infer_times(app, quiet, 3);
	EXPECT(shut.gated);
	EXPECT_EQUAL(shut.label, last.label);
	EXPECT(memcmp(shut.scores, last.scores, sizeof last.scores) == 0);
	EXPECT_EQUAL(shut.timestep, before.timestep);
	EXPECT(!infer(app, loud).gated);
}

static void parameters(void) {
	const struct ossicle_app *app = create();
	static const struct {
		const char *name;
		int32_t value;
		bool taken;
	} cases[] = {
		{ "solver", -1, false }, { "solver", 0, true }, { "solver", 3, true }, { "solver", 4, false },
		{ "timestep", 0, true }, { "timestep", 9, false }, { "timestep", 10, true }, { "timestep", 500, true }, { "timestep", 501, false },
		{ "gating", 0, true }, { "gating", 1, true }, { "gating", 2, false }, { "gating", -1, false },
		{ "scaling", 0, true }, { "scaling", 1, false }, { "scaling", 2, false },
		{ "spin.cell", 5, true }, { "spin.cell", -1, false }, { "spin.oven", 1, false }, { "", 0, false },
	};
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		EXPECT_EQUAL(app->on_param(app->context, cases[i].name, cases[i].value), cases[i].taken);
	}
	EXPECT_EQUAL(infer(app, loud).timestep, 500);
	EXPECT_EQUAL(spun, 5);
	app->on_reset(app->context);
	uint16_t trained = liquid_audio_model()->timestep;
	struct ossicle_result result = infer(app, loud);
	EXPECT(trained == 0 || result.timestep == trained);
	EXPECT_EQUAL(spun, 5);
	EXPECT(infer_times(app, quiet, 8).gated); /* gating is on again */
	EXPECT(app->on_param(app->context, "gating", 0));
	app->on_clip_begin(app->context);
	EXPECT(!infer_times(app, quiet, 20).gated); /* a clip's beginning leaves parameters as they are */
}

/* 50 ms is 3 hops and an eighth: the first step is in the fourth hop, and hops without one are marked. */
static void hops_without_a_step_are_marked(void) {
	const struct ossicle_app *app = create();
	EXPECT(app->on_param(app->context, "timestep", 500));
	for (unsigned hop = 1; hop <= 40; hop++) {
		struct ossicle_result result = infer(app, loud);
		EXPECT_EQUAL(result.gated, hop * 160u % 500u >= 160u);
		EXPECT_EQUAL(result.timestep, 500);
	}
}

static void the_clock_stands_unless_asked(void) {
	const struct ossicle_app *app = create_on(&scaling_port);
	EXPECT(!infer_times(app, quiet, 20).slow);
	app->on_clip_begin(app->context);
	EXPECT(app->on_param(app->context, "scaling", 0));
	EXPECT_EQUAL(speed_calls, 0);
}

/* Each hop is computed at the speed that the one before asked for. */
static void the_clock_follows_what_was_heard(void) {
	const struct ossicle_app *app = create_on(&scaling_port);
	EXPECT(app->on_param(app->context, "scaling", 1));
	app->on_clip_begin(app->context);
	EXPECT_EQUAL(speed, OSSICLE_SPEED_HIGH);
	EXPECT(!infer(app, quiet).slow);
	EXPECT_EQUAL(speed, OSSICLE_SPEED_LOW);
	struct ossicle_result shut = infer_times(app, quiet, 10);
	EXPECT(shut.gated);
	EXPECT(shut.slow);
	struct ossicle_result onset = infer(app, loud);
	EXPECT(!onset.gated);
	EXPECT(onset.slow); /* silence came before it */
	EXPECT_EQUAL(speed, OSSICLE_SPEED_HIGH);
	EXPECT(!infer(app, loud).slow);
	/* A steady tone is as simple as silence. */
	EXPECT(infer_times(app, loud, 10).slow);
	struct ossicle_result decided = { 0 };
	app->on_clip_end(app->context, &decided);
	EXPECT_EQUAL(speed, OSSICLE_SPEED_HIGH);
	(void)infer_times(app, quiet, 2);
	EXPECT_EQUAL(speed, OSSICLE_SPEED_LOW);
	EXPECT(app->on_param(app->context, "scaling", 0));
	EXPECT_EQUAL(speed, OSSICLE_SPEED_HIGH);
	EXPECT(!infer(app, quiet).slow);
	EXPECT(app->on_param(app->context, "scaling", 1));
	(void)infer_times(app, quiet, 2);
	app->on_reset(app->context);
	EXPECT_EQUAL(speed, OSSICLE_SPEED_HIGH);
	EXPECT(!infer_times(app, quiet, 2).slow);
}

int main(void) {
	expect_run("describes its model", describes_its_model);
	expect_run("refuses a file that is no model", refuses_a_file_that_is_no_model);
	expect_run("offers the features that the cell got", offers_the_features_the_cell_got);
	expect_run("gates by default", gates_by_default);
	expect_run("parameters are taken or refused, and gone after a reset", parameters);
	expect_run("the clock stands unless asked", the_clock_stands_unless_asked);
	expect_run("the clock follows what was heard", the_clock_follows_what_was_heard);
	expect_run("hops without a step are marked", hops_without_a_step_are_marked);
	return expect_end();
}
