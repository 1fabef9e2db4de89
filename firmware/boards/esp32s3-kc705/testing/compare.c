/* On a PC: the routines of runtime/ against the processor's own arithmetic. `compare <rounds>`; 0 when all agree. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "operations.h"

#define SHOWN 5

int main(int argc, char **argv) {
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	uint64_t state = 0x9E3779B97F4A7C15u;
	unsigned long wrong = 0;
	for (unsigned long round = 0; round < rounds; round++) {
		uint64_t one = random_operand(&state);
		uint64_t other = random_operand(&state);
		for (int i = 0; i < OPERATION_COUNT; i++) {
			uint64_t expected = native_operations[i].run(one, other);
			uint64_t got = runtime_operations[i].run(one, other);
			if (got != expected && wrong++ < SHOWN) {
				printf(
					"%s of %016" PRIx64 " and %016" PRIx64 ": expected %016" PRIx64 ", got %016" PRIx64 "\n",
					native_operations[i].name, one, other, expected, got
				);
			}
		}
	}
	printf("%lu rounds of %d operations, %lu wrong\n", rounds, OPERATION_COUNT, wrong);
	return rounds > 0 && wrong == 0 ? 0 : 1;
}
