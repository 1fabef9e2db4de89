/* Models made for tests: random ones of any size, in the clear and as `.lnn` bytes. Written from LNN.md alone; shares no code
 * with the loader but CRC and SHA-256. */
#ifndef MADE_LNN_H
#define MADE_LNN_H

#include <stdint.h>

#include "lnn.h"

#define MADE_ROWS 256u
#define MADE_COLUMNS 256u

struct made_matrix {
	unsigned rows;
	unsigned columns;
	int8_t weight[MADE_ROWS][MADE_COLUMNS];
	uint16_t mantissa[MADE_ROWS];
	int8_t exponent[MADE_ROWS];
};

/* What to make. Zeros are filled in by made_lnn_recipe. */
struct made_recipe {
	uint32_t seed;
	uint16_t features, context, channels, hidden, labels;
	uint8_t solver, weight_bits;
	uint16_t timestep, mean_leak, mean_start, maximum_fall, rate_bound;
	unsigned stored_percent; /* of the blocks */
	int least_exponent, most_exponent;
	int32_t largest_bias; /* Q12 */
};

struct made_lnn {
	struct made_recipe recipe;
	struct made_matrix matrix[LNN_MATRICES];
	int32_t context_bias[128], gate_bias[256], attention_bias[1], read_out_bias[32], leak[128], front_end[32];
	char names[33][65]; /* the model id first; its digest is made by made_lnn_write */
	uint32_t blocks;    /* by made_lnn_write */
};

/* A model of ordinary size whose units move. */
struct made_recipe made_lnn_recipe(uint32_t seed);

void made_lnn_fill(struct made_lnn *made, const struct made_recipe *recipe);

/* Returns the number of bytes written to `bytes`, which has room for LNN_LARGEST_BYTES; 0: it would be longer than that. */
size_t made_lnn_write(struct made_lnn *made, uint8_t *bytes);

/* After a change: the length field and the CRC again. */
void made_lnn_seal_frame(uint8_t *bytes, size_t count);

/* ... and, where the sections can still be followed, the digest in the model id. */
void made_lnn_seal(uint8_t *bytes, size_t count);

/* Offset of the head of section `id` (1 to 14), or 0 where the sections cannot be followed that far. */
size_t made_lnn_section(const uint8_t *bytes, size_t count, unsigned id);

/* Value of a weight, or of an int32 Q12. */
double made_lnn_weight(const struct made_matrix *matrix, unsigned row, unsigned column);

uint32_t made_dice(uint32_t *seed, uint32_t sides);

#endif
