#include "ossicle_records.h"

#include "ossicle.h"
#include "ossicle_bytes.h"

#define ADC_BLOCK_COUNTS 64u
#define SCORE_BYTES 2u
#define COUNT_BYTES 2u
#define FEATURE_BYTES 2u

static bool keeps(const struct ossicle *device) {
	return device->config.pacing == OSSICLE_PACING_PRELOAD;
}

static uint32_t record_bytes(const struct ossicle *device) {
	return OSSICLE_RECORD_BYTES(device->app->stage_count);
}

static uint32_t score_bytes(const struct ossicle *device) {
	return SCORE_BYTES * (uint32_t)device->app->label_count;
}

/* Counts expected of a clip, and 100 ms more: the last hop may end late. */
static uint64_t adc_counts(const struct ossicle *device, uint32_t samples) {
	if (!device->config.adc) {
		return 0;
	}
	uint64_t hz = device->port->adc_hz;
	return (uint64_t)samples * hz / device->app->sample_rate + hz / 10u + ADC_BLOCK_COUNTS;
}

uint64_t ossicle_results_bytes(const struct ossicle *device, uint32_t hops, uint32_t samples) {
	uint64_t each = record_bytes(device) + (device->config.scores ? score_bytes(device) : 0u);
	return each * hops + COUNT_BYTES * adc_counts(device, samples);
}

/* Where record and scores of a hop are kept. In the store: all records, then all scores, then the ADC counts. */
static uint8_t *record_at(const struct ossicle *device, uint32_t hop) {
	if (keeps(device)) {
		return ossicle_store_results(&device->clip.store) + hop * record_bytes(device);
	}
	return device->buffers.records + (hop - device->clip.block_first) * record_bytes(device);
}

static uint8_t *scores_at(const struct ossicle *device, uint32_t hop) {
	if (keeps(device)) {
		uint32_t offset = device->clip.total_hops * record_bytes(device) + hop * score_bytes(device);
		return ossicle_store_results(&device->clip.store) + offset;
	}
	return device->buffers.scores + (hop - device->clip.block_first) * score_bytes(device);
}

static uint8_t *adc_at(const struct ossicle *device, uint32_t index) {
	uint32_t each = record_bytes(device) + (device->config.scores ? score_bytes(device) : 0u);
	return ossicle_store_results(&device->clip.store) + device->clip.total_hops * each + index * COUNT_BYTES;
}

static void write_block(struct ossicle *device, uint32_t count) {
	struct ossicle_line *line = &device->line;
	uint32_t first = device->clip.block_first;
	ossicle_line_begin(line, "inf");
	ossicle_line_uint(line, "clip", device->clip.number);
	ossicle_line_uint(line, "first", first);
	ossicle_line_uint(line, "n", count);
	ossicle_line_base64(line, "b", record_at(device, first), count * record_bytes(device));
	ossicle_line_end(line);
	if (device->config.scores) {
		ossicle_line_begin(line, "scores");
		ossicle_line_uint(line, "clip", device->clip.number);
		ossicle_line_uint(line, "first", first);
		ossicle_line_uint(line, "n", count);
		ossicle_line_uint(line, "k", device->app->label_count);
		ossicle_line_base64(line, "b", scores_at(device, first), count * score_bytes(device));
		ossicle_line_end(line);
	}
	device->clip.block_first += count;
}

static int16_t clip_score(int32_t score) {
	return (int16_t)(score > INT16_MAX ? INT16_MAX : score < INT16_MIN ? INT16_MIN : score);
}

void ossicle_record_pack(
	uint8_t *to, const struct ossicle_record *record, const uint32_t *stage_cycles, uint8_t stages
) {
	ossicle_put_u32(to + OSSICLE_RECORD_HOP_OFFSET, record->hop);
	ossicle_put_u32(to + OSSICLE_RECORD_SAMPLE_END_OFFSET, record->sample_end);
	ossicle_put_u64(to + OSSICLE_RECORD_START_CYCLES_OFFSET, record->start_cycles);
	ossicle_put_u32(to + OSSICLE_RECORD_IRQ_CYCLES_OFFSET, record->irq_cycles);
	ossicle_put_u32(to + OSSICLE_RECORD_AWAKE_CYCLES_OFFSET, record->awake_cycles);
	ossicle_put_u16(to + OSSICLE_RECORD_TIMESTEP_OFFSET, record->timestep);
	to[OSSICLE_RECORD_LABEL_OFFSET] = record->label;
	to[OSSICLE_RECORD_FLAGS_OFFSET] = record->flags;
	for (uint8_t i = 0; i < stages; i++) {
		ossicle_put_u32(to + OSSICLE_RECORD_HEAD_BYTES + 4u * i, stage_cycles[i]);
	}
}

void ossicle_records_add(
	struct ossicle *device, const struct ossicle_stamp *begun, uint32_t awake_cycles, bool saturated,
	const struct ossicle_stages *stages, const struct ossicle_result *result
) {
	struct ossicle_clip *clip = &device->clip;
	saturated = saturated || stages->saturated;
	uint32_t irq_cycles = ossicle_saturate_u32(stages->irq_cycles, &saturated);
	const struct ossicle_record record = {
		.hop = clip->hops,
		.sample_end = (clip->hops + 1u) * device->app->hop,
		.start_cycles = begun->cycles,
		.irq_cycles = irq_cycles,
		.awake_cycles = awake_cycles,
		.timestep = result->timestep,
		.label = result->label,
		.flags = (uint8_t)((saturated ? OSSICLE_RECORD_FLAG_SATURATED : 0u)
			| (result->gated ? OSSICLE_RECORD_FLAG_GATED : 0u)
			| (result->slow ? OSSICLE_RECORD_FLAG_SLOW : 0u)
			| (clip->underrun_before_next ? OSSICLE_RECORD_FLAG_UNDERRUN : 0u)),
	};
	ossicle_record_pack(record_at(device, clip->hops), &record, stages->cycles, stages->count);
	if (device->config.scores) {
		uint8_t *scores = scores_at(device, clip->hops);
		for (uint8_t i = 0; i < device->app->label_count; i++) {
			ossicle_put_u16(scores + SCORE_BYTES * i, (uint16_t)clip_score(result->scores[i]));
		}
	}
	clip->underrun_before_next = false;
	clip->hops++;
	if (!keeps(device) && clip->hops - clip->block_first >= OSSICLE_BLOCK_RECORDS) {
		write_block(device, OSSICLE_BLOCK_RECORDS);
	}
}

void ossicle_features_write(struct ossicle *device) {
	const struct ossicle_app *app = device->app;
	struct ossicle_line *line = &device->line;
	uint8_t bytes[FEATURE_BYTES * OSSICLE_MAX_FEATURES];
	for (uint8_t i = 0; i < app->feature_count; i++) {
		ossicle_put_u16(bytes + FEATURE_BYTES * i, (uint16_t)app->on_feature(app->context, i));
	}
	ossicle_line_begin(line, "features");
	ossicle_line_uint(line, "clip", device->clip.number);
	ossicle_line_uint(line, "first", device->clip.hops - 1u);
	ossicle_line_uint(line, "n", 1);
	ossicle_line_uint(line, "k", app->feature_count);
	ossicle_line_base64(line, "b", bytes, FEATURE_BYTES * (size_t)app->feature_count);
	ossicle_line_end(line);
}

void ossicle_records_flush(struct ossicle *device) {
	while (device->clip.block_first < device->clip.hops) {
		uint32_t left = device->clip.hops - device->clip.block_first;
		write_block(device, left < OSSICLE_BLOCK_RECORDS ? left : OSSICLE_BLOCK_RECORDS);
	}
}

static void write_counts(struct ossicle *device, const uint8_t *bytes, uint32_t count) {
	struct ossicle_line *line = &device->line;
	struct ossicle_clip *clip = &device->clip;
	ossicle_line_begin(line, "adc");
	ossicle_line_uint(line, "clip", clip->number);
	ossicle_line_uint(line, "first", clip->adc_first);
	ossicle_line_uint(line, "n", count);
	ossicle_line_uint(line, "start", clip->adc_start);
	ossicle_line_uint(line, "period", clip->adc_period);
	ossicle_line_base64(line, "b", bytes, count * COUNT_BYTES);
	ossicle_line_end(line);
	clip->adc_first += count;
}

void ossicle_adc_begin(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	clip->adc_first = 0;
	clip->adc_count = 0;
	clip->adc_room = (uint32_t)adc_counts(device, clip->total_samples);
	if (device->config.adc) {
		device->port->adc_start(device->port->context, &clip->adc_start, &clip->adc_period);
		clip->adc_running = true;
	}
}

void ossicle_adc_drain(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	uint16_t counts[ADC_BLOCK_COUNTS];
	long taken = ADC_BLOCK_COUNTS;
	while (clip->adc_running && taken == (long)ADC_BLOCK_COUNTS) {
		taken = device->port->adc_read(device->port->context, counts, ADC_BLOCK_COUNTS);
		if (taken < 0 || (keeps(device) && (uint32_t)taken > clip->adc_room - clip->adc_count)) {
			clip->failure = taken < 0 ? "ADC samples were lost" : "more ADC samples than were reckoned with";
			ossicle_adc_end(device);
			return;
		}
		uint8_t bytes[ADC_BLOCK_COUNTS * COUNT_BYTES];
		uint8_t *to = keeps(device) ? adc_at(device, clip->adc_count) : bytes;
		for (long i = 0; i < taken; i++) {
			ossicle_put_u16(to + COUNT_BYTES * (uint32_t)i, counts[i]);
		}
		if (keeps(device)) {
			clip->adc_count += (uint32_t)taken;
		} else if (taken > 0) {
			write_counts(device, to, (uint32_t)taken);
		}
	}
}

void ossicle_adc_end(struct ossicle *device) {
	struct ossicle_clip *clip = &device->clip;
	if (clip->adc_running) {
		device->port->adc_stop(device->port->context);
		clip->adc_running = false;
	}
	while (clip->failure == NULL && clip->adc_first < clip->adc_count) {
		uint32_t left = clip->adc_count - clip->adc_first;
		write_counts(device, adc_at(device, clip->adc_first), left < ADC_BLOCK_COUNTS ? left : ADC_BLOCK_COUNTS);
	}
}
