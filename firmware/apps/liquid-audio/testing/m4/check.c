/* Are the same numbers computed by one core as by another, and with SIMD instructions as without?
 *
 * Built three times (test.mk, `test-m4`): for a Cortex-M4 with its DSP instructions, for the same core in portable C, and for
 * this machine. Each prints a hash of what every operation of fixed.h makes of the same operands, of sparse products, and of
 * the scores of whole clips by every solver; all three have to print the same. The Cortex-M4 also prints what it costs. */
#include <string.h>

#include "fixed.h"
#include "gate.h"
#include "golden/golden.h"
#include "host.h"
#include "liquid_audio.h"
#include "mel.h"
#include "model.h"
#include "testing/from_mulaw.h"

#define HASH_START 0x811c9dc5u
#define OPERANDS 20000u
#define HOPS 62u

static uint32_t seed;

static uint32_t next_random(void) {
	seed = seed * 1664525u + 1013904223u;
	return seed >> 16 | (seed * 1664525u + 1013904223u) >> 16 << 16;
}

/* Any bits; one time in four, extreme ones. */
static uint32_t operand(void) {
	static const uint32_t extremes[8] = {
		0x80008000u, 0x7FFF7FFFu, 0x80007FFFu, 0x7FFF8000u, 0x80000000u, 0x7FFFFFFFu, 0xFFFFFFFFu, 0u,
	};
	uint32_t bits = next_random();
	return (bits & 3u) == 0 ? extremes[bits >> 2 & 7u] : next_random();
}

static uint32_t hash_word(uint32_t word, uint32_t value) {
	for (unsigned i = 0; i < 4u; i++) {
		value = (value ^ (word >> 8u * i & 255u)) * 0x01000193u;
	}
	return value;
}

static uint32_t hash_long(uint64_t word, uint32_t value) {
	return hash_word((uint32_t)(word >> 32), hash_word((uint32_t)word, value));
}

static void print_hash(const char *name, uint32_t value) {
	char digits[9];
	for (unsigned i = 0; i < 8u; i++) {
		digits[i] = "0123456789abcdef"[value >> (28u - 4u * i) & 15u];
	}
	digits[8] = 0;
	host_print(name);
	host_print(" ");
	host_print(digits);
	host_print("\n");
}

static void print_count(const char *name, uint32_t value) {
	char digits[11];
	char *at = &digits[10];
	*at = 0;
	do {
		*--at = (char)('0' + value % 10u);
		value /= 10u;
	} while (value != 0);
	host_print("instructions ");
	host_print(name);
	host_print(" ");
	host_print(at);
	host_print("\n");
}

#define FOLD(name, expression)                                  \
	do {                                                        \
		uint32_t value = HASH_START;                            \
		seed = 1;                                               \
		for (uint32_t round = 0; round < OPERANDS; round++) {   \
			uint32_t a = operand(), b = operand(), c = operand(); \
			value = hash_long((uint64_t)(expression), value);   \
			(void)b;                                            \
			(void)c;                                            \
		}                                                       \
		print_hash(name, value);                                \
	} while (0)

static void check_operations(void) {
	FOLD("saturate-16", fixed_saturate16((int32_t)a));
	FOLD("saturate-29", fixed_saturate((int32_t)a, 29));
	FOLD("add-saturating", fixed_add_saturating((int32_t)a, (int32_t)b));
	FOLD("subtract-saturating", fixed_subtract_saturating((int32_t)a, (int32_t)b));
	FOLD("round-shift", fixed_round_shift((int32_t)a >> 2, 1u + b % 29u));
	FOLD("round-shift-64", fixed_round_shift64((int64_t)((uint64_t)a << 32 | b) >> 2, 1u + c % 62u));
	FOLD("multiply-high", fixed_multiply_high((int32_t)a, (int32_t)b));
	FOLD("leading-zeros", fixed_leading_zeros(a >> b % 32u));
	FOLD("even-bytes", fixed_even_bytes(a));
	FOLD("odd-bytes", fixed_odd_bytes(a));
	FOLD("multiply-add-pairs", fixed_multiply_add_pairs(a, b, (int32_t)c));
	FOLD("multiply-add-pairs-64", fixed_multiply_add_pairs64(a, b, (int64_t)((uint64_t)c << 28)));
	FOLD("multiply-real", fixed_multiply_real(a, b));
	FOLD("multiply-imaginary", fixed_multiply_imaginary(a, b));
	FOLD("multiply-pairs", fixed_multiply_pairs(a, b));
	FOLD("multiply-high-rounded", fixed_multiply_high_rounded((int32_t)a, (int32_t)b));
	FOLD("positive-pairs", fixed_positive_pairs(a));
	FOLD("swap", fixed_swap(a));
	FOLD("multiply-subtract-crossed", fixed_multiply_subtract_crossed(a, b, (int32_t)c));
	FOLD("multiply-add-wide", fixed_multiply_add_wide(a, (uint16_t)b, (uint64_t)c << 20));
	FOLD("low-halves", fixed_low_halves(a, b));
	FOLD("high-halves", fixed_high_halves(a, b));
	FOLD("low-and-high", fixed_low_and_high(a, b));
	FOLD("add-pairs", fixed_add_pairs(a, b));
	FOLD("subtract-pairs", fixed_subtract_pairs(a, b));
	FOLD("add-turned", fixed_add_turned(a, b));
	FOLD("subtract-turned", fixed_subtract_turned(a, b));
	FOLD("add-halved", fixed_add_halved(a, b));
	FOLD("subtract-halved", fixed_subtract_halved(a, b));
	FOLD("add-turned-halved", fixed_add_turned_halved(a, b));
	FOLD("subtract-turned-halved", fixed_subtract_turned_halved(a, b));
}

/* Random blocks and row scales, the usual ones and others. */
static void check_matrix(void) {
	static uint32_t weights[256];
	static uint8_t columns[256];
	static int16_t activations[256];
	static int32_t start[32], to[32];
	static struct matrix_row rows[32];
	const struct matrix matrix = { .row = rows, .weights = weights, .columns = columns, .rows = 32 };
	uint32_t value = HASH_START;
	seed = 2;
	for (uint32_t round = 0; round < 200u; round++) {
		for (uint32_t i = 0; i < 256u; i++) {
			weights[i] = next_random() & 0x7F7F7F7Fu;
			weights[i] |= next_random() & 0x80808080u & ~((weights[i] - 0x01010101u) & 0x80808080u); /* no -128 */
			columns[i] = (uint8_t)(next_random() % 64u);
			activations[i] = (int16_t)(uint16_t)operand();
		}
		for (uint32_t r = 0; r < 32u; r++) {
			rows[r].mantissa = (uint16_t)(0x8000u | next_random());
			rows[r].left = (int8_t)((int32_t)(next_random() % 46u) - 11);
			rows[r].blocks = (uint8_t)(next_random() % 9u);
			start[r] = (int32_t)operand();
		}
		matrix_multiply(&matrix, activations, start, to);
		for (uint32_t r = 0; r < 32u; r++) {
			value = hash_word((uint32_t)to[r], value);
		}
	}
	print_hash("matrix", value);
}

static void since(uint32_t *from, uint32_t *sum) {
	uint32_t now = host_instructions();
	*sum += now >= *from ? now - *from : now + 5u * 0x1000000u - *from;
	*from = host_instructions();
}

/* The front end on audio of all levels, extremes among it, and what its parts cost. */
static void check_front_end(void) {
	static struct mfcc mfcc;
	static int16_t hop[MFCC_HOP];
	static const char *const names[4] = { "fft-transform", "fft-power", "spectrum", "mel" };
	uint32_t value = HASH_START, spent[4] = { 0 };
	mfcc_configure(&mfcc, golden_front_end, golden_front_end + MFCC_COEFFICIENTS);
	mfcc_reset(&mfcc);
	seed = 3;
	for (uint32_t round = 0; round < 256u; round++) {
		int16_t features[MFCC_FEATURES], levels[MFCC_BANDS];
		for (uint32_t i = 0; i < MFCC_HOP; i++) {
			hop[i] = (int16_t)((int16_t)(uint16_t)operand() >> (round / 2u % 16u));
		}
		mfcc_step(&mfcc, hop, features);
		for (uint32_t c = 0; c < MFCC_FEATURES; c++) {
			value = hash_word((uint16_t)features[c], value);
		}
		value = hash_word(mfcc_complexity(&mfcc), value);
		uint32_t begun = host_instructions();
		int32_t exponent = spectrum_step(&mfcc.spectrum, hop);
		since(&begun, &spent[2]);
		(void)mel_levels(mfcc.spectrum.fft.points, exponent, levels);
		since(&begun, &spent[3]);
		(void)fft_transform(&mfcc.spectrum.fft);
		since(&begun, &spent[0]);
		fft_power(&mfcc.spectrum.fft);
		since(&begun, &spent[1]);
	}
	print_hash("front-end", value);
	for (uint32_t i = 0; i < 4u; i++) {
		print_count(names[i], spent[i] / 256u);
	}
}

static struct liquid_audio state;
static uint32_t spent[4]; /* instructions of gate, front end, cell and read-out; hops that had them */
static uint32_t computed;

static void hear(struct gate *gate, const int16_t *hop, int32_t *scores, uint8_t *label) {
	int16_t features[LIQUID_AUDIO_FEATURES];
	uint32_t begun = host_instructions();
	bool is_shut = gate_is_shut(gate, hop);
	since(&begun, &spent[0]);
	if (is_shut) {
		liquid_audio_skip(&state, hop);
		return;
	}
	begun = host_instructions();
	liquid_audio_front_end(&state, hop, features);
	since(&begun, &spent[1]);
	bool has_moved = liquid_audio_cell(&state, features);
	since(&begun, &spent[2]);
	if (has_moved) {
		liquid_audio_read_out(&state, scores, label);
		since(&begun, &spent[3]);
	}
	computed++;
}

static uint32_t hash_clips(uint32_t value) {
	static int16_t pcm[GOLDEN_SAMPLES];
	for (uint32_t clip = 0; clip < GOLDEN_CLIPS; clip++) {
		struct gate gate;
		gate_reset(&gate);
		liquid_audio_reset(&state);
		for (uint32_t i = 0; i < GOLDEN_SAMPLES; i++) {
			pcm[i] = from_mulaw(golden_mulaw[clip * GOLDEN_SAMPLES + i]);
		}
		for (uint32_t hop = 0; hop < HOPS; hop++) {
			int32_t scores[LNN_MAX_LABELS];
			uint8_t label;
			hear(&gate, &pcm[hop * LIQUID_AUDIO_HOP], scores, &label);
			liquid_audio_decide(&state, scores, &label);
			for (uint32_t i = 0; i < LNN_MAX_LABELS; i++) {
				value = hash_word((uint32_t)scores[i], value);
			}
			value = hash_word((uint32_t)label << 16 | state.timestep, value);
		}
	}
	return value;
}

static void print_spent(void) {
	static const char *const stages[4] = { "gate", "front-end", "cell", "read-out" };
	for (uint32_t i = 0; i < 4u; i++) {
		print_count(stages[i], spent[i] / (i == 0 ? GOLDEN_CLIPS * HOPS : computed > 0 ? computed : 1u));
	}
}

static void check_app(void) {
	static const char *const names[SOLVERS][3] = {
		{ "euler-5", "euler-16", "euler-adaptive" },
		{ "heun-5", "heun-16", "heun-adaptive" },
		{ "rk4-5", "rk4-16", "rk4-adaptive" },
		{ "adaptive-heun-5", "adaptive-heun-16", "adaptive-heun-adaptive" },
	};
	static const int32_t timesteps[3] = { 50, 160, 0 };
	for (uint32_t solver = 0; solver < SOLVERS; solver++) {
		for (uint32_t i = 0; i < 3u; i++) {
			(void)liquid_audio_set_solver((int32_t)solver);
			(void)liquid_audio_set_timestep(timesteps[i]);
			memset(spent, 0, sizeof spent);
			computed = 0;
			print_hash(names[solver][i], hash_clips(HASH_START));
			print_spent();
		}
	}
}

int main(void) {
	check_operations();
	check_matrix();
	check_front_end();
	uint32_t begun = host_instructions(), load = 0;
	const char *wrong = liquid_audio_init(model_lnn, (size_t)(model_lnn_end - model_lnn));
	since(&begun, &load);
	if (wrong != NULL) {
		host_print(wrong);
		host_print("\n");
		return 1;
	}
	print_count("load", load);
	check_app();
	return 0;
}
