#include "runtime.h"

/* GCC must not make of a loop here a call of the very function it stands in: it knows no such idiom for these, and each
 * operator used is one the core has (32-bit multiplication, shifts of 32 bits). */

static inline uint32_t high(uint64_t value) {
	return (uint32_t)(value >> 32);
}

static inline uint64_t join(uint32_t upper, uint32_t lower) {
	return (uint64_t)upper << 32 | lower;
}

struct division32 {
	uint32_t quotient;
	uint32_t remainder;
};

/* Bit by bit, from the first place at which the divisor can be contained. */
static inline struct division32 divide32(uint32_t dividend, uint32_t divisor) {
	struct division32 result = { 0, dividend };
	if (divisor == 0) {
		result.quotient = UINT32_MAX;
		return result;
	}
	if (dividend < divisor) {
		return result;
	}
	int places = __builtin_clz(divisor) - __builtin_clz(dividend);
	for (divisor <<= places; places >= 0; places--) {
		result.quotient <<= 1;
		if (result.remainder >= divisor) {
			result.remainder -= divisor;
			result.quotient |= 1u;
		}
		divisor >>= 1;
	}
	return result;
}

static inline uint32_t magnitude32(int32_t value) {
	return value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
}

uint32_t RUNTIME(udivsi3)(uint32_t dividend, uint32_t divisor) {
	return divide32(dividend, divisor).quotient;
}

uint32_t RUNTIME(umodsi3)(uint32_t dividend, uint32_t divisor) {
	return divide32(dividend, divisor).remainder;
}

int32_t RUNTIME(divsi3)(int32_t dividend, int32_t divisor) {
	uint32_t quotient = divide32(magnitude32(dividend), magnitude32(divisor)).quotient;
	return (int32_t)((dividend ^ divisor) < 0 ? 0u - quotient : quotient);
}

/* Four products of 16 bits each: the core multiplies to 32 bits only. */
uint64_t RUNTIME(umulsidi3)(uint32_t one, uint32_t other) {
	uint32_t a0 = one & 0xFFFFu, a1 = one >> 16;
	uint32_t b0 = other & 0xFFFFu, b1 = other >> 16;
	uint32_t low = a0 * b0;
	uint32_t cross = a1 * b0 + (low >> 16); /* at most 0xFFFF x 0xFFFF + 0xFFFF: no carry */
	uint32_t middle = a0 * b1 + cross;
	uint32_t carry = middle < cross ? 0x10000u : 0u;
	return join(a1 * b1 + (middle >> 16) + carry, middle << 16 | (low & 0xFFFFu));
}

int64_t RUNTIME(muldi3)(int64_t one, int64_t other) {
	uint32_t a0 = (uint32_t)one, a1 = high((uint64_t)one);
	uint32_t b0 = (uint32_t)other, b1 = high((uint64_t)other);
	uint64_t low = RUNTIME(umulsidi3)(a0, b0);
	return (int64_t)join(high(low) + a1 * b0 + a0 * b1, (uint32_t)low);
}

struct division64 {
	uint64_t quotient;
	uint64_t remainder;
};

static inline int leading_zeros64(uint64_t value) {
	return high(value) != 0 ? __builtin_clz(high(value)) : 32 + __builtin_clz((uint32_t)value);
}

static struct division64 divide64(uint64_t dividend, uint64_t divisor) {
	struct division64 result = { 0, dividend };
	if (divisor == 0) {
		result.quotient = UINT64_MAX;
		return result;
	}
	if (dividend < divisor) {
		return result;
	}
	if (high(dividend) == 0) {
		struct division32 narrow = divide32((uint32_t)dividend, (uint32_t)divisor);
		result.quotient = narrow.quotient;
		result.remainder = narrow.remainder;
		return result;
	}
	int places = leading_zeros64(divisor) - leading_zeros64(dividend);
	for (divisor <<= places; places >= 0; places--) {
		result.quotient <<= 1;
		if (result.remainder >= divisor) {
			result.remainder -= divisor;
			result.quotient |= 1u;
		}
		divisor >>= 1;
	}
	return result;
}

static inline uint64_t magnitude64(int64_t value) {
	return value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
}

uint64_t RUNTIME(udivdi3)(uint64_t dividend, uint64_t divisor) {
	return divide64(dividend, divisor).quotient;
}

uint64_t RUNTIME(umoddi3)(uint64_t dividend, uint64_t divisor) {
	return divide64(dividend, divisor).remainder;
}

int64_t RUNTIME(divdi3)(int64_t dividend, int64_t divisor) {
	uint64_t quotient = divide64(magnitude64(dividend), magnitude64(divisor)).quotient;
	return (int64_t)((dividend ^ divisor) < 0 ? 0u - quotient : quotient);
}
