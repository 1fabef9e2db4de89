/* binary32 of IEEE 754-2008: 1 sign bit, 8 of the exponent (bias 127), 23 of the fraction. */
#include "runtime.h"

#define SIGN 0x80000000u
#define INFINITE 0x7F800000u
#define QUIET 0x00400000u
#define LEADING_ONE 0x00800000u /* of a normal number's significand, which bit 23 does not store */
#define FRACTION 0x007FFFFFu
#define BIAS 127
/* Bits below the last place while a result is not rounded yet: guard, round and sticky. */
#define EXTRA_BITS 3
#define TOP_BIT (23 + EXTRA_BITS)

static uint32_t bits_of(float value) {
	union {
		float value;
		uint32_t bits;
	} both = { .value = value };
	return both.bits;
}

static float value_of(uint32_t bits) {
	union {
		uint32_t bits;
		float value;
	} both = { .bits = bits };
	return both.value;
}

/* Shifts to the right; what falls out is remembered in the last bit. */
static uint32_t shift_right_sticky(uint32_t value, int places) {
	if (places == 0) {
		return value;
	}
	if (places > 31) {
		return value != 0;
	}
	return value >> places | ((value << (32 - places)) != 0);
}

/* Rounds `significand` x 2^(exponent - BIAS - TOP_BIT), whose leading one may be anywhere, and puts the number together. */
static uint32_t packed(uint32_t sign, int exponent, uint32_t significand) {
	if (significand == 0) {
		return sign;
	}
	int places = __builtin_clz(significand) - (31 - TOP_BIT);
	exponent -= places;
	significand = places > 0 ? significand << places : shift_right_sticky(significand, -places);
	if (exponent <= 0) {
		significand = shift_right_sticky(significand, 1 - exponent);
		exponent = 0;
	} else {
		significand &= ~(1u << TOP_BIT);
	}
	if (exponent >= 255) {
		return sign | INFINITE;
	}
	uint32_t lost = significand & ((1u << EXTRA_BITS) - 1u);
	uint32_t half = 1u << (EXTRA_BITS - 1);
	uint32_t number = sign | (uint32_t)exponent << 23 | significand >> EXTRA_BITS;
	/* A carry moves on into the exponent, as it should: from subnormal to normal, and from the greatest to infinity. */
	return number + (lost > half || (lost == half && (number & 1u) != 0));
}

static uint32_t significand_of(uint32_t magnitude) {
	return (magnitude & FRACTION) | (magnitude >> 23 != 0 ? LEADING_ONE : 0u);
}

/* A subnormal number has the exponent of the smallest normal one. */
static int exponent_of(uint32_t magnitude) {
	return magnitude >> 23 != 0 ? (int)(magnitude >> 23) : 1;
}

/* `one` is at least `other`, and infinite or NaN. */
static uint32_t sum_of_special(uint32_t one, uint32_t sign, uint32_t other, uint32_t other_sign) {
	if (one > INFINITE) {
		return one | QUIET;
	}
	return other == INFINITE && sign != other_sign ? INFINITE | QUIET : sign | INFINITE;
}

static uint32_t sum(uint32_t one, uint32_t other) {
	if ((one & ~SIGN) < (other & ~SIGN)) {
		uint32_t kept = one;
		one = other;
		other = kept;
	}
	uint32_t sign = one & SIGN, other_sign = other & SIGN;
	one &= ~SIGN;
	other &= ~SIGN;
	if (one >= INFINITE) {
		return sum_of_special(one, sign, other, other_sign);
	}
	int exponent = exponent_of(one);
	uint32_t a = significand_of(one) << EXTRA_BITS;
	uint32_t b = shift_right_sticky(significand_of(other) << EXTRA_BITS, exponent - exponent_of(other));
	if (sign == other_sign) {
		return packed(sign, exponent, a + b);
	}
	return a == b ? 0u : packed(sign, exponent, a - b); /* what cancels out is +0 when rounding to nearest */
}

float RUNTIME(addsf3)(float one, float other) {
	return value_of(sum(bits_of(one), bits_of(other)));
}

float RUNTIME(subsf3)(float one, float other) {
	uint32_t negated = bits_of(other);
	if ((negated & ~SIGN) <= INFINITE) {
		negated ^= SIGN;
	}
	return value_of(sum(bits_of(one), negated));
}

/* One of them is infinite or NaN; both are without sign. */
static uint32_t product_of_special(uint32_t sign, uint32_t one, uint32_t other) {
	if (one > INFINITE || other > INFINITE) {
		return (one > INFINITE ? one : other) | QUIET;
	}
	return one == 0 || other == 0 ? INFINITE | QUIET : sign | INFINITE;
}

float RUNTIME(mulsf3)(float one, float other) {
	uint32_t a = bits_of(one), b = bits_of(other);
	uint32_t sign = (a ^ b) & SIGN;
	a &= ~SIGN;
	b &= ~SIGN;
	if (a >= INFINITE || b >= INFINITE) {
		return value_of(product_of_special(sign, a, b));
	}
	int exponent = exponent_of(a) + exponent_of(b) - BIAS;
	uint32_t significand_a = significand_of(a), significand_b = significand_of(b);
	if (significand_a == 0 || significand_b == 0) {
		return value_of(sign);
	}
	int places_a = __builtin_clz(significand_a) - 8, places_b = __builtin_clz(significand_b) - 8;
	uint64_t product = RUNTIME(umulsidi3)(significand_a << places_a, significand_b << places_b);
	/* 47 or 48 bits, of which the upper 27 or 28 are kept, and in the last one whether any was set below. */
	uint32_t lower = (uint32_t)product & 0xFFFFFu;
	uint32_t upper = (uint32_t)(product >> 32) << 12 | (uint32_t)product >> 20;
	return value_of(packed(sign, exponent - places_a - places_b, upper | (lower != 0)));
}

float RUNTIME(floatunsisf)(uint32_t value) {
	return value_of(packed(0, BIAS + TOP_BIT, value));
}

float RUNTIME(floatsisf)(int32_t value) {
	return value_of(value < 0 ? packed(SIGN, BIAS + TOP_BIT, 0u - (uint32_t)value) : packed(0, BIAS + TOP_BIT, (uint32_t)value));
}

uint32_t RUNTIME(fixunssfsi)(float value) {
	uint32_t bits = bits_of(value);
	int exponent = (int)(bits >> 23 & 0xFFu) - BIAS;
	if ((bits & SIGN) != 0 || exponent < 0 || (bits & ~SIGN) > INFINITE) {
		return 0;
	}
	if (exponent > 31) {
		return UINT32_MAX;
	}
	uint32_t significand = (bits & FRACTION) | LEADING_ONE;
	return exponent <= 23 ? significand >> (23 - exponent) : significand << (exponent - 23);
}
