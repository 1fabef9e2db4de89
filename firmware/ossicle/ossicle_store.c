#include "ossicle_store.h"

#include <string.h>

#include "ossicle_bytes.h"

#define ENTRY_BYTES 2u
#define RUN_BYTES (ENTRY_BYTES + 4u)
#define RUN_FLAG 0x8000u

void ossicle_store_init(struct ossicle_store *store, uint8_t *bytes, uint32_t capacity) {
	memset(store, 0, sizeof *store);
	store->bytes = bytes;
	store->capacity = bytes == NULL ? 0 : capacity;
	(void)ossicle_store_clear(store, 0);
}

bool ossicle_store_clear(struct ossicle_store *store, uint64_t result_bytes) {
	store->audio_bytes = 0;
	store->last_run = UINT32_MAX;
	store->tail = store->capacity;
	ossicle_store_rewind(store);
	if (result_bytes > store->capacity) {
		return false;
	}
	store->tail -= (uint32_t)result_bytes;
	return true;
}

bool ossicle_store_add_audio(struct ossicle_store *store, const uint8_t *bytes, uint16_t count) {
	if (count >= RUN_FLAG || store->tail - store->audio_bytes < ENTRY_BYTES + (uint32_t)count) {
		return false;
	}
	ossicle_put_u16(store->bytes + store->audio_bytes, count);
	memcpy(store->bytes + store->audio_bytes + ENTRY_BYTES, bytes, count);
	store->audio_bytes += ENTRY_BYTES + count;
	store->last_run = UINT32_MAX;
	return true;
}

bool ossicle_store_add_silence(struct ossicle_store *store, uint32_t samples) {
	if (store->last_run != UINT32_MAX) {
		uint8_t *run = store->bytes + store->last_run + ENTRY_BYTES;
		uint32_t before = ossicle_get_u32(run);
		if (samples <= UINT32_MAX - before) {
			ossicle_put_u32(run, before + samples);
			return true;
		}
	}
	if (store->tail - store->audio_bytes < RUN_BYTES) {
		return false;
	}
	store->last_run = store->audio_bytes;
	ossicle_put_u16(store->bytes + store->audio_bytes, RUN_FLAG);
	ossicle_put_u32(store->bytes + store->audio_bytes + ENTRY_BYTES, samples);
	store->audio_bytes += RUN_BYTES;
	return true;
}

void ossicle_store_rewind(struct ossicle_store *store) {
	store->position = 0;
	store->silence_left = 0;
	store->decoder.left = 0;
}

/* Opens the next entry; false at the end. */
static bool next_entry(struct ossicle_store *store, uint8_t codec) {
	if (store->position >= store->audio_bytes) {
		return false;
	}
	const uint8_t *entry = store->bytes + store->position;
	uint16_t head = ossicle_get_u16(entry);
	if ((head & RUN_FLAG) != 0) {
		store->silence_left = ossicle_get_u32(entry + ENTRY_BYTES);
		store->position += RUN_BYTES;
		return true;
	}
	store->position += ENTRY_BYTES + head;
	return ossicle_decoder_begin(&store->decoder, codec, entry + ENTRY_BYTES, head);
}

uint32_t ossicle_store_read(struct ossicle_store *store, uint8_t codec, int16_t *out, uint32_t max) {
	uint32_t count = 0;
	while (count < max) {
		if (store->silence_left > 0) {
			uint32_t run = store->silence_left < max - count ? store->silence_left : max - count;
			memset(out + count, 0, run * sizeof *out);
			store->silence_left -= run;
			count += run;
		} else if (store->decoder.left > 0) {
			count += ossicle_decoder_read(&store->decoder, out + count, max - count);
		} else if (!next_entry(store, codec)) {
			break;
		}
	}
	return count;
}
