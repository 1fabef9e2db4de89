#include "ossicle.h"

#include <string.h>

/* A frame of the greatest length with its delimiters and COBS codes, and as much again behind it. */
#define MIN_RING_BYTES 1024u

static bool names_sound(const char *const *names, uint8_t count, uint32_t max) {
	if (names == NULL || count < 1 || count > max) {
		return false;
	}
	for (uint8_t i = 0; i < count; i++) {
		if (names[i] == NULL || names[i][0] == 0) {
			return false;
		}
	}
	return true;
}

static const char *complaint(const struct ossicle_app *app, const struct ossicle_buffers *buffers) {
	if (!names_sound(app->stages, app->stage_count, OSSICLE_MAX_STAGES)) {
		return "an app has 1 to 8 named stages";
	}
	if (!names_sound(app->labels, app->label_count, OSSICLE_MAX_LABELS)) {
		return "an app has 1 to 32 named labels";
	}
	if (app->hop == 0 || app->sample_rate == 0 || app->on_audio == NULL || app->on_clip_end == NULL) {
		return "an app needs hop, sample_rate, on_audio and on_clip_end";
	}
	if (app->on_feature != NULL
		&& (app->feature_count < 1 || app->feature_count > OSSICLE_MAX_FEATURES || app->feature_scale < 1)) {
		return "an app that offers features has 1 to 128 of them and a feature_scale of at least 1";
	}
	if (buffers->rx == NULL || buffers->rx->bytes == NULL || buffers->rx->capacity < MIN_RING_BYTES) {
		return "the receive ring needs at least 1024 bytes";
	}
	if (buffers->audio == NULL || buffers->audio_samples < 2u * app->hop) {
		return "the audio buffer needs at least two hops";
	}
	if (buffers->records == NULL
		|| buffers->record_bytes < OSSICLE_BLOCK_RECORDS * OSSICLE_RECORD_BYTES(app->stage_count)) {
		return "the record buffer needs 16 records";
	}
	if (buffers->scores != NULL && buffers->score_bytes < OSSICLE_BLOCK_RECORDS * 2u * app->label_count) {
		return "the score buffer needs 16 x labels x 2 bytes";
	}
	return NULL;
}

const char *ossicle_init(
	struct ossicle *device, const struct ossicle_port *port, const struct ossicle_app *app,
	const struct ossicle_buffers *buffers
) {
	const char *wrong = complaint(app, buffers);
	if (wrong != NULL) {
		return wrong;
	}
	memset(device, 0, sizeof *device);
	device->port = port;
	device->app = app;
	device->buffers = *buffers;
	ossicle_frame_init(&device->frame);
	ossicle_link_init(&device->link, buffers->rx->capacity);
	ossicle_line_init(&device->line, port);
	ossicle_console_init(&device->console);
	ossicle_clip_init(device);
	ossicle_line_begin(&device->line, "boot");
	ossicle_line_hex32(&device->line, "boot", port->identity->boot_id);
	ossicle_line_text(&device->line, "cause", port->identity->cause);
	ossicle_line_end(&device->line);
	device->line.lost = false;
	return NULL;
}

void ossicle_error(struct ossicle *device, const char *code, const char *text) {
	ossicle_line_begin(&device->line, "error");
	ossicle_line_text(&device->line, "code", code);
	ossicle_line_text(&device->line, "text", text);
	ossicle_line_end(&device->line);
}

void ossicle_error_numbers(struct ossicle *device, const char *code, const char *text, uint32_t expected, uint32_t got) {
	ossicle_line_begin(&device->line, "error");
	ossicle_line_text(&device->line, "code", code);
	ossicle_line_expectation(&device->line, "text", text, expected, got);
	ossicle_line_end(&device->line);
}

void ossicle_acknowledge(struct ossicle *device) {
	struct ossicle_link *link = &device->link;
	ossicle_line_begin(&device->line, "ack");
	ossicle_line_uint(&device->line, "next", link->next);
	ossicle_line_uint(&device->line, "credit", link->ring_bytes);
	if (link->err != NULL) {
		ossicle_line_text(&device->line, "err", link->err);
	}
	ossicle_line_end(&device->line);
	ossicle_link_acked(link);
}

void ossicle_acknowledge_now(struct ossicle *device) {
	if (device->link.ack_wanted) {
		ossicle_acknowledge(device);
	}
}

static void forget(struct ossicle *device) {
	device->frame_pending = false;
	device->frame_begun = false;
	device->config.valid = false;
	device->config.heartbeat_ms = 0;
	ossicle_clip_forget(device);
	ossicle_console_init(&device->console);
}

void ossicle_begin_session(struct ossicle *device) {
	forget(device);
	device->overruns_before = device->port->overruns(device->port->context);
	if (device->app->on_reset != NULL) {
		device->app->on_reset(device->app->context);
	}
}

void ossicle_end_session(struct ossicle *device) {
	forget(device);
	ossicle_link_end_session(&device->link);
}

/* Fills the ring from a port that is asked for its bytes (one that interrupts has filled it already). */
static void pump(struct ossicle *device) {
	const struct ossicle_port *port = device->port;
	struct ossicle_ring *ring = device->buffers.rx;
	uint8_t chunk[64];
	uint32_t room;
	while (port->read != NULL && (room = ossicle_ring_free(ring)) > 0) {
		size_t count = port->read(port->context, chunk, room < sizeof chunk ? room : sizeof chunk);
		for (size_t i = 0; i < count; i++) {
			(void)ossicle_ring_put(ring, chunk[i]);
		}
		if (count == 0) {
			return;
		}
	}
}

static void on_frame(struct ossicle *device, enum ossicle_frame_event event) {
	switch (ossicle_link_receive(&device->link, event, &device->frame)) {
	case OSSICLE_LINK_SESSION:
		ossicle_begin_session(device);
		ossicle_hello(device);
		break;
	case OSSICLE_LINK_HELLO_AGAIN:
		/* While a clip plays the device is silent; the host will ask once more. */
		if (device->clip.state != OSSICLE_CLIP_PLAYING) {
			ossicle_hello(device);
		}
		break;
	case OSSICLE_LINK_ACCEPT:
		device->frame_pending = true;
		device->frame_begun = false;
		break;
	case OSSICLE_LINK_DROP:
		break;
	}
}

static void acknowledge_if_due(struct ossicle *device) {
	bool ring_empty = ossicle_ring_used(device->buffers.rx) == 0;
	if (device->clip.state != OSSICLE_CLIP_PLAYING && ossicle_link_ack_due(&device->link, ring_empty)) {
		ossicle_acknowledge(device);
	}
}

/* Takes bytes until the ring is empty or a frame has to wait. */
static bool receive(struct ossicle *device) {
	bool progress = false;
	uint8_t byte;
	pump(device);
	for (;;) {
		if (device->frame_pending) {
			if (!ossicle_command(device)) {
				return progress;
			}
			device->frame_pending = false;
			progress = true;
		}
		if (ossicle_ring_used(device->buffers.rx) == 0) {
			pump(device);
		}
		if (!ossicle_ring_take(device->buffers.rx, &byte)) {
			return progress;
		}
		progress = true;
		ossicle_link_consumed(&device->link, 1);
		if (!device->link.in_session) {
			ossicle_console_take(device, byte);
		}
		on_frame(device, ossicle_frame_take(&device->frame, byte));
		acknowledge_if_due(device);
		if (device->clip.audio_count >= device->app->hop && device->clip.state == OSSICLE_CLIP_RECEIVING
			&& device->config.pacing == OSSICLE_PACING_FAST && !device->frame_pending) {
			return progress; /* a hop is there: infer it before more is taken */
		}
	}
}

static void beat(struct ossicle *device) {
	const struct ossicle_port *port = device->port;
	uint32_t period = device->config.heartbeat_ms;
	if (!device->link.in_session || period == 0 || device->clip.state == OSSICLE_CLIP_PLAYING) {
		return;
	}
	uint32_t now = port->millis(port->context);
	if (now - device->beat_millis < period) {
		return;
	}
	device->beat_millis = now;
	ossicle_line_begin(&device->line, "beat");
	ossicle_line_hex32(&device->line, "boot", port->identity->boot_id);
	ossicle_line_uint(&device->line, "next", device->link.next);
	ossicle_line_uint(&device->line, "credit", device->link.ring_bytes);
	ossicle_line_uint(&device->line, "ms", now);
	ossicle_line_end(&device->line);
}

bool ossicle_poll(struct ossicle *device) {
	bool progress = receive(device);
	progress = ossicle_clip_step(device) || progress;
	acknowledge_if_due(device);
	beat(device);
	if (device->line.lost) {
		device->line.lost = false;
		ossicle_end_session(device);
	}
	return progress;
}

void ossicle_run(struct ossicle *device) {
	for (;;) {
		if (!ossicle_poll(device)) {
			device->port->idle(device->port->context);
		}
	}
}
