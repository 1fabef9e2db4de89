#include "ossicle_codec.h"

#include "ossicle_bytes.h"
#include "ossicle_wire.h"

#define IMA_HEAD_BYTES 4u
#define IMA_MAX_INDEX 88

/* Step sizes and index changes: IMA Digital Audio Focus and Technical Working Groups, 1992, section 6. */
static const uint16_t ima_steps[IMA_MAX_INDEX + 1] = {
	7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,    21,    23,    25,    28,
	31,    34,    37,    41,    45,    50,    55,    60,    66,    73,    80,    88,    97,    107,   118,
	130,   143,   157,   173,   190,   209,   230,   253,   279,   307,   337,   371,   408,   449,   494,
	544,   598,   658,   724,   796,   876,   963,   1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,
	2272,  2499,  2749,  3024,  3327,  3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,
	9493,  10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
};
static const int8_t ima_index_changes[8] = { -1, -1, -1, -1, 2, 4, 6, 8 };

int16_t ossicle_mulaw_sample(uint8_t code) {
	uint8_t bits = (uint8_t)~code;
	int32_t magnitude = ((((int32_t)(bits & 0x0Fu) << 3) + 0x84) << (bits >> 4 & 7u)) - 0x84;
	return (int16_t)((bits & 0x80u) != 0 ? -magnitude : magnitude);
}

static int16_t ima_sample(struct ossicle_decoder *decoder, uint8_t code) {
	int32_t step = ima_steps[decoder->index];
	int32_t difference = step >> 3;
	if ((code & 4u) != 0) {
		difference += step;
	}
	if ((code & 2u) != 0) {
		difference += step >> 1;
	}
	if ((code & 1u) != 0) {
		difference += step >> 2;
	}
	int32_t predictor = decoder->predictor + ((code & 8u) != 0 ? -difference : difference);
	if (predictor > INT16_MAX) {
		predictor = INT16_MAX;
	} else if (predictor < INT16_MIN) {
		predictor = INT16_MIN;
	}
	int index = (int)decoder->index + ima_index_changes[code & 7u];
	if (index < 0) {
		index = 0;
	} else if (index > IMA_MAX_INDEX) {
		index = IMA_MAX_INDEX;
	}
	decoder->predictor = predictor;
	decoder->index = (uint8_t)index;
	return (int16_t)predictor;
}

bool ossicle_decoder_begin(struct ossicle_decoder *decoder, uint8_t codec, const uint8_t *bytes, size_t count) {
	decoder->codec = codec;
	decoder->bytes = bytes;
	decoder->left = 0;
	decoder->position = 0;
	decoder->predictor = 0;
	decoder->index = 0;
	switch (codec) {
	case OSSICLE_CODEC_PCM16:
		if (count % 2u != 0) {
			return false;
		}
		decoder->left = (uint32_t)(count / 2u);
		break;
	case OSSICLE_CODEC_MULAW:
		decoder->left = (uint32_t)count;
		break;
	case OSSICLE_CODEC_IMA_ADPCM:
		if (count <= IMA_HEAD_BYTES || bytes[2] > IMA_MAX_INDEX) {
			return false;
		}
		decoder->predictor = (int16_t)ossicle_get_u16(bytes);
		decoder->index = bytes[2];
		decoder->bytes = bytes + IMA_HEAD_BYTES;
		decoder->left = (uint32_t)(count - IMA_HEAD_BYTES) * 2u;
		break;
	default:
		return false;
	}
	return decoder->left > 0;
}

uint32_t ossicle_decoder_read(struct ossicle_decoder *decoder, int16_t *out, uint32_t max) {
	uint32_t count = decoder->left < max ? decoder->left : max;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = decoder->position++;
		if (decoder->codec == OSSICLE_CODEC_PCM16) {
			out[i] = (int16_t)ossicle_get_u16(decoder->bytes + 2u * at);
		} else if (decoder->codec == OSSICLE_CODEC_MULAW) {
			out[i] = ossicle_mulaw_sample(decoder->bytes[at]);
		} else {
			uint8_t pair = decoder->bytes[at / 2u];
			out[i] = ima_sample(decoder, (at & 1u) != 0 ? pair >> 4 : pair & 0x0Fu);
		}
	}
	decoder->left -= count;
	return count;
}
