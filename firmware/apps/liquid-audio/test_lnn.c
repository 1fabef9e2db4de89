/* The loader: what is written is what is read, and whatever is not to the letter is refused, with the reason. */
#include "lnn.h"

#include <stdlib.h>

#include "model.h"
#include "ossicle_bytes.h"
#include "sha256.h"
#include "testing/expect.h"
#include "testing/made_lnn.h"

static struct made_lnn made;
static struct lnn_model model;
static uint8_t file[LNN_LARGEST_BYTES];
static size_t file_bytes;

/* In a buffer of exactly its size, so that the address sanitizer sees a byte read beyond it. */
static const char *load(const uint8_t *bytes, size_t count) {
	uint8_t *copy = malloc(count > 0 ? count : 1u);
	if (copy == NULL) {
		abort();
	}
	if (count > 0) {
		memcpy(copy, bytes, count);
	}
	const char *wrong = lnn_load(&model, copy, count);
	free(copy);
	return wrong;
}

static void expect_loads(const struct made_recipe *recipe) {
	made_lnn_fill(&made, recipe);
	file_bytes = made_lnn_write(&made, file);
	EXPECT(file_bytes > 0);
	const char *wrong = load(file, file_bytes);
	if (wrong != NULL) {
		printf("  seed %u: %s\n", (unsigned)recipe->seed, wrong);
	}
	EXPECT(wrong == NULL);
}

/* The matrix as it was decoded, unpacked again. */
static void expect_matrix(enum lnn_matrix which, int activation_fraction) {
	const struct made_matrix *written = &made.matrix[which];
	const struct matrix *read = &model.matrix[which];
	const uint32_t *weights = read->weights;
	const uint8_t *column = read->columns;
	EXPECT_EQUAL(read->rows, written->rows);
	for (unsigned r = 0; r < read->rows; r++) {
		static int8_t row[MADE_COLUMNS];
		memset(row, 0, sizeof row);
		for (unsigned block = 0; block < read->row[r].blocks; block++, weights++, column++) {
			int8_t *to = row + 4u * *column;
			to[0] = (int8_t)(*weights & 255u);
			to[1] = (int8_t)(*weights >> 16 & 255u);
			to[2] = (int8_t)(*weights >> 8 & 255u);
			to[3] = (int8_t)(*weights >> 24);
		}
		EXPECT(memcmp(row, written->weight[r], sizeof row) == 0);
		EXPECT_EQUAL(read->row[r].mantissa, written->mantissa[r]);
		EXPECT_EQUAL(read->row[r].left, 32 - (activation_fraction - 12 - written->exponent[r]));
	}
}

static void expect_model(void) {
	const struct made_recipe *recipe = &made.recipe;
	EXPECT_EQUAL(model.features, recipe->features);
	EXPECT_EQUAL(model.context, recipe->context);
	EXPECT_EQUAL(model.channels, recipe->channels);
	EXPECT_EQUAL(model.hidden, recipe->hidden);
	EXPECT_EQUAL(model.labels, recipe->labels);
	EXPECT_EQUAL(model.solver, recipe->solver);
	EXPECT_EQUAL(model.timestep, recipe->timestep);
	EXPECT_EQUAL(model.mean_leak, recipe->mean_leak);
	EXPECT_EQUAL(model.mean_start, recipe->mean_start);
	EXPECT_EQUAL(model.maximum_fall, recipe->maximum_fall);
	EXPECT_EQUAL(model.rate_bound, recipe->rate_bound);
	EXPECT_EQUAL(model.blocks, made.blocks);
	expect_matrix(LNN_CONTEXT, 10);
	expect_matrix(LNN_INPUT, 10);
	expect_matrix(LNN_RECURRENT, 15);
	expect_matrix(LNN_ATTENTION, 15);
	expect_matrix(LNN_READ_OUT, 15);
	EXPECT(memcmp(model.context_bias, made.context_bias, 4u * recipe->channels) == 0);
	EXPECT(memcmp(model.gate_bias, made.gate_bias, 8u * recipe->hidden) == 0);
	EXPECT_EQUAL(model.attention_bias[0], made.attention_bias[0]);
	EXPECT(memcmp(model.read_out_bias, made.read_out_bias, 4u * recipe->labels) == 0);
	EXPECT(memcmp(model.front_end, made.front_end, 8u * recipe->features) == 0);
	for (unsigned i = 0; i < recipe->hidden; i++) {
		EXPECT_EQUAL(model.leak[i], made.leak[i]);
	}
	EXPECT(strncmp(model.id, made.names[0], strlen(made.names[0]) - 12u) == 0);
	EXPECT_EQUAL(strlen(model.id), strlen(made.names[0]));
	for (unsigned i = 0; i < recipe->labels; i++) {
		EXPECT(strcmp(model.label[i], made.names[1u + i]) == 0);
	}
}

static void what_is_written_is_read(void) {
	uint32_t seed = 1;
	for (unsigned i = 0; i < 200 && expect_ok; i++) {
		struct made_recipe recipe = made_lnn_recipe(i);
		recipe.features = (uint16_t)(1u + made_dice(&seed, 16));
		recipe.context = (uint16_t)(1u + made_dice(&seed, LNN_MAX_CONTEXT));
		recipe.channels = (uint16_t)(4u + 4u * made_dice(&seed, LNN_MAX_CHANNELS / 4u));
		recipe.hidden = (uint16_t)(4u + 4u * made_dice(&seed, LNN_MAX_HIDDEN / 4u));
		recipe.labels = (uint16_t)(2u + made_dice(&seed, LNN_MAX_LABELS - 1u));
		recipe.solver = (uint8_t)made_dice(&seed, 4);
		recipe.weight_bits = (uint8_t)(2u + made_dice(&seed, 7));
		recipe.timestep = (uint16_t)(made_dice(&seed, 2) * (10u + made_dice(&seed, 491)));
		recipe.mean_leak = (uint16_t)made_dice(&seed, 65536);
		recipe.mean_start = (uint16_t)made_dice(&seed, 65536);
		recipe.maximum_fall = (uint16_t)made_dice(&seed, 32769);
		recipe.rate_bound = (uint16_t)(1u + made_dice(&seed, 32768));
		recipe.stored_percent = made_dice(&seed, 26);
		recipe.least_exponent = -40;
		recipe.most_exponent = 0;
		recipe.largest_bias = 0x3FFFFFFF;
		expect_loads(&recipe);
		expect_model();
	}
}

static void the_model_of_this_tree_loads(void) {
	const char *wrong = lnn_load(&model, model_lnn, (size_t)(model_lnn_end - model_lnn));
	if (wrong != NULL) {
		printf("  %s\n", wrong);
	}
	EXPECT(wrong == NULL);
	EXPECT(wrong != NULL || strcmp(model.label[model.labels - 1], "silence") == 0);
}

static void no_part_of_a_file_loads(void) {
	struct made_recipe recipe = made_lnn_recipe(3);
	recipe.channels = recipe.hidden = 12;
	expect_loads(&recipe);
	for (size_t count = 0; count < file_bytes; count++) {
		static uint8_t cut[LNN_LARGEST_BYTES];
		EXPECT(load(file, count) != NULL);
		memcpy(cut, file, count);
		made_lnn_seal(cut, count); /* ... nor when its length and CRC say that this is all there is */
		EXPECT(load(cut, count) != NULL);
	}
	file[file_bytes] = 0;
	EXPECT(load(file, file_bytes + 1u) != NULL);
	made_lnn_seal(file, file_bytes + 1u);
	EXPECT(load(file, file_bytes + 1u) != NULL);
}

static void no_flipped_bit_loads(void) {
	struct made_recipe recipe = made_lnn_recipe(4);
	recipe.channels = recipe.hidden = 4;
	expect_loads(&recipe);
	for (size_t bit = 0; bit < 8u * file_bytes; bit++) {
		file[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
		EXPECT(load(file, file_bytes) != NULL);
		file[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
	}
	EXPECT(load(file, file_bytes) == NULL);
}

static void expect_refused(const char *text) {
	const char *wrong = load(file, file_bytes);
	if (wrong == NULL || strstr(wrong, text) == NULL) {
		printf("  expected `%s`, got `%s`\n", text, wrong != NULL ? wrong : "no error");
		expect_ok = false;
	}
}

/* A file whose bytes [at, at + count) are others, otherwise in order; and what the loader says to it. */
static void refused(size_t at, const void *bytes, size_t count, const char *text) {
	static uint8_t changed[LNN_LARGEST_BYTES];
	memcpy(changed, file, file_bytes);
	EXPECT(at + count <= file_bytes && memcmp(changed + at, bytes, count) != 0);
	memcpy(changed + at, bytes, count);
	uint32_t length = ossicle_get_u32(changed + 8);
	made_lnn_seal(changed, file_bytes);
	if (at == 8) {
		ossicle_put_u32(changed + 8, length);
	}
	const char *wrong = load(changed, file_bytes);
	if (wrong == NULL || strstr(wrong, text) == NULL) {
		printf("  byte %u: expected `%s`, got `%s`\n", (unsigned)at, text, wrong != NULL ? wrong : "no error");
		expect_ok = false;
	}
}

static void refused_u16(size_t at, unsigned value, const char *text) {
	uint8_t bytes[2];
	ossicle_put_u16(bytes, (uint16_t)value);
	refused(at, bytes, sizeof bytes, text);
}

static void refused_u32(size_t at, uint32_t value, const char *text) {
	uint8_t bytes[4];
	ossicle_put_u32(bytes, value);
	refused(at, bytes, sizeof bytes, text);
}

static void refuses_each_field_of_the_header(void) {
	struct made_recipe recipe = made_lnn_recipe(5);
	recipe.channels = recipe.hidden = 8;
	expect_loads(&recipe);
	refused(0, "LNM", 3, "first four bytes");
	refused_u16(4, 2, "version 1");
	refused_u16(6, 13, "14 sections");
	refused_u32(8, (uint32_t)file_bytes - 1u, "length field");
	refused_u16(16, 0, "out of range");
	refused_u16(16, 17, "out of range");
	refused_u16(18, 0, "out of range");
	refused_u16(18, 9, "out of range");
	refused_u16(18, LNN_MAX_CONTEXT + 1u, "room for (LNN_MAX_)");
	refused_u16(20, 0, "out of range");
	refused_u16(20, 10, "out of range");
	refused_u16(20, 132, "out of range");
	refused_u16(20, LNN_MAX_CHANNELS + 4u, "room for (LNN_MAX_)");
	refused_u16(22, 6, "out of range");
	refused_u16(22, 128, "out of range");
	refused_u16(22, 124, "room for (LNN_MAX_)");
	refused_u16(22, LNN_MAX_HIDDEN + 4u, "room for (LNN_MAX_)");
	refused_u16(24, 1, "out of range");
	refused_u16(24, 33, "out of range");
	refused_u16(24, LNN_MAX_LABELS + 1u, "room for (LNN_MAX_)");
	refused(26, "\4", 1, "solver");
	refused(27, "\1", 1, "weightBits");
	refused(27, "\11", 1, "weightBits");
	refused_u16(28, 9, "timestep");
	refused_u16(28, 501, "timestep");
	refused_u16(34, 0x8001, "maximumFall");
	refused_u32(36, LNN_MAX_BLOCKS + 1u, "make MAX_BLOCKS=");
	refused_u32(36, made.blocks - 1u, "more blocks than its header");
	refused_u32(36, made.blocks + 1u, "fewer blocks than its header");
	refused_u16(40, 0, "rateBound");
	refused_u16(40, 0x8001, "rateBound");
	refused_u16(42, 1, "out of range");
}

static void refuses_sections_that_are_not_to_the_letter(void) {
	struct made_recipe recipe = made_lnn_recipe(6);
	recipe.channels = recipe.hidden = 8;
	recipe.stored_percent = 60;
	expect_loads(&recipe);
	for (unsigned id = 1; id <= 14; id++) {
		size_t head = made_lnn_section(file, file_bytes, id);
		uint8_t wrong = (uint8_t)(file[head] + 1u);
		refused(head, &wrong, 1, "another id");
		wrong = (uint8_t)(file[head + 1] % 4u + 1u);
		refused(head + 1, &wrong, 1, "another id");
		refused_u16(head + 2, ossicle_get_u16(file + head + 2) + 4u, "another id");
		refused_u16(head + 4, ossicle_get_u16(file + head + 4) + 4u, "another id");
		wrong = (uint8_t)(file[head + 6] + 1u);
		refused(head + 6, &wrong, 1, "another id");
		refused(head + 7, "\1", 1, "another id");
		refused_u32(head + 8, 0xFFFFFFFFu, "longer than the file");
		refused_u32(head + 8, ossicle_get_u32(file + head + 8) + 4u, "");
		refused_u32(head + 8, ossicle_get_u32(file + head + 8) - 1u, "");
		refused_u32(head + 8, 0, "");
	}
}

static void refuses_contents_that_mean_nothing(void) {
	struct made_recipe recipe = made_lnn_recipe(7);
	recipe.channels = recipe.hidden = 8;
	recipe.stored_percent = 60;
	recipe.features = 14; /* 5 x 16 columns, two of each 16 without a feature */
	expect_loads(&recipe);
	size_t weights = made_lnn_section(file, file_bytes, 1) + 12u, gaps = made_lnn_section(file, file_bytes, 2) + 12u;
	size_t input = made_lnn_section(file, file_bytes, 4) + 12u, leak = made_lnn_section(file, file_bytes, 12) + 12u;
	size_t names = made_lnn_section(file, file_bytes, 14) + 12u;
	uint8_t lengths[128] = { 0 };
	refused(weights, "\1", 1, "-128");
	refused(weights, lengths, 128, "no complete code");
	lengths[4] = 0x02;
	refused(weights, lengths, 128, "no complete code"); /* one symbol, of length 2 */
	lengths[4] = 0x11;
	lengths[5] = 0x01;
	refused(weights, lengths, 128, "no complete code"); /* three codes of one bit */
	memset(lengths, 0, sizeof lengths);
	refused(gaps, lengths, 32, "no complete code");
	lengths[31] = 0x10; /* `end` only: code 0 */
	refused(gaps, lengths, 32, "row");
	refused_u16(input, 0x7FFF, "row scale");
	refused(input + 2, "\1", 1, "row scale");
	refused(input + 2, "\327", 1, "row scale"); /* -41 */
	refused(input + 3, "\1", 1, "row scale");
	refused_u32(leak, recipe.rate_bound + 1u, "leak");
	refused_u32(leak, 0xFFFFFFFFu, "leak");
	refused(names + 30, " ", 1, "printable");
	refused(names + 30, "\177", 1, "printable");
	refused(names + 30, "\0", 1, "printable");
	refused(names + strlen(made.names[0]), "x", 1, "one line for the model id and each label");
	refused(names + strlen(made.names[0]) + 1u, "\n", 1, "a name of no");
	refused(names + strlen(made.names[0]) + 3u, "\n", 1, "one too many");
}

static void refuses_an_id_of_other_contents(void) {
	struct made_recipe recipe = made_lnn_recipe(11);
	recipe.channels = recipe.hidden = 8;
	expect_loads(&recipe);
	file[made_lnn_section(file, file_bytes, 8) + 12u] ^= 1u; /* a bias */
	expect_refused("CRC");
	made_lnn_seal_frame(file, file_bytes);
	expect_refused("digest");
	made_lnn_seal(file, file_bytes);
	EXPECT(load(file, file_bytes) == NULL);
}

static void refuses_a_weight_too_large_for_weight_bits(void) {
	struct made_recipe recipe = made_lnn_recipe(8);
	recipe.weight_bits = 4;
	expect_loads(&recipe);
	refused(27, "\3", 1, "weightBits");
}

static void refuses_a_weight_without_feature(void) {
	struct made_recipe recipe = made_lnn_recipe(9);
	made_lnn_fill(&made, &recipe);
	made.matrix[LNN_CONTEXT].weight[2][13] = 1;
	made.matrix[LNN_CONTEXT].mantissa[2] = 0x8000;
	file_bytes = made_lnn_write(&made, file);
	expect_refused("feature there is not");
}

static void refuses_names_it_has_no_room_for(void) {
	struct made_recipe recipe = made_lnn_recipe(10);
	made_lnn_fill(&made, &recipe);
	for (unsigned i = 1; i <= recipe.labels; i++) {
		memset(made.names[i], 'a', 64);
	}
	file_bytes = made_lnn_write(&made, file);
	expect_refused("LNN_MAX_TEXT");
	made_lnn_fill(&made, &recipe);
	memset(made.names[1], 'a', 64);
	file_bytes = made_lnn_write(&made, file);
	const char *wrong = load(file, file_bytes);
	EXPECT(wrong == NULL && strlen(model.label[0]) == 64);
}

/* FIPS 180-4's examples, and one for each length around the end of a block. */
static void digests(void) {
	static const char *const expected[] = {
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "", /* no bytes */
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	};
	for (unsigned i = 0; i < 6; i += 2) {
		uint8_t digest[SHA256_BYTES];
		char digits[2 * SHA256_BYTES + 1];
		sha256((const uint8_t *)expected[i + 1], strlen(expected[i + 1]), digest);
		for (unsigned b = 0; b < SHA256_BYTES; b++) {
			snprintf(digits + 2 * b, 3, "%02x", digest[b]);
		}
		EXPECT(strcmp(digits, expected[i]) == 0);
	}
	/* sum of the first bytes of the digests of 'a' x n, n = 0 to 130: against python's hashlib */
	unsigned sum = 0;
	char text[131];
	memset(text, 'a', sizeof text);
	for (unsigned n = 0; n <= 130; n++) {
		uint8_t digest[SHA256_BYTES];
		sha256((const uint8_t *)text, n, digest);
		sum = sum * 31u + digest[0];
	}
	EXPECT_EQUAL(sum, 0x89b7fbf0u);
}

int main(void) {
	expect_run("what is written is read", what_is_written_is_read);
	expect_run("the model of this tree loads", the_model_of_this_tree_loads);
	expect_run("no part of a file loads, and no file with something after it", no_part_of_a_file_loads);
	expect_run("no file with a flipped bit loads", no_flipped_bit_loads);
	expect_run("refuses each field of the header that is out of range", refuses_each_field_of_the_header);
	expect_run("refuses sections that are not to the letter", refuses_sections_that_are_not_to_the_letter);
	expect_run("refuses contents that mean nothing", refuses_contents_that_mean_nothing);
	expect_run("refuses a model id of other contents", refuses_an_id_of_other_contents);
	expect_run("refuses a weight too large for weightBits", refuses_a_weight_too_large_for_weight_bits);
	expect_run("refuses a weight for a feature there is not", refuses_a_weight_without_feature);
	expect_run("refuses names it has no room for", refuses_names_it_has_no_room_for);
	expect_run("SHA-256 as FIPS 180-4 has it", digests);
	return expect_end();
}
