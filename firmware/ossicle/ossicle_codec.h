/*
 * Codec bytes -> 16-bit samples, a few at a time, so that the bytes can stay where they are and no clip is ever unpacked
 * as a whole. Codecs: firmware/wire/PROTOCOL.md section 1.
 */
#ifndef OSSICLE_CODEC_H
#define OSSICLE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ossicle_decoder {
	uint8_t codec;         /* OSSICLE_CODEC_... */
	const uint8_t *bytes;  /* owned by the caller, must outlive the decoder's use */
	uint32_t left;         /* samples not yet read */
	uint32_t position;     /* byte (pcm16, mulaw) or code (ima-adpcm) to be read next */
	int32_t predictor;     /* ima-adpcm */
	uint8_t index;         /* ima-adpcm, 0 .. 88 */
};

/*
 * Begins to read one AUDIO frame's codec bytes. False when they make no whole number of samples, none at all, or carry
 * an ADPCM index above 88; the decoder then holds no samples.
 */
bool ossicle_decoder_begin(struct ossicle_decoder *decoder, uint8_t codec, const uint8_t *bytes, size_t count);

/* Writes up to `max` samples and returns how many. */
uint32_t ossicle_decoder_read(struct ossicle_decoder *decoder, int16_t *out, uint32_t max);

/* ITU-T G.711 mu-law to 16 bits: 0xFF -> 0, 0x00 -> -32124, 0x80 -> 32124. */
int16_t ossicle_mulaw_sample(uint8_t code);

#endif
