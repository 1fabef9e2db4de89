/*
 * A clip from CLIP_BEGIN to `clip-end`: what has arrived, what has been inferred, when the next hop may be taken.
 *
 *     NONE -> RECEIVING -> ENDING -> NONE                   fast, realtime
 *     NONE -> RECEIVING -> LOADED -> PLAYING -> NONE        preload
 *     any  -> DROPPED on an error: told once, the rest of that clip's frames is then ignored
 */
#ifndef OSSICLE_CLIP_H
#define OSSICLE_CLIP_H

#include <stdbool.h>
#include <stdint.h>

#include "ossicle_codec.h"
#include "ossicle_port.h"
#include "ossicle_store.h"

enum ossicle_clip_state {
	OSSICLE_CLIP_NONE,
	OSSICLE_CLIP_RECEIVING,
	OSSICLE_CLIP_ENDING,  /* CLIP_END taken, hops still to be inferred */
	OSSICLE_CLIP_LOADED,  /* preload: waiting for PLAY */
	OSSICLE_CLIP_PLAYING, /* preload: the device is silent */
	OSSICLE_CLIP_DROPPED,
};

struct ossicle_clip {
	enum ossicle_clip_state state;
	uint32_t number;
	uint8_t attempt;
	uint32_t total_samples;
	uint32_t expected_crc;
	uint32_t received;         /* samples taken from the link */
	uint32_t crc;              /* of these */

	struct ossicle_decoder decoder; /* of the pending AUDIO frame */
	uint32_t silence_left;          /* of the pending SILENCE frame */

	uint32_t audio_capacity;   /* samples: whole hops of the caller's buffer */
	uint32_t audio_start;      /* a multiple of the hop, so that a hop is always in one piece */
	uint32_t audio_count;

	uint32_t total_hops;
	uint32_t hops;             /* inferred */
	bool clock_started;
	uint32_t late_mark;        /* realtime: hops whose time has come and which have been looked at */
	uint32_t underruns;
	bool underrun_before_next; /* flag of the next record */

	struct ossicle_stamp begun; /* clip-begin; in preload PLAY */
	struct ossicle_stamp last;  /* end of the last inference */

	uint32_t block_first;      /* hop of the first record not yet written */
	struct ossicle_store store;

	uint32_t adc_first;        /* ADC counts written so far */
	uint32_t adc_count;        /* preload: counts in the store */
	uint32_t adc_room;         /* preload: counts that fit */
	uint64_t adc_start;
	uint32_t adc_period;
	bool adc_running;
	const char *failure;       /* found while the device had to be silent */
};

struct ossicle;

void ossicle_clip_init(struct ossicle *device);
/* Back to NONE, the ADC off. */
void ossicle_clip_forget(struct ossicle *device);

/* The frames. The two which carry samples return false when the audio buffer is full: call again later with `again`. */
void ossicle_clip_begin(struct ossicle *device);
bool ossicle_clip_audio(struct ossicle *device, bool again);
bool ossicle_clip_silence(struct ossicle *device, bool again);
void ossicle_clip_end(struct ossicle *device);
void ossicle_clip_play(struct ossicle *device);

/* Infers the next hop if there is one and its time has come, and ends the clip after the last. False: nothing to do. */
bool ossicle_clip_step(struct ossicle *device);

#endif
