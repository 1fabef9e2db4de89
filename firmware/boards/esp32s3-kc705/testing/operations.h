/*
 * The operations of runtime/, each as a function from two random words to the bits of its result, so that they can be run
 * alike by a processor's own instructions and by our routines.
 */
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include <stdint.h>

struct operation {
	const char *name;
	uint64_t (*run)(uint64_t one, uint64_t other);
};

#define OPERATION_COUNT 13

/* By C's operators: on a PC its processor's, on the stand-in whatever the compiler calls. */
extern const struct operation native_operations[OPERATION_COUNT];
/* By the routines of runtime/ under their names for tests; on a PC only. */
extern const struct operation runtime_operations[OPERATION_COUNT];

/* Operands: any bits, small numbers, powers of two and their neighbours, and for binary32 all that is special. */
uint64_t random_operand(uint64_t *state);

#endif
