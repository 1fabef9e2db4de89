/* liquid-audio on an Ossicle device: a board, an app, their buffers, and the library's loop. */
#include <stddef.h>

#include "app.h"
#include "board.h"
#include "model.h"
#include "ossicle.h"

#define AUDIO_SAMPLES 2048u /* 128 ms at 16 kHz */

static struct ossicle device;
static int16_t audio[AUDIO_SAMPLES];
static uint8_t records[OSSICLE_BLOCK_RECORDS * OSSICLE_RECORD_BYTES(APP_STAGES)];
static uint8_t scores[OSSICLE_BLOCK_RECORDS * 2u * APP_LABELS];

static void loop(void) {
	ossicle_run(&device);
}

int main(int argc, char **argv) {
	struct board board;
	board_start(argc, argv, APP_SAMPLE_RATE, APP_HOP, &board);
	const struct ossicle_buffers buffers = {
		.rx = board.rx,
		.audio = audio,
		.audio_samples = AUDIO_SAMPLES,
		.records = records,
		.record_bytes = sizeof records,
		.scores = scores,
		.score_bytes = sizeof scores,
		.store = board.store,
		.store_bytes = board.store_bytes,
	};
	const struct ossicle_app *app;
	const char *wrong = app_create(board.port, model_lnn, (size_t)(model_lnn_end - model_lnn), &app);
	if (wrong == NULL) {
		wrong = ossicle_init(&device, board.port, app, &buffers);
	}
	if (wrong != NULL) {
		board_stop(wrong);
	}
	board_run(loop);
	return 0;
}
