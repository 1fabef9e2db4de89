/* Variables as they were: those with a value in the program, and those that begin as zeros. */
#include "image.h"

#include "testing/expect.h"

static uint32_t with_value = 0x12345678u;
static uint8_t with_values[5] = { 1, 2, 3, 4, 5 };
static uint64_t zero;
static uint8_t zeros[3000];
static const char *text = "before";

static void spoil(void) {
	with_value++;
	with_values[4] = 9;
	zero = ~0u;
	memset(zeros, 7, sizeof zeros);
	text = "after";
}

static bool as_before(void) {
	for (size_t i = 0; i < sizeof zeros; i++) {
		if (zeros[i] != 0) {
			return false;
		}
	}
	return with_value == 0x12345678u && with_values[0] == 1 && with_values[4] == 5 && zero == 0 && strcmp(text, "before") == 0;
}

static void restored_each_time(void) {
	image_keep();
	for (int round = 0; round < 3; round++) {
		spoil();
		EXPECT(!as_before());
		image_restore();
		EXPECT(as_before());
	}
}

int main(void) {
	expect_run("variables are what they were, each time", restored_each_time);
	return expect_end();
}
