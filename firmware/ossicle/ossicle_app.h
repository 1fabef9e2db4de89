/*
 * What the device library needs of an application: a descriptor and callbacks. An app computes; it never sees the link.
 */
#ifndef OSSICLE_APP_H
#define OSSICLE_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "ossicle_stage.h"
#include "ossicle_wire.h"

/* What one hop, or the whole clip, came to. The library clears it before each call. */
struct ossicle_result {
	uint8_t label;         /* index into the labels */
	bool gated;            /* the cell was skipped for this hop */
	bool slow;             /* it was computed at the low clock, see ossicle_port.speed */
	uint16_t timestep;     /* of the solver, tenths of a millisecond */
	int32_t scores[OSSICLE_MAX_LABELS]; /* logit x score_scale; clipped to 16 bits in `scores` blocks */
};

struct ossicle_app {
	void *context;
	const char *model;            /* id of the weights, printable ASCII without spaces, 1 to 64 characters */
	uint32_t sample_rate;         /* Hz */
	uint32_t hop;                 /* samples an inference */
	uint32_t score_scale;
	const char *const *stages;    /* 1 to 8 names */
	uint8_t stage_count;
	const char *const *labels;    /* 1 to 32 names */
	uint8_t label_count;
	uint8_t feature_count;        /* 1 to 128, where on_feature is there */
	uint32_t feature_scale;       /* steps a unit of what on_feature returns, at least 1 */
	const char *cap;              /* a word of the app's own for the caps of hello, or NULL */

	/* A session begins: forget everything, parameters too. May be NULL. */
	void (*on_reset)(void *context);
	/* A clip begins: forget the last one's audio. May be NULL. */
	void (*on_clip_begin)(void *context);
	/* One hop of samples. Brackets each of its stages with ossicle_stage_begin and ossicle_stage_end. */
	void (*on_audio)(void *context, const int16_t *hop, struct ossicle_stages *stages, struct ossicle_result *result);
	/* The clip is over: its decision. */
	void (*on_clip_end)(void *context, struct ossicle_result *result);
	/* Feature `index` of the hop that on_audio was just given, as the network got it, in steps of 1 / feature_scale. Asked
	 * for outside the stages and only when the host wants features; of a gated hop they mean nothing. NULL: not offered. */
	int16_t (*on_feature)(void *context, uint8_t index);
	/* PARAM: true when the name is known and the value was taken. `name` ends in a zero byte. May be NULL. */
	bool (*on_param)(void *context, const char *name, int32_t value);
};

#endif
