#include "../../../firmware/ossicle/testing/expect.h"
#include "cost.h"

struct encoding {
	const char *text;
	uint16_t first;
	uint16_t second;
	enum cost_kind kind;
	unsigned cycles;
	bool is_float;
	bool may_return;
};

#define ENCODING(text, first, second, kind, cycles, is_float, may_return)                                            \
	{ text, first, second, COST_##kind, cycles, is_float, may_return },

static const struct encoding encodings[] = {
#include "encodings.inc"
};

static void each_encoding_costs_what_the_table_says(void) {
	for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
		const struct encoding *wanted = &encodings[i];
		struct cost got = cost_of(wanted->first, wanted->second);
		if (got.kind != wanted->kind || got.cycles != wanted->cycles || got.is_float != wanted->is_float
			|| got.may_return != wanted->may_return) {
			printf("  %s: expected kind %d, %u cycles, float %d, return %d; got %d, %u, %d, %d\n", wanted->text,
				(int)wanted->kind, wanted->cycles, wanted->is_float, wanted->may_return, (int)got.kind, got.cycles,
				got.is_float, got.may_return);
			expect_ok = false;
		}
	}
}

/* Whatever lies in memory may be translated: nothing may cost nothing, or be out of range. */
static void any_two_halfwords_have_a_cost(void) {
	uint32_t state = 1;
	for (uint32_t first = 0; first <= 0xFFFFu; first++) {
		for (int round = 0; round < 64; round++) {
			state = state * 1664525u + 1013904223u;
			struct cost cost = cost_of((uint16_t)first, (uint16_t)(state >> 16));
			EXPECT(cost.cycles >= 1 && cost.kind <= COST_SYSTEM);
		}
	}
}

static void a_load_overlaps_its_neighbour_before(void) {
	EXPECT(cost_overlaps(COST_LOAD, COST_LOAD));
	EXPECT(cost_overlaps(COST_STORE, COST_LOAD));
	EXPECT(cost_overlaps(COST_FLOAT_STORE, COST_FLOAT_STORE));
	EXPECT(!cost_overlaps(COST_PLAIN, COST_LOAD));
	EXPECT(!cost_overlaps(COST_LOAD, COST_STORE)); /* a store takes one cycle as it is */
	EXPECT(!cost_overlaps(COST_MULTIPLE, COST_LOAD));
	EXPECT(!cost_overlaps(COST_LOAD, COST_MULTIPLE));
	EXPECT(!cost_overlaps(COST_BRANCH, COST_LOAD));
}

int main(void) {
	expect_run("each encoding costs what the table says", each_encoding_costs_what_the_table_says);
	expect_run("any two halfwords have a cost", any_two_halfwords_have_a_cost);
	expect_run("a load overlaps its neighbour before", a_load_overlaps_its_neighbour_before);
	return expect_end();
}
