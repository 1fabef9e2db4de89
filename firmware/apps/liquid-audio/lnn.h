/* Reads a `.lnn` file (firmware/model/LNN.md) into arrays of fixed size.
 *
 * Bytes of RAM of a decoded model, by the LNN_MAX_ constants (`blocks` of them; gates = 2 x hidden):
 *     5 x blocks                                           weights, with the place of each block
 *   + 4 x (channels + 2 x gates + 1 + labels)              row scales
 *   + 4 x (channels + gates + 1 + labels) + 2 x hidden     biases, leaks
 *   + 8 x 16                                               front end
 *   + text + 4 x (1 + labels) + 100                        names, views and numbers, with pointers of 32 bits
 * which is 14,688 with the defaults below. A model smaller than the constants leaves room; a larger one is refused.
 * nonZeroBlocks in its header says how many blocks it needs.
 */
#ifndef LNN_H
#define LNN_H

#include <stddef.h>
#include <stdint.h>

#include "matrix.h"

#define LNN_LARGEST_BYTES 32768u
#define LNN_MAX_FEATURES 16u /* columns of the context matrix to a hop, and the most there may be */

/* What this build has room for. make MAX_BLOCKS=n sets the first. */
#ifndef LNN_MAX_BLOCKS
#define LNN_MAX_BLOCKS 2304u
#endif
#ifndef LNN_MAX_CONTEXT
#define LNN_MAX_CONTEXT 5u
#endif
#ifndef LNN_MAX_CHANNELS
#define LNN_MAX_CHANNELS 64u
#endif
#ifndef LNN_MAX_HIDDEN
#define LNN_MAX_HIDDEN 80u
#endif
#ifndef LNN_MAX_LABELS
#define LNN_MAX_LABELS 12u
#endif
#ifndef LNN_MAX_TEXT
#define LNN_MAX_TEXT 192u /* of model id and labels, each with a byte after it */
#endif

#define LNN_MAX_GATES (2u * LNN_MAX_HIDDEN)
#define LNN_MAX_ROWS (LNN_MAX_CHANNELS + 2u * LNN_MAX_GATES + 1u + LNN_MAX_LABELS)

enum lnn_matrix { LNN_CONTEXT, LNN_INPUT, LNN_RECURRENT, LNN_ATTENTION, LNN_READ_OUT, LNN_MATRICES };

/* Points into itself: not to be copied. Read it only after lnn_load returned NULL. */
struct lnn_model {
	uint8_t features;
	uint8_t context;
	uint8_t channels;
	uint8_t hidden;
	uint8_t labels;
	uint8_t solver;        /* enum solver */
	uint16_t timestep;     /* tenths of a millisecond; 0: adaptive */
	uint16_t mean_leak;    /* Q16 */
	uint16_t mean_start;   /* Q12 */
	uint16_t maximum_fall; /* Q15 */
	uint16_t rate_bound;   /* Q15, per hop */
	uint16_t blocks;       /* stored, over all matrices */
	struct matrix matrix[LNN_MATRICES];
	const char *id;
	const char *label[LNN_MAX_LABELS];

	int32_t context_bias[LNN_MAX_CHANNELS]; /* Q12, as all biases */
	int32_t gate_bias[LNN_MAX_GATES];
	int32_t attention_bias[1];
	int32_t read_out_bias[LNN_MAX_LABELS];
	uint16_t leak[LNN_MAX_HIDDEN]; /* Q15, per hop */
	int32_t front_end[2u * LNN_MAX_FEATURES]; /* Q12: `features` means, then as many factors */

	struct matrix_row row[LNN_MAX_ROWS];
	uint32_t weights[LNN_MAX_BLOCKS];
	uint8_t column[LNN_MAX_BLOCKS];
	char text[LNN_MAX_TEXT];
};

/* NULL, or what is wrong with the file. Then the model holds nothing of use. */
const char *lnn_load(struct lnn_model *model, const uint8_t *bytes, size_t count);

#endif
