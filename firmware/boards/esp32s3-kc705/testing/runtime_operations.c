#include "../runtime/runtime.h"
#include "operands.h"
#include "operations.h"

OPERATION(unsigned_division, runtime_udivsi3((uint32_t)a, divisor32(b)))
OPERATION(unsigned_remainder, runtime_umodsi3((uint32_t)a, divisor32(b)))
OPERATION(signed_division, (uint32_t)runtime_divsi3((int32_t)a, signed_divisor32(b)))
OPERATION(wide_product, runtime_umulsidi3((uint32_t)a, (uint32_t)b))
OPERATION(long_product, runtime_muldi3((int64_t)a, (int64_t)b))
OPERATION(unsigned_long_division, runtime_udivdi3(a, divisor64(b)))
OPERATION(unsigned_long_remainder, runtime_umoddi3(a, divisor64(b)))
OPERATION(signed_long_division, runtime_divdi3((int64_t)a, signed_divisor64(b)))
OPERATION(float_sum, bits_of(runtime_addsf3(float_of(a), float_of(b))))
OPERATION(float_difference, bits_of(runtime_subsf3(float_of(a), float_of(b))))
OPERATION(float_product, bits_of(runtime_mulsf3(float_of(a), float_of(b))))
OPERATION(float_of_integers, bits_of(runtime_floatsisf((int32_t)a)) << 32 | bits_of(runtime_floatunsisf((uint32_t)a)))
OPERATION(unsigned_of_float, runtime_fixunssfsi(in_uint32(a)))

const struct operation runtime_operations[OPERATION_COUNT] = {
	{ "unsigned division", unsigned_division },
	{ "unsigned remainder", unsigned_remainder },
	{ "signed division", signed_division },
	{ "32 x 32 to 64 bits", wide_product },
	{ "64-bit product", long_product },
	{ "64-bit unsigned division", unsigned_long_division },
	{ "64-bit unsigned remainder", unsigned_long_remainder },
	{ "64-bit signed division", signed_long_division },
	{ "float sum", float_sum },
	{ "float difference", float_difference },
	{ "float product", float_product },
	{ "float of integers", float_of_integers },
	{ "unsigned of float", unsigned_of_float },
};
