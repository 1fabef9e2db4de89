#include "lnn.h"

#include <stdbool.h>
#include <string.h>

#include "huffman.h"
#include "ossicle_bytes.h"
#include "ossicle_crc32.h"
#include "sha256.h"

#define HEADER_BYTES 44u
#define SECTION_HEAD_BYTES 12u
#define VERSION 1u
#define SECTIONS 14u
#define CRC_FROM 16u

#define WEIGHT_SYMBOLS 256u
#define WEIGHT_OF_SYMBOL_0 (-128)
#define GAP_SYMBOLS 64u
#define ROW_END 63
/* The widest row, 2 x 124 columns of the read-out, has 62 blocks: a gap, at most 62, reaches each of them. With 128, none
 * would reach the last. */
#define MOST_HIDDEN 124u
#define LEAST_EXPONENT (-40)
#define NORMALISED_MANTISSA 0x8000u

#define LONGEST_NAME 64u
#define ID_DIGITS 12u /* of the SHA-256, at the end of the model id */

#define FEATURE_FRACTION 10 /* of features and channels */
#define STATE_FRACTION 15   /* of everything else that is multiplied by a matrix */

enum kind { CODE = 1, MATRIX = 2, VECTOR = 3, TEXT = 4 };

/* Where the reader is. Errors are constant texts; the first one ends it. */
struct reader {
	struct lnn_model *model;
	const uint8_t *bytes;
	size_t count;
	size_t position;
	uint8_t sections; /* read so far */
	uint8_t weight_bits;
	uint32_t blocks; /* that the header promises */
	uint16_t rows;   /* stored so far, as are the blocks in model->blocks */
	struct huffman_code weight_code;
	struct huffman_code gap_code;
};

struct section {
	const uint8_t *payload;
	size_t bytes;
};

static bool within(uint32_t value, uint32_t least, uint32_t most) {
	return value >= least && value <= most;
}

static const char *check_frame(const struct reader *from) {
	static const uint8_t magic[4] = { 0x4C, 0x4E, 0x4E, 0x1A };
	const uint8_t *head = from->bytes;
	if (from->count < HEADER_BYTES || from->count > LNN_LARGEST_BYTES) {
		return ".lnn: fewer than 44 or more than 32768 bytes";
	}
	if (memcmp(head, magic, sizeof magic) != 0) {
		return ".lnn: the first four bytes are not LNN and SUB";
	}
	if (ossicle_get_u16(head + 4) != VERSION || ossicle_get_u16(head + 6) != SECTIONS) {
		return ".lnn: not version 1 with 14 sections";
	}
	if (ossicle_get_u32(head + 8) != from->count) {
		return ".lnn: its length field is not its length";
	}
	if (ossicle_get_u32(head + 12) != ossicle_crc32(0, head + CRC_FROM, from->count - CRC_FROM)) {
		return ".lnn: wrong CRC";
	}
	return NULL;
}

static const char *check_sizes(const uint8_t *head) {
	uint16_t features = ossicle_get_u16(head + 16), context = ossicle_get_u16(head + 18);
	uint16_t channels = ossicle_get_u16(head + 20), hidden = ossicle_get_u16(head + 22), labels = ossicle_get_u16(head + 24);
	if (!within(features, 1, 16) || !within(context, 1, 8) || !within(channels, 4, 128) || channels % MATRIX_BLOCK != 0 ||
		!within(hidden, 4, MOST_HIDDEN) || hidden % MATRIX_BLOCK != 0 || !within(labels, 2, 32)) {
		return ".lnn: features, context, channels, hidden or labels out of range";
	}
	if (context > LNN_MAX_CONTEXT || channels > LNN_MAX_CHANNELS || hidden > LNN_MAX_HIDDEN || labels > LNN_MAX_LABELS) {
		return ".lnn: more context, channels, hidden units or labels than this build has room for (LNN_MAX_)";
	}
	if (ossicle_get_u32(head + 36) > LNN_MAX_BLOCKS) {
		return ".lnn: more blocks of weights than this build has room for (make MAX_BLOCKS=)";
	}
	return NULL;
}

static const char *read_header(struct reader *from) {
	struct lnn_model *model = from->model;
	const uint8_t *head = from->bytes;
	const char *wrong = check_frame(from);
	if (wrong == NULL) {
		wrong = check_sizes(head);
	}
	if (wrong != NULL) {
		return wrong;
	}
	model->features = head[16];
	model->context = head[18];
	model->channels = head[20];
	model->hidden = head[22];
	model->labels = head[24];
	model->solver = head[26];
	from->weight_bits = head[27];
	model->timestep = ossicle_get_u16(head + 28);
	model->mean_leak = ossicle_get_u16(head + 30);
	model->mean_start = ossicle_get_u16(head + 32);
	model->maximum_fall = ossicle_get_u16(head + 34);
	from->blocks = ossicle_get_u32(head + 36);
	model->rate_bound = ossicle_get_u16(head + 40);
	if (model->solver > 3u || !within(from->weight_bits, 2, 8) || (model->timestep != 0 && !within(model->timestep, 10, 500)) ||
		model->maximum_fall > 0x8000u || !within(model->rate_bound, 1, 0x8000u) || ossicle_get_u16(head + 42) != 0) {
		return ".lnn: solver, weightBits, timestep, maximumFall or rateBound out of range";
	}
	from->position = HEADER_BYTES;
	return NULL;
}

/* Moves on to the next section; its payload lies within the file then. */
static const char *next_section(
	struct reader *from, uint8_t kind, uint32_t rows, uint32_t columns, uint8_t fraction, struct section *section
) {
	while (from->position % 4u != 0 && from->position < from->count) {
		if (from->bytes[from->position++] != 0) {
			return ".lnn: a byte between two sections that is not 0";
		}
	}
	if (from->count - from->position < SECTION_HEAD_BYTES) {
		return ".lnn: ends before its last section";
	}
	const uint8_t *head = from->bytes + from->position;
	from->sections++;
	if (head[0] != from->sections || head[1] != kind || ossicle_get_u16(head + 2) != rows || ossicle_get_u16(head + 4) != columns ||
		head[6] != fraction || head[7] != 0) {
		return ".lnn: a section of another id, kind, size or fraction than expected there";
	}
	from->position += SECTION_HEAD_BYTES;
	if (ossicle_get_u32(head + 8) > from->count - from->position) {
		return ".lnn: a section longer than the file";
	}
	section->payload = from->bytes + from->position;
	section->bytes = ossicle_get_u32(head + 8);
	from->position += section->bytes;
	return NULL;
}

static const char *read_code(struct reader *from, struct huffman_code *code, unsigned symbols) {
	struct section section;
	const char *wrong = next_section(from, CODE, 1, symbols, 0, &section);
	if (wrong != NULL) {
		return wrong;
	}
	if (section.bytes != symbols / 2u) {
		return ".lnn: a code of another length than its symbols need";
	}
	if (symbols == WEIGHT_SYMBOLS && (section.payload[0] & 15u) != 0) {
		return ".lnn: a code for the weight -128";
	}
	return huffman_build(code, section.payload, symbols) ? NULL : ".lnn: code lengths that make no complete code";
}

/* Four weights, of which one at least is not 0. */
static const char *read_block(struct reader *from, struct huffman_bits *bits, int8_t weights[MATRIX_BLOCK]) {
	int largest = (1 << (from->weight_bits - 1)) - 1;
	bool is_zero = true;
	for (unsigned i = 0; i < MATRIX_BLOCK; i++) {
		int symbol = huffman_read(&from->weight_code, bits);
		int weight = symbol + WEIGHT_OF_SYMBOL_0;
		if (symbol == HUFFMAN_NONE || weight > largest || weight < -largest) {
			return ".lnn: weights that end too early, or one that does not fit into weightBits";
		}
		weights[i] = (int8_t)weight;
		is_zero = is_zero && weight == 0;
	}
	return is_zero ? ".lnn: a stored block of zeros" : NULL;
}

/* Columns of the context matrix beyond the features of a hop have no input. */
static bool has_weight_without_feature(const struct lnn_model *model, unsigned column, const int8_t weights[MATRIX_BLOCK]) {
	for (unsigned i = 0; i < MATRIX_BLOCK; i++) {
		if (weights[i] != 0 && (MATRIX_BLOCK * column + i) % LNN_MAX_FEATURES >= model->features) {
			return true;
		}
	}
	return false;
}

/* No sum of a row can overflow: 2 x 124 columns x 127 x 2^15 is less than 2^31. */
static const char *read_row(struct reader *from, struct huffman_bits *bits, unsigned width, bool is_context, uint8_t *count) {
	struct lnn_model *model = from->model;
	unsigned column = 0; /* in blocks, as is the width */
	int8_t weights[MATRIX_BLOCK];
	for (*count = 0;; (*count)++, column++) {
		int gap = huffman_read(&from->gap_code, bits);
		if (gap == ROW_END) {
			return NULL;
		}
		if (gap == HUFFMAN_NONE || column + (unsigned)gap >= width) {
			return ".lnn: a row that does not end, or a block beyond its end";
		}
		column += (unsigned)gap;
		const char *wrong = read_block(from, bits, weights);
		if (wrong != NULL) {
			return wrong;
		}
		if (is_context && has_weight_without_feature(model, column, weights)) {
			return ".lnn: a weight for a feature there is not";
		}
		if (model->blocks == from->blocks) {
			return ".lnn: more blocks than its header says";
		}
		model->weights[model->blocks] = matrix_pack(weights);
		model->column[model->blocks++] = (uint8_t)column;
	}
}

static const char *read_scale(const uint8_t *at, uint8_t blocks, int activation_fraction, struct matrix_row *row) {
	uint16_t mantissa = ossicle_get_u16(at);
	int exponent = at[2] < 0x80u ? at[2] : at[2] - 0x100;
	bool is_sound = blocks == 0 ? mantissa == 0 && exponent == 0
				    : mantissa >= NORMALISED_MANTISSA && exponent >= LEAST_EXPONENT && exponent <= 0;
	if (!is_sound || at[3] != 0) {
		return ".lnn: a row scale out of range";
	}
	row->mantissa = mantissa;
	row->left = (int8_t)(32 - (activation_fraction - MATRIX_FRACTION - exponent));
	row->blocks = blocks;
	return NULL;
}

struct shape {
	enum lnn_matrix which;
	uint32_t rows;
	uint32_t columns;
	int fraction; /* of what it is multiplied with */
};

static const char *read_rows(struct reader *from, const struct shape *shape, const uint8_t *scales, struct huffman_bits *bits) {
	for (unsigned r = 0; r < shape->rows; r++) {
		uint8_t blocks;
		const char *wrong = read_row(from, bits, shape->columns / MATRIX_BLOCK, shape->which == LNN_CONTEXT, &blocks);
		if (wrong == NULL) {
			wrong = read_scale(scales + 4u * r, blocks, shape->fraction, &from->model->row[from->rows++]);
		}
		if (wrong != NULL) {
			return wrong;
		}
	}
	return huffman_is_at_end(bits) ? NULL : ".lnn: something after the last row of a matrix";
}

static const char *read_matrix(struct reader *from, const struct shape *shape) {
	struct lnn_model *model = from->model;
	struct section section;
	const char *wrong = next_section(from, MATRIX, shape->rows, shape->columns, 0, &section);
	if (wrong != NULL) {
		return wrong;
	}
	size_t scale_bytes = 4u * (size_t)shape->rows;
	if (section.bytes < scale_bytes) {
		return ".lnn: a matrix without room for its row scales";
	}
	struct huffman_bits bits = { section.payload + scale_bytes, 8u * (section.bytes - scale_bytes), 0 };
	model->matrix[shape->which] = (struct matrix){
		.row = model->row + from->rows,
		.weights = model->weights + model->blocks,
		.columns = model->column + model->blocks,
		.rows = (uint16_t)shape->rows,
	};
	return read_rows(from, shape, section.payload, &bits);
}

static const char *read_vector(struct reader *from, uint32_t rows, uint32_t columns, uint8_t fraction, int32_t *to) {
	struct section section;
	const char *wrong = next_section(from, VECTOR, rows, columns, fraction, &section);
	if (wrong != NULL) {
		return wrong;
	}
	if (section.bytes != 4u * (size_t)rows * columns) {
		return ".lnn: a vector of another length than its numbers need";
	}
	for (uint32_t i = 0; i < rows * columns; i++) {
		to[i] = (int32_t)ossicle_get_u32(section.payload + 4u * i);
	}
	return NULL;
}

static const char *read_leaks(struct reader *from) {
	struct lnn_model *model = from->model;
	struct section section;
	const char *wrong = next_section(from, VECTOR, 1, model->hidden, 15, &section);
	if (wrong != NULL) {
		return wrong;
	}
	if (section.bytes != 4u * (size_t)model->hidden) {
		return ".lnn: a vector of another length than its numbers need";
	}
	for (unsigned i = 0; i < model->hidden; i++) {
		uint32_t leak = ossicle_get_u32(section.payload + 4u * i);
		if (leak > model->rate_bound) {
			return ".lnn: a leak outside 0 to rateBound";
		}
		model->leak[i] = (uint16_t)leak;
	}
	return NULL;
}

/* The model id names its weights, biases and front end: that is what a run's record rests on. */
static bool ends_in_digest(const char *id, const uint8_t *bytes, size_t count) {
	uint8_t digest[SHA256_BYTES];
	size_t length = strlen(id);
	sha256(bytes, count, digest);
	if (length < ID_DIGITS) {
		return false;
	}
	for (unsigned i = 0; i < ID_DIGITS; i++) {
		unsigned nibble = i % 2u == 0 ? digest[i / 2u] >> 4 : digest[i / 2u] & 15u;
		if (id[length - ID_DIGITS + i] != "0123456789abcdef"[nibble]) {
			return false;
		}
	}
	return true;
}

/* The lines become strings; the last one ends with the section. */
static const char *split_names(struct lnn_model *model, size_t bytes) {
	unsigned lines = 0;
	size_t begin = 0;
	model->text[bytes] = '\n';
	for (size_t i = 0; i <= bytes; i++) {
		if (model->text[i] != '\n') {
			if (model->text[i] <= ' ' || model->text[i] > '~') {
				return ".lnn: a name with a byte that is not printable ASCII";
			}
			continue;
		}
		if (i == begin || i - begin > LONGEST_NAME || lines > model->labels) {
			return ".lnn: a name of no or more than 64 characters, or one too many";
		}
		model->text[i] = 0;
		*(lines == 0 ? &model->id : &model->label[lines - 1u]) = model->text + begin;
		lines++;
		begin = i + 1u;
	}
	return lines == model->labels + 1u ? NULL : ".lnn: not one line for the model id and each label";
}

static const char *read_names(struct reader *from) {
	struct section section;
	const char *wrong = next_section(from, TEXT, 1, 1, 0, &section);
	if (wrong != NULL) {
		return wrong;
	}
	if (section.bytes >= LNN_MAX_TEXT) {
		return ".lnn: longer names than this build has room for (LNN_MAX_TEXT)";
	}
	if (from->position != from->count) {
		return ".lnn: something after its last section";
	}
	memcpy(from->model->text, section.payload, section.bytes);
	wrong = split_names(from->model, section.bytes);
	if (wrong != NULL) {
		return wrong;
	}
	size_t names_from = (size_t)(section.payload - from->bytes) - SECTION_HEAD_BYTES;
	return ends_in_digest(from->model->id, from->bytes + HEADER_BYTES, names_from - HEADER_BYTES)
		? NULL
		: ".lnn: a model id that does not end in the digest of the contents";
}

static const char *read_matrices(struct reader *from) {
	const struct lnn_model *model = from->model;
	uint32_t gates = 2u * model->hidden;
	const struct shape shapes[LNN_MATRICES] = {
		{ LNN_CONTEXT, model->channels, model->context * LNN_MAX_FEATURES, FEATURE_FRACTION },
		{ LNN_INPUT, gates, model->channels, FEATURE_FRACTION },
		{ LNN_RECURRENT, gates, model->hidden, STATE_FRACTION },
		{ LNN_ATTENTION, 1, model->hidden, STATE_FRACTION },
		{ LNN_READ_OUT, model->labels, 2u * model->hidden, STATE_FRACTION },
	};
	const char *wrong = NULL;
	for (unsigned i = 0; i < LNN_MATRICES && wrong == NULL; i++) {
		wrong = read_matrix(from, &shapes[i]);
	}
	if (wrong == NULL && model->blocks != from->blocks) {
		wrong = ".lnn: fewer blocks than its header says";
	}
	return wrong;
}

static const char *read_vectors(struct reader *from) {
	struct lnn_model *model = from->model;
	const char *wrong = read_vector(from, 1, model->channels, 12, model->context_bias);
	if (wrong == NULL) {
		wrong = read_vector(from, 1, 2u * model->hidden, 12, model->gate_bias);
	}
	if (wrong == NULL) {
		wrong = read_vector(from, 1, 1, 12, model->attention_bias);
	}
	if (wrong == NULL) {
		wrong = read_vector(from, 1, model->labels, 12, model->read_out_bias);
	}
	if (wrong == NULL) {
		wrong = read_leaks(from);
	}
	return wrong != NULL ? wrong : read_vector(from, 2, model->features, 12, model->front_end);
}

const char *lnn_load(struct lnn_model *model, const uint8_t *bytes, size_t count) {
	struct reader from = { .model = model, .bytes = bytes, .count = count };
	memset(model, 0, sizeof *model);
	const char *wrong = read_header(&from);
	if (wrong == NULL) {
		wrong = read_code(&from, &from.weight_code, WEIGHT_SYMBOLS);
	}
	if (wrong == NULL) {
		wrong = read_code(&from, &from.gap_code, GAP_SYMBOLS);
	}
	if (wrong == NULL) {
		wrong = read_matrices(&from);
	}
	if (wrong == NULL) {
		wrong = read_vectors(&from);
	}
	return wrong != NULL ? wrong : read_names(&from);
}
