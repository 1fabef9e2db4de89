/*
 * The clip store of `preload`: one block of memory, shared.
 *
 *     0                audio_bytes             tail                    capacity
 *     +--------------------+---------------------+------------------------+
 *     | audio as encoded   |        free         | results, kept for later |
 *     +--------------------+---------------------+------------------------+
 *
 * Audio entries grow from the low end while the clip is loaded. Room for the results of the whole clip is set aside at
 * the high end before the first entry, so that a clip that loads can also be played to its end.
 *
 * Entry: u16 little-endian. Top bit clear: so many codec bytes of one AUDIO frame follow. Top bit set: a u32 follows,
 * a run of so many samples of value 0; neighbouring runs are made one.
 */
#ifndef OSSICLE_STORE_H
#define OSSICLE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ossicle_codec.h"

struct ossicle_store {
	uint8_t *bytes;       /* caller's; NULL with capacity 0 where there is no preload */
	uint32_t capacity;
	uint32_t audio_bytes; /* used at the low end */
	uint32_t tail;        /* offset where the results begin */
	uint32_t last_run;    /* offset of the entry last added where that is a run of silence, else UINT32_MAX */

	/* Reading. */
	uint32_t position;
	uint32_t silence_left;
	struct ossicle_decoder decoder;
};

void ossicle_store_init(struct ossicle_store *store, uint8_t *bytes, uint32_t capacity);

/* Empties it and sets `result_bytes` aside. False when they do not fit. */
bool ossicle_store_clear(struct ossicle_store *store, uint64_t result_bytes);

/* Where the results go: `result_bytes` as asked for. */
static inline uint8_t *ossicle_store_results(const struct ossicle_store *store) {
	return store->bytes + store->tail;
}

/* False when the store is full; nothing is added then. `count` at most 512. */
bool ossicle_store_add_audio(struct ossicle_store *store, const uint8_t *bytes, uint16_t count);
bool ossicle_store_add_silence(struct ossicle_store *store, uint32_t samples);

/* Back to the first sample. */
void ossicle_store_rewind(struct ossicle_store *store);
/* Writes up to `max` samples and returns how many: fewer only at the end of the audio. */
uint32_t ossicle_store_read(struct ossicle_store *store, uint8_t codec, int16_t *out, uint32_t max);

#endif
