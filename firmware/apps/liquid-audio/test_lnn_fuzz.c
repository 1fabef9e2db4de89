/* Hostile `.lnn` files under the sanitizers: from a fixed seed, good files with bytes flipped, set, inserted or cut out, sealed
 * again (length, CRC, digest), so that what lies behind those checks is reached. What is refused is refused with a text; what
 * is accepted is sound, and the cell runs on it.
 *
 * LLVMFuzzerTestOneInput is libFuzzer's entry: clang -fsanitize=fuzzer -DFUZZER test_lnn_fuzz.c and the sources it needs. */
#include <stdlib.h>

#include "cell.h"
#include "ossicle_bytes.h"
#include "pooling.h"
#include "solver.h"
#include "testing/expect.h"
#include "testing/made_lnn.h"

#define ROUNDS 30000u

static struct lnn_model model;
static struct cell cell;
static struct pooling pooling;
static unsigned accepted;

static void expect_sound(void) {
	const unsigned columns[LNN_MATRICES] = {
		4u * model.context, model.channels / 4u, model.hidden / 4u, model.hidden / 4u, model.hidden / 2u,
	};
	unsigned blocks = 0;
	for (unsigned m = 0; m < LNN_MATRICES; m++) {
		const struct matrix *matrix = &model.matrix[m];
		for (unsigned r = 0; r < matrix->rows; r++) {
			for (unsigned block = 0; block < matrix->row[r].blocks; block++) {
				EXPECT(model.column[blocks++] < columns[m]);
			}
		}
	}
	EXPECT_EQUAL(blocks, model.blocks);
	EXPECT(blocks <= LNN_MAX_BLOCKS);
}

static void run_model(void) {
	int16_t features[LNN_MAX_FEATURES], state[LNN_MAX_HIDDEN];
	int32_t scores[LNN_MAX_LABELS];
	for (unsigned i = 0; i < LNN_MAX_FEATURES; i++) {
		features[i] = i % 2u ? INT16_MAX : INT16_MIN;
	}
	cell_reset(&cell, &model);
	pooling_reset(&pooling, &model);
	for (unsigned solver = 0; solver < SOLVERS; solver++) {
		cell_listen(&cell, features);
		cell_drive(&cell);
		(void)solver_step(&cell, (enum solver)solver, 500);
		cell_state(&cell, state);
		pooling_add(&pooling, state);
		pooling_read_out(&pooling, scores);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
	const char *wrong = lnn_load(&model, bytes, count);
	if (wrong == NULL) {
		accepted++;
		expect_sound();
		run_model();
	} else {
		EXPECT(strncmp(wrong, ".lnn: ", 6) == 0);
	}
	return 0;
}

#ifndef FUZZER
static struct made_lnn made;
static uint8_t sound[LNN_LARGEST_BYTES];
static uint8_t hostile[LNN_LARGEST_BYTES + 64u];

static size_t make_sound(uint32_t *seed) {
	struct made_recipe recipe = made_lnn_recipe(made_dice(seed, 1000000));
	recipe.context = (uint16_t)(1u + made_dice(seed, LNN_MAX_CONTEXT));
	recipe.channels = (uint16_t)(4u + 4u * made_dice(seed, 4));
	recipe.hidden = (uint16_t)(4u + 4u * made_dice(seed, 4));
	recipe.stored_percent = made_dice(seed, 101);
	recipe.least_exponent = -40;
	recipe.most_exponent = 0;
	recipe.largest_bias = INT32_MAX / 2;
	made_lnn_fill(&made, &recipe);
	return made_lnn_write(&made, sound);
}

/* Mostly where the structure is: heads and the first bytes of payloads. */
static size_t random_place(uint32_t *seed, size_t count) {
	if (made_dice(seed, 2) == 0) {
		return made_dice(seed, (uint32_t)count);
	}
	size_t head = made_lnn_section(sound, count, 1u + made_dice(seed, 14));
	size_t place = made_dice(seed, 3) == 0 ? made_dice(seed, 44) : head + made_dice(seed, 20);
	return place < count ? place : count - 1u;
}

static size_t mutate(uint32_t *seed, size_t count) {
	size_t place = random_place(seed, count), length = 1u + made_dice(seed, 8);
	switch (made_dice(seed, 4)) {
	case 0:
		hostile[place] ^= (uint8_t)(1u << made_dice(seed, 8));
		return count;
	case 1:
		hostile[place] = (uint8_t)made_dice(seed, 256);
		return count;
	case 2:
		if (place + length > count) {
			return place > 0 ? place : 1u;
		}
		memmove(hostile + place, hostile + place + length, count - place - length);
		return count - length;
	default:
		if (count + length > sizeof hostile) {
			return count;
		}
		memmove(hostile + place + length, hostile + place, count - place);
		return count + length;
	}
}

static void mutated_files(void) {
	uint32_t seed = 20260101u;
	size_t count = 0;
	accepted = 0;
	for (unsigned round = 0; round < ROUNDS && expect_ok; round++) {
		if (round % 100u == 0) {
			count = make_sound(&seed);
			EXPECT(count > 0);
		}
		memcpy(hostile, sound, count);
		size_t changed = count;
		for (unsigned change = 0; change <= made_dice(&seed, 3); change++) {
			changed = mutate(&seed, changed);
		}
		if (made_dice(&seed, 20) > 0) {
			made_lnn_seal(hostile, changed);
		}
		uint8_t *exact = malloc(changed); /* so that a byte read beyond the end is seen */
		if (exact == NULL) {
			abort();
		}
		memcpy(exact, hostile, changed);
		(void)LLVMFuzzerTestOneInput(exact, changed);
		free(exact);
	}
	printf("  %u of %u accepted\n", accepted, ROUNDS);
	EXPECT(accepted > ROUNDS / 20u && accepted < ROUNDS / 2u); /* neither check nor code behind it is idle */
}

static void noise(void) {
	uint32_t seed = 4711u;
	for (unsigned round = 0; round < 2000 && expect_ok; round++) {
		size_t count = made_dice(&seed, 4000);
		for (size_t i = 0; i < count; i++) {
			hostile[i] = (uint8_t)made_dice(&seed, 256);
		}
		memcpy(hostile, "LNN\032\1\0\16", count < 8 ? count : 8);
		made_lnn_seal_frame(hostile, count);
		EXPECT(lnn_load(&model, hostile, count) != NULL);
	}
}

int main(void) {
	expect_run("mutated files are refused, or sound", mutated_files);
	expect_run("noise is refused", noise);
	return expect_end();
}
#endif
