/* On a PC and on the stand-in alike: a digest of each operation's results over many random operands, a line each. */
#include "operations.h"

#define ROUNDS 20000

/* Given by whoever links it. */
void print(const char *text);
int main(void);

static void print_hex(uint64_t value) {
	char text[17];
	for (int i = 15; i >= 0; i--) {
		text[i] = "0123456789abcdef"[value & 15u];
		value >>= 4;
	}
	text[16] = 0;
	print(text);
}

/* FNV-1a over the words of the results: shifts and sums only, no arithmetic under test. */
static uint64_t mixed(uint64_t digest, uint64_t word) {
	digest ^= word;
	return digest + (digest << 1) + (digest << 4) + (digest << 5) + (digest << 7) + (digest << 8) + (digest << 40);
}

int main(void) {
	for (int i = 0; i < OPERATION_COUNT; i++) {
		uint64_t state = 0x9E3779B97F4A7C15u;
		uint64_t digest = 0xCBF29CE484222325u;
		for (int round = 0; round < ROUNDS; round++) {
			uint64_t one = random_operand(&state);
			uint64_t other = random_operand(&state);
			digest = mixed(digest, native_operations[i].run(one, other));
		}
		print(native_operations[i].name);
		print(" ");
		print_hex(digest);
		print("\n");
	}
	print("end\n");
#ifdef __XTENSA__
	for (;;) {
	}
#endif
	return 0;
}
