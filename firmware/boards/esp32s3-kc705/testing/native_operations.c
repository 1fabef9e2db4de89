#include "operands.h"
#include "operations.h"

OPERATION(unsigned_division, (uint32_t)a / divisor32(b))
OPERATION(unsigned_remainder, (uint32_t)a % divisor32(b))
OPERATION(signed_division, (uint32_t)((int32_t)a / signed_divisor32(b)))
OPERATION(wide_product, (uint64_t)(uint32_t)a * (uint32_t)b)
OPERATION(long_product, a * b)
OPERATION(unsigned_long_division, a / divisor64(b))
OPERATION(unsigned_long_remainder, a % divisor64(b))
OPERATION(signed_long_division, (int64_t)a / signed_divisor64(b))
OPERATION(float_sum, bits_of(float_of(a) + float_of(b)))
OPERATION(float_difference, bits_of(float_of(a) - float_of(b)))
OPERATION(float_product, bits_of(float_of(a) * float_of(b)))
OPERATION(float_of_integers, bits_of((float)(int32_t)a) << 32 | bits_of((float)(uint32_t)a))
OPERATION(unsigned_of_float, (uint32_t)in_uint32(a))

const struct operation native_operations[OPERATION_COUNT] = {
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
