/* The app as the library sees it, on a port that does nothing. */
#include "app.h"
#include "golden/golden.h"
#include "liquid_audio.h"
#include "testing/expect.h"
#include "testing/from_mulaw.h"

static void stamp(void *context, struct ossicle_stamp *stamp) {
	(void)context;
	memset(stamp, 0, sizeof *stamp);
}

static const struct ossicle_port port = { .stamp = stamp };

static void infer(const struct ossicle_app *app, const int16_t *hop, struct ossicle_result *result) {
	struct ossicle_stages stages;
	ossicle_stages_init(&stages, &port, app->stage_count);
	memset(result, 0, sizeof *result);
	app->on_audio(app->context, hop, &stages, result);
}

/* golden_features: float64, from numpy's FFT (firmware/model/golden.py). Rounding takes half a step, float a tenth. */
static void offers_the_features_of_the_reference(void) {
	const struct ossicle_app *app = app_create(&port);
	struct ossicle_result result;
	EXPECT_EQUAL(app->feature_count, LIQUID_AUDIO_FEATURES);
	for (unsigned clip = 0; clip < GOLDEN_CLIPS; clip++) {
		app->on_clip_begin(app->context);
		for (unsigned t = 0; t < GOLDEN_HOPS; t++) {
			int16_t hop[APP_HOP];
			for (unsigned i = 0; i < APP_HOP; i++) {
				hop[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + t * APP_HOP + i]);
			}
			infer(app, hop, &result);
			EXPECT(!result.gated); /* not in the default build */
			for (uint8_t i = 0; i < app->feature_count; i++) {
				float expected = golden_features[(clip * GOLDEN_HOPS + t) * LIQUID_AUDIO_FEATURES + i];
				float off = (float)app->on_feature(app->context, i) - expected * (float)app->feature_scale;
				EXPECT(off < 0.7f && off > -0.7f);
			}
		}
	}
}

int main(void) {
	expect_run("offers the features of the reference, in its steps", offers_the_features_of_the_reference);
	return expect_end();
}
