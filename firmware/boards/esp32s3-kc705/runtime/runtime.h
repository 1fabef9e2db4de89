/*
 * What the compiler calls and Debian's libgcc for xtensa-lx106 does not have (on an ESP8266 these routines are in mask ROM):
 * integer division, 64-bit multiplication and division, IEEE 754 binary32 addition, subtraction, multiplication and
 * conversion. Names and meanings are libgcc's (GCC internals, "The GCC low-level runtime library").
 *
 * For tests on a PC each is compiled once more under a name of its own: RUNTIME_PREFIXED.
 */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stdint.h>

#ifdef RUNTIME_PREFIXED
#define RUNTIME(name) runtime_##name
#else
#define RUNTIME(name) __##name
#endif

/* Integers. A division by zero gives all ones (quotient) and the dividend (remainder): C leaves it undefined. */
uint32_t RUNTIME(udivsi3)(uint32_t dividend, uint32_t divisor);
uint32_t RUNTIME(umodsi3)(uint32_t dividend, uint32_t divisor);
int32_t RUNTIME(divsi3)(int32_t dividend, int32_t divisor);
uint64_t RUNTIME(umulsidi3)(uint32_t one, uint32_t other);
int64_t RUNTIME(muldi3)(int64_t one, int64_t other);
uint64_t RUNTIME(udivdi3)(uint64_t dividend, uint64_t divisor);
uint64_t RUNTIME(umoddi3)(uint64_t dividend, uint64_t divisor);
int64_t RUNTIME(divdi3)(int64_t dividend, int64_t divisor);

/* binary32: to nearest, ties to even; subnormals, infinities and NaN (quiet, payload of an operand) included. */
float RUNTIME(addsf3)(float one, float other);
float RUNTIME(subsf3)(float one, float other);
float RUNTIME(mulsf3)(float one, float other);
float RUNTIME(floatsisf)(int32_t value);
float RUNTIME(floatunsisf)(uint32_t value);
/* Towards zero; what does not fit is clipped, NaN gives 0. */
uint32_t RUNTIME(fixunssfsi)(float value);

#endif
