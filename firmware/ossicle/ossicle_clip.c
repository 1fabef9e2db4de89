#include "ossicle_clip.h"

#include <string.h>

#include "ossicle.h"
#include "ossicle_bytes.h"
#include "ossicle_crc32.h"
#include "ossicle_records.h"

#define HASH_SAMPLES 64u

void ossicle_clip_init(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	memset(clip, 0, sizeof *clip);
	clip->audio_capacity = device->buffers.audio_samples / device->app->hop * device->app->hop;
	ossicle_store_init(&clip->store, device->buffers.store, device->buffers.store_bytes);
}

void ossicle_clip_forget(struct ossicle *device) {
	if (device->clip.adc_running) {
		device->port->adc_stop(device->port->context);
		device->clip.adc_running = false;
	}
	device->clip.state = OSSICLE_CLIP_NONE;
}

static void drop(struct ossicle *device, const char *code, const char *text) {
	ossicle_clip_forget(device);
	device->clip.state = OSSICLE_CLIP_DROPPED;
	ossicle_error(device, code, text);
}

static void drop_numbers(
	struct ossicle *device, const char *code, const char *text, uint32_t expected, uint32_t got
) {
	ossicle_clip_forget(device);
	device->clip.state = OSSICLE_CLIP_DROPPED;
	ossicle_error_numbers(device, code, text, expected, got);
}

/* True when the frame's clip is in that state. Else the frame is dropped: in silence when its clip was, too. */
static bool in_state(struct ossicle *device, enum ossicle_clip_state state) {
	if (device->clip.state == state) {
		return true;
	}
	if (device->clip.state != OSSICLE_CLIP_DROPPED) {
		drop(device, "no-clip", "a frame of a clip came when no clip was waiting for it");
	}
	return false;
}

static void mark(struct ossicle *device, enum ossicle_mark what, uint32_t number, uint8_t part) {
	const struct ossicle_port *port = device->port;
	if (port->mark != NULL) {
		port->mark(port->context, what, number, part);
	}
}

void ossicle_clip_begin(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	const struct ossicle_config *config = &device->config;
	const uint8_t *payload = device->frame.payload;
	ossicle_clip_forget(device);
	if (!config->valid) {
		drop(device, "no-config", "CLIP_BEGIN needs an accepted CONFIG before it");
		return;
	}
	uint32_t total = ossicle_get_u32(payload + OSSICLE_CLIP_BEGIN_TOTAL_SAMPLES_OFFSET);
	uint8_t attempt = payload[OSSICLE_CLIP_BEGIN_ATTEMPT_OFFSET];
	if (attempt == 0) {
		drop(device, "bad-clip", "attempts are numbered from 1");
		return;
	}
	if (total == 0) {
		drop(device, "bad-clip", "a clip without samples");
		return;
	}
	if (config->codec == OSSICLE_CODEC_IMA_ADPCM && total % 2u != 0) {
		drop(device, "bad-clip", "ima-adpcm needs an even number of samples");
		return;
	}
	uint32_t hops = total / device->app->hop;
	if (config->pacing == OSSICLE_PACING_PRELOAD
		&& !ossicle_store_clear(&clip->store, ossicle_results_bytes(device, hops, total))) {
		drop_numbers(device, "store-full", "the results of this clip alone need more than the clip store's bytes",
			clip->store.capacity, (uint32_t)ossicle_results_bytes(device, hops, total));
		return;
	}
	clip->number = ossicle_get_u32(payload + OSSICLE_CLIP_BEGIN_CLIP_OFFSET);
	clip->attempt = attempt;
	clip->total_samples = total;
	clip->expected_crc = ossicle_get_u32(payload + OSSICLE_CLIP_BEGIN_CRC_OFFSET);
	clip->received = 0;
	clip->crc = 0;
	clip->decoder.left = 0;
	clip->silence_left = 0;
	clip->audio_start = 0;
	clip->audio_count = 0;
	clip->total_hops = hops;
	clip->hops = 0;
	clip->clock_started = false;
	clip->late_mark = 0;
	clip->underruns = 0;
	clip->underrun_before_next = false;
	clip->block_first = 0;
	clip->failure = NULL;
	clip->adc_count = 0;
	clip->adc_first = 0;
	if (device->app->on_clip_begin != NULL) {
		device->app->on_clip_begin(device->app->context);
	}
	ossicle_line_clip_begin(&device->line);
	ossicle_line_begin(&device->line, "clip-begin");
	ossicle_line_uint(&device->line, "clip", clip->number);
	ossicle_line_uint(&device->line, "try", clip->attempt);
	ossicle_line_end(&device->line);
	clip->state = OSSICLE_CLIP_RECEIVING;
	mark(device, OSSICLE_MARK_CLIP, clip->number, clip->attempt);
	device->port->stamp(device->port->context, &clip->begun);
	clip->last = clip->begun;
	if (config->pacing != OSSICLE_PACING_PRELOAD) {
		ossicle_adc_begin(device);
	}
}

/* Room for samples at the end of the audio buffer, in one piece; 0 when it is full. */
static int16_t *room(struct ossicle *device, uint32_t *samples) {
	struct ossicle_clip *clip = &device->clip;
	uint32_t at = clip->audio_start + clip->audio_count;
	if (at >= clip->audio_capacity) {
		at -= clip->audio_capacity;
	}
	uint32_t free_samples = clip->audio_capacity - clip->audio_count;
	uint32_t to_edge = clip->audio_capacity - at;
	*samples = free_samples < to_edge ? free_samples : to_edge;
	return device->buffers.audio + at;
}

static void arrived(struct ossicle *device, const int16_t *samples, uint32_t count) {
	device->clip.crc = ossicle_crc32_samples(device->clip.crc, samples, count);
	device->clip.received += count;
}

/* Does this frame's stretch of `count` samples continue the clip? */
static bool continues(struct ossicle *device, uint32_t offset, uint32_t count) {
	const struct ossicle_clip *clip = &device->clip;
	if (offset != clip->received) {
		drop_numbers(device, "bad-offset", "audio does not continue where the last frame ended, sample",
			clip->received, offset);
		return false;
	}
	if (count > clip->total_samples - clip->received) {
		drop_numbers(device, "long-clip", "more audio than CLIP_BEGIN announced, samples left",
			clip->total_samples - clip->received, count);
		return false;
	}
	return true;
}

static bool begin_audio(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	const uint8_t *codec_bytes = device->frame.payload + OSSICLE_AUDIO_BYTES;
	uint16_t codec_count = (uint16_t)(device->frame.payload_bytes - OSSICLE_AUDIO_BYTES);
	uint32_t offset = ossicle_get_u32(device->frame.payload + OSSICLE_AUDIO_OFFSET_OFFSET);
	if (!in_state(device, OSSICLE_CLIP_RECEIVING)) {
		return false;
	}
	if (!ossicle_decoder_begin(&clip->decoder, device->config.codec, codec_bytes, codec_count)) {
		drop(device, "bad-audio", "these bytes are no whole number of samples in the clip's codec");
		return false;
	}
	if (!continues(device, offset, clip->decoder.left)) {
		return false;
	}
	if (device->config.pacing == OSSICLE_PACING_PRELOAD
		&& !ossicle_store_add_audio(&clip->store, codec_bytes, codec_count)) {
		drop_numbers(device, "store-full", "the clip does not fit the clip store beside its results, bytes",
			clip->store.tail, clip->store.audio_bytes + codec_count);
		return false;
	}
	return true;
}

bool ossicle_clip_audio(struct ossicle *device, bool again) {
	struct ossicle_clip *clip = &device->clip;
	if (!again && !begin_audio(device)) {
		return true;
	}
	if (device->config.pacing == OSSICLE_PACING_PRELOAD) {
		int16_t samples[HASH_SAMPLES];
		while (clip->decoder.left > 0) {
			arrived(device, samples, ossicle_decoder_read(&clip->decoder, samples, HASH_SAMPLES));
		}
		return true;
	}
	while (clip->decoder.left > 0) {
		uint32_t max;
		int16_t *to = room(device, &max);
		if (max == 0) {
			return false;
		}
		uint32_t count = ossicle_decoder_read(&clip->decoder, to, max);
		arrived(device, to, count);
		clip->audio_count += count;
	}
	return true;
}

static bool begin_silence(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	uint32_t offset = ossicle_get_u32(device->frame.payload + OSSICLE_SILENCE_OFFSET_OFFSET);
	uint32_t count = ossicle_get_u32(device->frame.payload + OSSICLE_SILENCE_COUNT_OFFSET);
	if (!in_state(device, OSSICLE_CLIP_RECEIVING) || !continues(device, offset, count)) {
		return false;
	}
	if (device->config.pacing == OSSICLE_PACING_PRELOAD && !ossicle_store_add_silence(&clip->store, count)) {
		drop_numbers(device, "store-full", "the clip does not fit the clip store beside its results, bytes",
			clip->store.tail, clip->store.audio_bytes);
		return false;
	}
	clip->silence_left = count;
	return true;
}

bool ossicle_clip_silence(struct ossicle *device, bool again) {
	static const int16_t zeros[HASH_SAMPLES];
	struct ossicle_clip *clip = &device->clip;
	if (!again && !begin_silence(device)) {
		return true;
	}
	while (clip->silence_left > 0) {
		uint32_t count = clip->silence_left < HASH_SAMPLES ? clip->silence_left : HASH_SAMPLES;
		if (device->config.pacing != OSSICLE_PACING_PRELOAD) {
			uint32_t max;
			int16_t *to = room(device, &max);
			if (max == 0) {
				return false;
			}
			count = count < max ? count : max;
			memset(to, 0, count * sizeof *to);
			clip->audio_count += count;
		}
		arrived(device, zeros, count);
		clip->silence_left -= count;
	}
	return true;
}

void ossicle_clip_end(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	uint32_t number = ossicle_get_u32(device->frame.payload + OSSICLE_CLIP_END_CLIP_OFFSET);
	if (!in_state(device, OSSICLE_CLIP_RECEIVING)) {
		return;
	}
	if (number != clip->number) {
		drop_numbers(device, "bad-clip", "CLIP_END of another clip", clip->number, number);
	} else if (clip->received != clip->total_samples) {
		drop_numbers(device, "short-clip", "less audio than CLIP_BEGIN announced, samples", clip->total_samples,
			clip->received);
	} else if (clip->crc != clip->expected_crc) {
		drop_numbers(device, "bad-crc", "CRC-32 of the decoded samples is not CLIP_BEGIN's", clip->expected_crc,
			clip->crc);
	} else if (device->config.pacing == OSSICLE_PACING_PRELOAD) {
		clip->state = OSSICLE_CLIP_LOADED;
		ossicle_line_begin(&device->line, "loaded");
		ossicle_line_uint(&device->line, "clip", clip->number);
		ossicle_line_uint(&device->line, "samples", clip->received);
		ossicle_line_hex32(&device->line, "crc", clip->crc);
		ossicle_line_uint(&device->line, "bytes", clip->store.audio_bytes);
		ossicle_line_end(&device->line);
	} else {
		clip->state = OSSICLE_CLIP_ENDING;
	}
}

void ossicle_clip_play(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	uint32_t number = ossicle_get_u32(device->frame.payload + OSSICLE_PLAY_CLIP_OFFSET);
	if (!in_state(device, OSSICLE_CLIP_LOADED)) {
		return;
	}
	if (number != clip->number) {
		drop_numbers(device, "bad-clip", "PLAY of another clip", clip->number, number);
		return;
	}
	ossicle_acknowledge_now(device); /* the last line before silence */
	if (device->port->flush != NULL) {
		device->port->flush(device->port->context);
	}
	ossicle_store_rewind(&clip->store);
	clip->state = OSSICLE_CLIP_PLAYING;
	mark(device, OSSICLE_MARK_PLAY, clip->number, clip->attempt);
	device->port->stamp(device->port->context, &clip->begun);
	clip->last = clip->begun;
	device->port->hop_start(device->port->context);
	clip->clock_started = true;
	ossicle_adc_begin(device);
}

static void infer(struct ossicle *device, const int16_t *hop) {
	const struct ossicle_port *port = device->port;
	struct ossicle_clip *clip = &device->clip;
	struct ossicle_stages stages;
	struct ossicle_result result;
	struct ossicle_stamp begun;
	struct ossicle_stamp ended;
	memset(&result, 0, sizeof result);
	ossicle_stages_init(&stages, port, device->app->stage_count);
	stages.hop = clip->hops;

	mark(device, OSSICLE_MARK_HOP_BEGIN, clip->hops, 0);
	port->stamp(port->context, &begun);
	device->app->on_audio(device->app->context, hop, &stages, &result);
	mark(device, OSSICLE_MARK_HOP_END, clip->hops, 0);
	port->stamp(port->context, &ended);

	bool saturated = false;
	uint64_t slept = ended.sleep_cycles - clip->last.sleep_cycles;
	uint32_t awake = ossicle_saturate_u32(ended.cycles - clip->last.cycles - slept, &saturated);
	clip->last = ended;
	ossicle_records_add(device, &begun, awake, saturated, &stages, &result);
	if (device->config.features) {
		ossicle_features_write(device);
	}
}

/* Decodes the whole store once more: what was played is what was loaded. Only now, so that PLAY pays nothing for it. */
static void hash_played(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	int16_t samples[HASH_SAMPLES];
	uint32_t count;
	clip->crc = 0;
	clip->received = 0;
	ossicle_store_rewind(&clip->store);
	while ((count = ossicle_store_read(&clip->store, device->config.codec, samples, HASH_SAMPLES)) > 0) {
		arrived(device, samples, count);
	}
}

static void finish(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	struct ossicle_line *line = &device->line;
	struct ossicle_result result;
	ossicle_adc_drain(device);
	if (clip->state == OSSICLE_CLIP_PLAYING) {
		hash_played(device);
	}
	ossicle_records_flush(device);
	ossicle_adc_end(device);
	if (clip->failure != NULL) {
		drop(device, "adc", clip->failure);
		return;
	}
	memset(&result, 0, sizeof result);
	device->app->on_clip_end(device->app->context, &result);
	ossicle_line_begin(line, "decision");
	ossicle_line_uint(line, "clip", clip->number);
	ossicle_line_uint(line, "label", result.label);
	ossicle_line_ints(line, "scores", result.scores, device->app->label_count);
	ossicle_line_end(line);

	uint32_t lines = line->clip_lines;
	uint32_t lines_crc = line->clip_crc;
	ossicle_line_begin(line, "clip-end");
	ossicle_line_uint(line, "clip", clip->number);
	ossicle_line_uint(line, "try", clip->attempt);
	ossicle_line_uint(line, "samples", clip->received);
	ossicle_line_hex32(line, "crc", clip->crc);
	ossicle_line_uint(line, "hops", clip->hops);
	ossicle_line_uint(line, "underruns", clip->underruns);
	ossicle_line_uint(line, "cycles", clip->last.cycles - clip->begun.cycles);
	ossicle_line_uint(line, "sleep", clip->last.sleep_cycles - clip->begun.sleep_cycles);
	ossicle_line_uint(line, "lines", lines);
	ossicle_line_hex32(line, "linesCrc", lines_crc);
	ossicle_line_end(line);
	clip->state = OSSICLE_CLIP_NONE;
}

/*
 * Realtime: sample j of the clip is played j sample times after the clock has started, so hop i is complete, and due,
 * after i + 1 hop times. A hop that has not arrived by then is late: an underrun, counted once.
 */
static bool realtime_due(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	if (!clip->clock_started) {
		bool full = clip->audio_count == clip->audio_capacity;
		bool enough = clip->received > 0 && clip->audio_count >= device->config.jitter_samples;
		if (!full && !enough && clip->state != OSSICLE_CLIP_ENDING) {
			return false;
		}
		device->port->hop_start(device->port->context);
		clip->clock_started = true;
	}
	uint32_t due = device->port->hop_due(device->port->context);
	due = due < clip->total_hops ? due : clip->total_hops;
	uint32_t have = clip->received / device->app->hop;
	uint32_t looked_at = have > clip->late_mark ? have : clip->late_mark;
	if (device->frame_pending) {
		return due > clip->hops; /* audio has arrived that the buffer has no room for: it is we who are late */
	}
	if (due > looked_at) {
		clip->underruns += due - looked_at;
		clip->underrun_before_next = true;
	}
	clip->late_mark = due > clip->late_mark ? due : clip->late_mark;
	return due > clip->hops;
}

static bool step_stream(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	uint32_t hop = device->app->hop;
	bool due = device->config.pacing == OSSICLE_PACING_FAST || realtime_due(device);
	if (clip->audio_count >= hop) {
		if (!due) {
			return false;
		}
		infer(device, device->buffers.audio + clip->audio_start);
		clip->audio_count -= hop;
		clip->audio_start += hop;
		if (clip->audio_start >= clip->audio_capacity) {
			clip->audio_start = 0;
		}
		ossicle_adc_drain(device);
		return true;
	}
	if (clip->state == OSSICLE_CLIP_ENDING) {
		finish(device);
		return true;
	}
	return false;
}

static bool step_play(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	if (clip->hops >= clip->total_hops) {
		finish(device);
		return true;
	}
	if (device->port->hop_due(device->port->context) <= clip->hops) {
		return false;
	}
	(void)ossicle_store_read(&clip->store, device->config.codec, device->buffers.audio, device->app->hop);
	infer(device, device->buffers.audio);
	ossicle_adc_drain(device);
	return true;
}

bool ossicle_clip_step(struct ossicle *device) {
	switch (device->clip.state) {
	case OSSICLE_CLIP_RECEIVING:
		return device->config.pacing != OSSICLE_PACING_PRELOAD && step_stream(device);
	case OSSICLE_CLIP_ENDING:
		return step_stream(device);
	case OSSICLE_CLIP_PLAYING:
		return step_play(device);
	case OSSICLE_CLIP_NONE:
	case OSSICLE_CLIP_LOADED:
	case OSSICLE_CLIP_DROPPED:
		break;
	}
	return false;
}
