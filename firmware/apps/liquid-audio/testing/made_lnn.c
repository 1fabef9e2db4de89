#include "made_lnn.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ossicle_bytes.h"
#include "ossicle_crc32.h"
#include "sha256.h"

#define HEADER_BYTES 44u
#define LONGEST_CODE 15u

struct coder {
	uint8_t length[256];
	uint16_t code[256];
};

struct bit_writer {
	uint8_t *to;
	size_t bits;
};

uint32_t made_dice(uint32_t *seed, uint32_t sides) {
	*seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes' generator: its high bits are good enough here */
	return (uint32_t)(((uint64_t)*seed * sides) >> 32);
}

struct made_recipe made_lnn_recipe(uint32_t seed) {
	return (struct made_recipe){
		.seed = seed, .features = 13, .context = 5, .channels = 64, .hidden = 80, .labels = 12,
		.solver = 0, .weight_bits = 8, .timestep = 160,
		.mean_leak = 64512, .mean_start = 2048, .maximum_fall = 128, .rate_bound = 10240,
		.stored_percent = 25, .least_exponent = -25, .most_exponent = -24, .largest_bias = 4096,
	};
}

static int32_t between(uint32_t *seed, int32_t least, int32_t most) {
	return least + (int32_t)made_dice(seed, (uint32_t)(most - least) + 1u);
}

static void fill_block(int8_t weights[4], int32_t largest, unsigned usable, uint32_t *seed) {
	bool is_zero = true;
	for (unsigned i = 0; i < usable; i++) {
		weights[i] = (int8_t)between(seed, -largest, largest);
		is_zero = is_zero && weights[i] == 0;
	}
	if (is_zero && usable > 0) {
		weights[0] = 1;
	}
}

/* Columns beyond `used` of each 16 stay 0 in the context matrix; all are used elsewhere. */
static void fill_matrix(struct made_matrix *matrix, unsigned rows, unsigned columns, unsigned used, const struct made_recipe *recipe, uint32_t *seed) {
	int32_t largest = (1 << (recipe->weight_bits - 1)) - 1;
	memset(matrix, 0, sizeof *matrix);
	matrix->rows = rows;
	matrix->columns = columns;
	for (unsigned r = 0; r < rows; r++) {
		bool is_empty = true;
		for (unsigned c = 0; c < columns; c += 4) {
			unsigned within = c % 16u;
			unsigned usable = used <= within ? 0 : used - within < 4u ? used - within : 4u;
			if (usable > 0 && made_dice(seed, 100) < recipe->stored_percent) {
				fill_block(&matrix->weight[r][c], largest, usable, seed);
				is_empty = false;
			}
		}
		if (!is_empty) {
			matrix->mantissa[r] = (uint16_t)between(seed, 0x8000, 0xFFFF);
			matrix->exponent[r] = (int8_t)between(seed, recipe->least_exponent, recipe->most_exponent);
		}
	}
}

static void fill_vector(int32_t *to, unsigned count, int32_t least, int32_t most, uint32_t *seed) {
	for (unsigned i = 0; i < count; i++) {
		to[i] = between(seed, least, most);
	}
}

void made_lnn_fill(struct made_lnn *made, const struct made_recipe *recipe) {
	uint32_t seed = recipe->seed;
	const unsigned gates = 2u * recipe->hidden;
	memset(made, 0, sizeof *made);
	made->recipe = *recipe;
	fill_matrix(&made->matrix[LNN_CONTEXT], recipe->channels, 16u * recipe->context, recipe->features, recipe, &seed);
	fill_matrix(&made->matrix[LNN_INPUT], gates, recipe->channels, 16, recipe, &seed);
	fill_matrix(&made->matrix[LNN_RECURRENT], gates, recipe->hidden, 16, recipe, &seed);
	fill_matrix(&made->matrix[LNN_ATTENTION], 1, recipe->hidden, 16, recipe, &seed);
	fill_matrix(&made->matrix[LNN_READ_OUT], recipe->labels, gates, 16, recipe, &seed);
	fill_vector(made->context_bias, recipe->channels, -recipe->largest_bias, recipe->largest_bias, &seed);
	fill_vector(made->gate_bias, gates, -recipe->largest_bias, recipe->largest_bias, &seed);
	fill_vector(made->attention_bias, 1, -recipe->largest_bias, recipe->largest_bias, &seed);
	fill_vector(made->read_out_bias, recipe->labels, -recipe->largest_bias, recipe->largest_bias, &seed);
	fill_vector(made->leak, recipe->hidden, 0, recipe->rate_bound, &seed);
	fill_vector(made->front_end, recipe->features, -16384, 16384, &seed);
	fill_vector(made->front_end + recipe->features, recipe->features, 1024, 8192, &seed);
	snprintf(made->names[0], sizeof made->names[0], "made-%08x-............", (unsigned)recipe->seed);
	for (unsigned i = 0; i < recipe->labels; i++) {
		snprintf(made->names[1u + i], sizeof made->names[0], "label%u", i);
	}
}

/* Any complete code: leaves are split at random until there are enough. */
static void make_code(struct coder *coder, const bool used[256], uint32_t *seed) {
	uint8_t leaves[256] = { 0 };
	unsigned symbols = 0, count = 1;
	for (unsigned s = 0; s < 256u; s++) {
		symbols += used[s];
	}
	while (count < symbols) {
		unsigned leaf = made_dice(seed, count);
		if (leaves[leaf] < LONGEST_CODE) {
			leaves[leaf]++;
			leaves[count++] = leaves[leaf];
		}
	}
	if (symbols == 1) {
		leaves[0] = 1;
	}
	memset(coder, 0, sizeof *coder);
	for (unsigned s = 0, leaf = 0; s < 256u; s++) {
		if (used[s]) {
			coder->length[s] = leaves[leaf++];
		}
	}
	uint16_t code = 0;
	for (unsigned length = 1; length <= LONGEST_CODE; length++) {
		for (unsigned s = 0; s < 256u; s++) {
			if (coder->length[s] == length) {
				coder->code[s] = code++;
			}
		}
		code = (uint16_t)(code << 1);
	}
}

static void put_symbol(struct bit_writer *writer, const struct coder *coder, unsigned symbol) {
	for (unsigned i = coder->length[symbol]; i-- > 0;) {
		if (writer->bits % 8u == 0) {
			writer->to[writer->bits / 8u] = 0;
		}
		if ((coder->code[symbol] >> i & 1u) != 0) {
			writer->to[writer->bits / 8u] |= (uint8_t)(0x80u >> writer->bits % 8u);
		}
		writer->bits++;
	}
}

typedef void (*visitor)(void *context, unsigned gap, const int8_t *weights);

/* Calls `visit` for each stored block of a row, then once with NULL for its end. */
static void walk_row(const struct made_matrix *matrix, unsigned row, visitor visit, void *context) {
	unsigned gap = 0;
	for (unsigned c = 0; c < matrix->columns; c += 4) {
		static const int8_t zeros[4];
		const int8_t *weights = &matrix->weight[row][c];
		if (memcmp(weights, zeros, sizeof zeros) == 0) {
			gap++;
		} else {
			visit(context, gap, weights);
			gap = 0;
		}
	}
	visit(context, 63, NULL);
}

struct usage {
	bool weight[256];
	bool gap[256];
	uint32_t blocks;
};

static void note(void *context, unsigned gap, const int8_t *weights) {
	struct usage *usage = context;
	usage->gap[gap] = true;
	for (unsigned i = 0; weights != NULL && i < 4u; i++) {
		usage->weight[weights[i] + 128] = true;
	}
	usage->blocks += weights != NULL;
}

struct encoder {
	struct bit_writer writer;
	struct coder weight;
	struct coder gap;
};

static void encode(void *context, unsigned gap, const int8_t *weights) {
	struct encoder *encoder = context;
	put_symbol(&encoder->writer, &encoder->gap, gap);
	for (unsigned i = 0; weights != NULL && i < 4u; i++) {
		put_symbol(&encoder->writer, &encoder->weight, (unsigned)(weights[i] + 128));
	}
}

/* Where files are put together: larger than any may be. */
static uint8_t image[256u * 1024u];
static size_t at;

/* Returns where the payload begins; end_section writes its length. */
static size_t begin_section(uint8_t id, uint8_t kind, unsigned rows, unsigned columns, uint8_t fraction) {
	while (at % 4u != 0) {
		image[at++] = 0;
	}
	image[at] = id;
	image[at + 1] = kind;
	ossicle_put_u16(image + at + 2, (uint16_t)rows);
	ossicle_put_u16(image + at + 4, (uint16_t)columns);
	image[at + 6] = fraction;
	image[at + 7] = 0;
	at += 12;
	return at;
}

static void end_section(size_t payload) {
	ossicle_put_u32(image + payload - 4u, (uint32_t)(at - payload));
}

static void put_code(uint8_t id, const struct coder *coder, unsigned symbols) {
	size_t payload = begin_section(id, 1, 1, symbols, 0);
	for (unsigned s = 0; s < symbols; s += 2) {
		image[at++] = (uint8_t)(coder->length[s] | coder->length[s + 1u] << 4);
	}
	end_section(payload);
}

static void put_matrix(uint8_t id, const struct made_matrix *matrix, struct encoder *encoder) {
	size_t payload = begin_section(id, 2, matrix->rows, matrix->columns, 0);
	for (unsigned r = 0; r < matrix->rows; r++, at += 4) {
		ossicle_put_u16(image + at, matrix->mantissa[r]);
		image[at + 2] = (uint8_t)matrix->exponent[r];
		image[at + 3] = 0;
	}
	encoder->writer = (struct bit_writer){ image + at, 0 };
	for (unsigned r = 0; r < matrix->rows; r++) {
		walk_row(matrix, r, encode, encoder);
	}
	at += (encoder->writer.bits + 7u) / 8u;
	end_section(payload);
}

static void put_vector(uint8_t id, unsigned rows, unsigned columns, uint8_t fraction, const int32_t *values) {
	size_t payload = begin_section(id, 3, rows, columns, fraction);
	for (unsigned i = 0; i < rows * columns; i++, at += 4) {
		ossicle_put_u32(image + at, (uint32_t)values[i]);
	}
	end_section(payload);
}

static void put_names(const struct made_lnn *made) {
	size_t payload = begin_section(14, 4, 1, 1, 0);
	for (unsigned i = 0; i <= made->recipe.labels; i++) {
		size_t length = strlen(made->names[i]);
		if (i > 0) {
			image[at++] = '\n';
		}
		memcpy(image + at, made->names[i], length);
		at += length;
	}
	end_section(payload);
}

static void put_header(const struct made_lnn *made) {
	static const uint8_t magic[8] = { 0x4C, 0x4E, 0x4E, 0x1A, 1, 0, 14, 0 };
	const struct made_recipe *recipe = &made->recipe;
	memset(image, 0, HEADER_BYTES);
	memcpy(image, magic, sizeof magic);
	ossicle_put_u16(image + 16, recipe->features);
	ossicle_put_u16(image + 18, recipe->context);
	ossicle_put_u16(image + 20, recipe->channels);
	ossicle_put_u16(image + 22, recipe->hidden);
	ossicle_put_u16(image + 24, recipe->labels);
	image[26] = recipe->solver;
	image[27] = recipe->weight_bits;
	ossicle_put_u16(image + 28, recipe->timestep);
	ossicle_put_u16(image + 30, recipe->mean_leak);
	ossicle_put_u16(image + 32, recipe->mean_start);
	ossicle_put_u16(image + 34, recipe->maximum_fall);
	ossicle_put_u32(image + 36, made->blocks);
	ossicle_put_u16(image + 40, recipe->rate_bound);
	at = HEADER_BYTES;
}

size_t made_lnn_write(struct made_lnn *made, uint8_t *bytes) {
	const struct made_recipe *recipe = &made->recipe;
	static struct usage usage;
	static struct encoder encoder;
	uint32_t seed = recipe->seed ^ 0xC0DEu;
	memset(&usage, 0, sizeof usage);
	for (unsigned m = 0; m < LNN_MATRICES; m++) {
		for (unsigned r = 0; r < made->matrix[m].rows; r++) {
			walk_row(&made->matrix[m], r, note, &usage);
		}
	}
	usage.weight[129] = usage.weight[129] || usage.blocks == 0; /* a code has a symbol, used or not */
	made->blocks = usage.blocks;
	make_code(&encoder.weight, usage.weight, &seed);
	make_code(&encoder.gap, usage.gap, &seed);
	put_header(made);
	put_code(1, &encoder.weight, 256);
	put_code(2, &encoder.gap, 64);
	for (unsigned m = 0; m < LNN_MATRICES; m++) {
		put_matrix((uint8_t)(3u + m), &made->matrix[m], &encoder);
	}
	put_vector(8, 1, recipe->channels, 12, made->context_bias);
	put_vector(9, 1, 2u * recipe->hidden, 12, made->gate_bias);
	put_vector(10, 1, 1, 12, made->attention_bias);
	put_vector(11, 1, recipe->labels, 12, made->read_out_bias);
	put_vector(12, 1, recipe->hidden, 15, made->leak);
	put_vector(13, 2, recipe->features, 12, made->front_end);
	put_names(made);
	if (at > LNN_LARGEST_BYTES) {
		return 0;
	}
	made_lnn_seal(image, at);
	memcpy(bytes, image, at);
	return at;
}

size_t made_lnn_section(const uint8_t *bytes, size_t count, unsigned id) {
	size_t position = HEADER_BYTES;
	for (unsigned section = 1;; section++) {
		position = (position + 3u) / 4u * 4u;
		if (position + 12u > count) {
			return 0;
		}
		if (section == id) {
			return position;
		}
		size_t length = ossicle_get_u32(bytes + position + 8);
		if (length > count - position - 12u) {
			return 0;
		}
		position += 12u + length;
	}
}

void made_lnn_seal_frame(uint8_t *bytes, size_t count) {
	if (count >= HEADER_BYTES) {
		ossicle_put_u32(bytes + 8, (uint32_t)count);
		ossicle_put_u32(bytes + 12, ossicle_crc32(0, bytes + 16, count - 16u));
	}
}

void made_lnn_seal(uint8_t *bytes, size_t count) {
	size_t names = made_lnn_section(bytes, count, 14);
	if (names != 0) {
		uint8_t digest[SHA256_BYTES];
		char digits[13];
		size_t end = names + 12u;
		while (end < count && bytes[end] != '\n') {
			end++;
		}
		sha256(bytes + HEADER_BYTES, names - HEADER_BYTES, digest);
		for (unsigned i = 0; i < 6u; i++) {
			snprintf(digits + 2u * i, 3, "%02x", digest[i]);
		}
		if (end - names >= 24u) {
			memcpy(bytes + end - 12u, digits, 12);
		}
	}
	made_lnn_seal_frame(bytes, count);
}

double made_lnn_weight(const struct made_matrix *matrix, unsigned row, unsigned column) {
	return ldexp(matrix->weight[row][column] * (double)matrix->mantissa[row], matrix->exponent[row]);
}
