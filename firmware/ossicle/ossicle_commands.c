/* What each frame asks for. The clip's own frames are in ossicle_clip.c. */
#include "ossicle.h"

#include <string.h>

#include "ossicle_bytes.h"

/* Longest CLOCK: the harness asks for seconds; a minute of spinning is a mistake. */
#define MAX_CLOCK_MS 60000u
/* Between two looks at the counter: some microseconds. An emulator is slow at reading timers. */
#define CLOCK_SPIN_ITERATIONS 1000u
/* A counter that shows the same after so many looks stands still: 10^8 iterations, over a second on a microcontroller. */
#define CLOCK_FROZEN_LOOKS 100000u

static bool playing(const struct ossicle *device) {
	return device->clip.state == OSSICLE_CLIP_PLAYING;
}

/* What the board can do, and what the app offers beside. */
static uint8_t gather_caps(const struct ossicle *device, const char *caps[OSSICLE_MAX_CAPS]) {
	const struct ossicle_identity *identity = device->port->identity;
	uint8_t count = 0;
	while (count < identity->cap_count && count < OSSICLE_MAX_CAPS - 2u) {
		caps[count] = identity->caps[count];
		count++;
	}
	if (device->app->on_feature != NULL) {
		caps[count++] = "features";
	}
	if (device->app->cap != NULL) {
		caps[count++] = device->app->cap;
	}
	return count;
}

void ossicle_hello(struct ossicle *device) {
	const char *caps[OSSICLE_MAX_CAPS];
	const struct ossicle_identity *identity = device->port->identity;
	const struct ossicle_app *app = device->app;
	struct ossicle_line *line = &device->line;
	ossicle_line_begin(line, "hello");
	ossicle_line_uint(line, "proto", OSSICLE_PROTOCOL_VERSION);
	ossicle_line_hex32(line, "nonce", device->link.nonce);
	ossicle_line_hex32(line, "boot", identity->boot_id);
	ossicle_line_text(line, "build", identity->build);
	ossicle_line_text(line, "firmware", identity->firmware);
	ossicle_line_text(line, "board", identity->board);
	ossicle_line_uint(line, "clockHz", identity->clock_hz);
	ossicle_line_text(line, "clockSource", identity->clock_source);
	ossicle_line_text(line, "counter", identity->counter);
	ossicle_line_uint(line, "counterHz", identity->counter_hz);
	ossicle_line_uint(line, "rxBytes", device->link.ring_bytes);
	ossicle_line_uint(line, "clipBytes", device->clip.store.capacity);
	ossicle_line_uint(line, "sampleRate", app->sample_rate);
	ossicle_line_uint(line, "hop", app->hop);
	ossicle_line_uint(line, "scoreScale", app->score_scale);
	ossicle_line_text(line, "model", app->model);
	ossicle_line_texts(line, "stages", app->stages, app->stage_count);
	ossicle_line_texts(line, "labels", app->labels, app->label_count);
	ossicle_line_texts(line, "caps", caps, gather_caps(device, caps));
	if (app->on_feature != NULL) {
		ossicle_line_uint(line, "featureScale", app->feature_scale);
	}
	ossicle_line_end(line);
}

static void on_config(struct ossicle *device) {
	const struct ossicle_port *port = device->port;
	const uint8_t *payload = device->frame.payload;
	struct ossicle_config *config = &device->config;
	uint8_t codec = payload[OSSICLE_CONFIG_CODEC_OFFSET];
	uint8_t pacing = payload[OSSICLE_CONFIG_PACING_OFFSET];
	uint8_t flags = payload[OSSICLE_CONFIG_FLAGS_OFFSET];
	uint32_t jitter_ms = ossicle_get_u16(payload + OSSICLE_CONFIG_JITTER_MS_OFFSET);
	uint32_t jitter_samples = (uint32_t)((uint64_t)jitter_ms * device->app->sample_rate / 1000u);
	bool scores = (flags & OSSICLE_CONFIG_FLAG_SCORES) != 0;
	bool adc = (flags & OSSICLE_CONFIG_FLAG_ADC) != 0;
	bool features = (flags & OSSICLE_CONFIG_FLAG_FEATURES) != 0;
	enum ossicle_clip_state state = device->clip.state;

	config->valid = false; /* a CONFIG that is refused leaves none: no clip can then run under the wrong one */
	ossicle_clip_forget(device);
	if (state != OSSICLE_CLIP_NONE && state != OSSICLE_CLIP_DROPPED) {
		ossicle_error(device, "busy", "CONFIG in the middle of a clip");
	} else if (codec > OSSICLE_CODEC_IMA_ADPCM) {
		ossicle_error_numbers(device, "bad-config", "unknown codec, highest", OSSICLE_CODEC_IMA_ADPCM, codec);
	} else if (pacing > OSSICLE_PACING_PRELOAD) {
		ossicle_error_numbers(device, "bad-config", "unknown pacing, highest", OSSICLE_PACING_PRELOAD, pacing);
	} else if ((flags & ~(OSSICLE_CONFIG_FLAG_SCORES | OSSICLE_CONFIG_FLAG_ADC | OSSICLE_CONFIG_FLAG_FEATURES)) != 0) {
		ossicle_error(device, "bad-config", "unknown flag");
	} else if (pacing != OSSICLE_PACING_FAST && (port->hop_start == NULL || port->hop_due == NULL)) {
		ossicle_error(device, "bad-config", "this board has no hop clock: only `fast`");
	} else if (pacing == OSSICLE_PACING_PRELOAD && device->clip.store.capacity == 0) {
		ossicle_error(device, "bad-config", "this board has no clip store: no `preload`");
	} else if (scores && pacing != OSSICLE_PACING_PRELOAD && device->buffers.scores == NULL) {
		ossicle_error(device, "bad-config", "this board has no buffer for scores");
	} else if (adc && port->adc_start == NULL) {
		ossicle_error(device, "bad-config", "this board has no ADC");
	} else if (features && device->app->on_feature == NULL) {
		ossicle_error(device, "bad-config", "this firmware does not offer its features");
	} else if (features && pacing == OSSICLE_PACING_PRELOAD) {
		ossicle_error(device, "bad-config", "features are sent hop by hop: not in `preload`, which is silent");
	} else if (pacing == OSSICLE_PACING_REALTIME && jitter_samples > device->clip.audio_capacity) {
		ossicle_error_numbers(device, "bad-config", "jitterMs is more than the audio buffer holds, samples",
			device->clip.audio_capacity, jitter_samples);
	} else {
		config->codec = codec;
		config->pacing = pacing;
		config->scores = scores;
		config->adc = adc;
		config->features = features;
		config->heartbeat_ms = ossicle_get_u16(payload + OSSICLE_CONFIG_HEARTBEAT_MS_OFFSET);
		config->jitter_samples = jitter_samples;
		config->valid = true;
		device->beat_millis = port->millis(port->context);
	}
}

static void on_memory(struct ossicle *device) {
	struct ossicle_line *line = &device->line;
	struct ossicle_memory memory;
	memset(&memory, 0, sizeof memory);
	device->port->memory(device->port->context, &memory);
	ossicle_line_begin(line, "memory");
	ossicle_line_uint(line, "static", memory.static_bytes);
	ossicle_line_uint(line, "rig", memory.rig_bytes);
	ossicle_line_uint(line, "stack", memory.stack_bytes);
	ossicle_line_uint(line, "stackHigh", memory.stack_high_bytes);
	ossicle_line_uint(line, "heap", memory.heap_bytes);
	ossicle_line_end(line);
}

static void on_health(struct ossicle *device) {
	const struct ossicle_port *port = device->port;
	struct ossicle_line *line = &device->line;
	ossicle_line_begin(line, "health");
	ossicle_line_uint(line, "crcErrors", device->link.crc_errors);
	ossicle_line_uint(line, "gaps", device->link.gaps);
	ossicle_line_uint(line, "overruns", port->overruns(port->context) - device->overruns_before);
	ossicle_line_uint(line, "longFrames", device->link.long_frames);
	ossicle_line_uint(line, "ms", port->millis(port->context));
	ossicle_line_end(line);
}

static void write_clock(struct ossicle *device, const char *phase, uint64_t cycles) {
	struct ossicle_line *line = &device->line;
	ossicle_line_begin(line, "clock");
	ossicle_line_text(line, "phase", phase);
	ossicle_line_uint(line, "cycles", cycles);
	ossicle_line_uint(line, "hz", device->port->identity->counter_hz);
	ossicle_line_end(line);
}

static void flush(struct ossicle *device) {
	if (device->port->flush != NULL) {
		device->port->flush(device->port->context);
	}
}

/* Spins awake between two stamped lines, so that the host can hold the device's clock against its own. */
static void on_clock(struct ossicle *device) {
	const struct ossicle_port *port = device->port;
	uint32_t milliseconds = ossicle_get_u32(device->frame.payload + OSSICLE_CLOCK_MILLISECONDS_OFFSET);
	if (milliseconds > MAX_CLOCK_MS) {
		ossicle_error_numbers(device, "bad-clock", "CLOCK longer than allowed, ms", MAX_CLOCK_MS, milliseconds);
		return;
	}
	ossicle_acknowledge_now(device);
	flush(device); /* so that both lines leave from an idle wire: what they wait for there cancels */
	struct ossicle_stamp start;
	struct ossicle_stamp now;
	port->stamp(port->context, &start);
	write_clock(device, "start", start.cycles);
	uint64_t cycles = (uint64_t)milliseconds * port->identity->counter_hz / 1000u;
	uint64_t seen = start.cycles;
	uint32_t same = 0;
	do {
		port->spin(port->context, CLOCK_SPIN_ITERATIONS);
		port->stamp(port->context, &now);
		same = now.cycles == seen ? same + 1u : 0u;
		seen = now.cycles;
		/* Waiting for cycles that never come, the device would hang; the `end` line tells what there is. */
	} while (now.cycles - start.cycles < cycles && same < CLOCK_FROZEN_LOOKS);
	write_clock(device, "end", now.cycles);
}

static void on_param(struct ossicle *device) {
	const uint8_t *payload = device->frame.payload;
	char name[OSSICLE_MAX_PARAM_NAME_BYTES + 1];
	uint32_t count = device->frame.payload_bytes - OSSICLE_PARAM_BYTES;
	int32_t value = (int32_t)ossicle_get_u32(payload + OSSICLE_PARAM_VALUE_OFFSET);
	bool sound = count >= 1 && count <= OSSICLE_MAX_PARAM_NAME_BYTES;
	for (uint32_t i = 0; sound && i < count; i++) {
		char c = (char)payload[OSSICLE_PARAM_BYTES + i];
		sound = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
		name[i] = c;
	}
	if (!sound) {
		ossicle_error(device, "bad-param", "a name is 1 to 32 of a-z, 0-9, dot and hyphen");
		return;
	}
	name[count] = 0;
	bool ok = device->app->on_param != NULL && device->app->on_param(device->app->context, name, value);
	ossicle_line_begin(&device->line, "param");
	ossicle_line_text(&device->line, "name", name);
	ossicle_line_int(&device->line, "value", value);
	ossicle_line_bool(&device->line, "ok", ok);
	ossicle_line_end(&device->line);
}

static void on_reset(struct ossicle *device) {
	ossicle_acknowledge_now(device);
	flush(device);
	device->port->reset(device->port->context);
}

/* Bytes of payload a frame type must have; a rest may follow where `has_rest`. */
struct shape {
	uint8_t bytes;
	bool has_rest;
};

static const struct shape shapes[] = {
	[OSSICLE_FRAME_HELLO] = { OSSICLE_HELLO_BYTES, false },
	[OSSICLE_FRAME_CONFIG] = { OSSICLE_CONFIG_BYTES, false },
	[OSSICLE_FRAME_CLIP_BEGIN] = { OSSICLE_CLIP_BEGIN_BYTES, false },
	[OSSICLE_FRAME_AUDIO] = { OSSICLE_AUDIO_BYTES, true },
	[OSSICLE_FRAME_SILENCE] = { OSSICLE_SILENCE_BYTES, false },
	[OSSICLE_FRAME_CLIP_END] = { OSSICLE_CLIP_END_BYTES, false },
	[OSSICLE_FRAME_PLAY] = { OSSICLE_PLAY_BYTES, false },
	[OSSICLE_FRAME_MEMORY] = { OSSICLE_MEMORY_BYTES, false },
	[OSSICLE_FRAME_PING] = { OSSICLE_PING_BYTES, false },
	[OSSICLE_FRAME_CLOCK] = { OSSICLE_CLOCK_BYTES, false },
	[OSSICLE_FRAME_PARAM] = { OSSICLE_PARAM_BYTES, true },
	[OSSICLE_FRAME_RESET] = { OSSICLE_RESET_BYTES, false },
	[OSSICLE_FRAME_BYE] = { OSSICLE_BYE_BYTES, false },
	[OSSICLE_FRAME_HEALTH] = { OSSICLE_HEALTH_BYTES, false },
	[OSSICLE_FRAME_ABORT] = { OSSICLE_ABORT_BYTES, false },
};

static bool well_shaped(const struct ossicle_frame *frame) {
	if (frame->type == 0 || frame->type >= sizeof shapes / sizeof shapes[0]) {
		return false;
	}
	const struct shape *shape = &shapes[frame->type];
	return shape->has_rest ? frame->payload_bytes >= shape->bytes : frame->payload_bytes == shape->bytes;
}

bool ossicle_command(struct ossicle *device) {
	const struct ossicle_frame *frame = &device->frame;
	bool again = device->frame_begun;
	if (!well_shaped(frame)) {
		if (playing(device)) {
			return false;
		}
		ossicle_error_numbers(device, "bad-frame", "unknown type, or a payload of the wrong length; last known type",
			OSSICLE_FRAME_ABORT, frame->type);
		return true;
	}
	/* While a clip plays the device is silent: only what ends the play is dealt with. */
	if (playing(device) && frame->type != OSSICLE_FRAME_ABORT && frame->type != OSSICLE_FRAME_RESET
		&& frame->type != OSSICLE_FRAME_BYE) {
		return false;
	}
	device->frame_begun = true;
	switch (frame->type) {
	case OSSICLE_FRAME_CONFIG:
		on_config(device);
		break;
	case OSSICLE_FRAME_CLIP_BEGIN:
		ossicle_clip_begin(device);
		break;
	case OSSICLE_FRAME_AUDIO:
		return ossicle_clip_audio(device, again);
	case OSSICLE_FRAME_SILENCE:
		return ossicle_clip_silence(device, again);
	case OSSICLE_FRAME_CLIP_END:
		ossicle_clip_end(device);
		break;
	case OSSICLE_FRAME_PLAY:
		ossicle_clip_play(device);
		break;
	case OSSICLE_FRAME_MEMORY:
		on_memory(device);
		break;
	case OSSICLE_FRAME_CLOCK:
		on_clock(device);
		break;
	case OSSICLE_FRAME_PARAM:
		on_param(device);
		break;
	case OSSICLE_FRAME_RESET:
		on_reset(device);
		break;
	case OSSICLE_FRAME_BYE:
		ossicle_acknowledge_now(device);
		ossicle_end_session(device);
		break;
	case OSSICLE_FRAME_HEALTH:
		on_health(device);
		break;
	case OSSICLE_FRAME_ABORT:
		ossicle_clip_forget(device);
		break;
	default: /* PING: its acknowledgement is the answer */
		break;
	}
	return true;
}
