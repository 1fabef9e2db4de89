/* Integer arithmetic of front end and cell: saturation, rounding, and pairs of 16-bit values in one word.
 *
 * Where the core has the DSP extension (Cortex-M4: __ARM_FEATURE_SIMD32) a pair operation is one instruction; elsewhere, and
 * with -DFIXED_PORTABLE, it is plain C. Both give the same bits for all operands (testing/m4/ runs both on a Cortex-M4).
 *
 * Sums that may leave 32 bits wrap, as the instructions do. Right shifts of negative numbers are arithmetic: every compiler
 * we build with does that (gcc manual, "Integers implementation").
 */
#ifndef FIXED_H
#define FIXED_H

#include <stdint.h>
#include <string.h>

#if defined(__ARM_FEATURE_SIMD32) && !defined(FIXED_PORTABLE)
#include <arm_acle.h>
#define FIXED_SIMD 1
#else
#define FIXED_SIMD 0
#endif

/* Two int16 in one word, the first (lower address) in the lower half. */
typedef uint32_t fixed_pair;

static inline int16_t fixed_low(fixed_pair pair) {
	return (int16_t)(uint16_t)pair;
}

static inline int16_t fixed_high(fixed_pair pair) {
	return (int16_t)(uint16_t)(pair >> 16);
}

static inline fixed_pair fixed_pack(int16_t low, int16_t high) {
	return (uint32_t)(uint16_t)low | (uint32_t)(uint16_t)high << 16;
}

/* Two neighbours from memory. A Cortex-M4 takes them from any even address with one load. */
static inline fixed_pair fixed_load_pair(const int16_t *from) {
#if FIXED_SIMD
	fixed_pair pair;
	memcpy(&pair, from, sizeof pair);
	return pair;
#else
	return fixed_pack(from[0], from[1]); /* cores that must not load a word from there do not have to */
#endif
}

static inline void fixed_store_pair(int16_t *to, fixed_pair pair) {
#if FIXED_SIMD
	memcpy(to, &pair, sizeof pair);
#else
	to[0] = fixed_low(pair);
	to[1] = fixed_high(pair);
#endif
}

static inline int32_t fixed_wrap(uint32_t bits) {
	return (int32_t)bits;
}

/* Clips to [-2^(bits-1), 2^(bits-1) - 1] (SSAT). `bits` is a constant, 2 to 32. */
static inline __attribute__((always_inline)) int32_t fixed_saturate(int32_t value, unsigned bits) {
#if FIXED_SIMD && defined(__OPTIMIZE__) /* without optimisation `bits` is no constant here */
	int32_t clipped;
	__asm__("ssat %0, %1, %2" : "=r"(clipped) : "i"(bits), "r"(value));
	return clipped;
#else
	int32_t highest = (int32_t)((1u << (bits - 1u)) - 1u);
	int32_t lowest = -highest - 1;
	return value > highest ? highest : value < lowest ? lowest : value;
#endif
}

/* The same value, of which the compiler knows nothing any more. Products of a number it knows to be positive with one that may
 * be negative are otherwise made of UMULL and MLA, in place of one SMULL or SMLAL. */
static inline int32_t fixed_opaque(int32_t value) {
#if FIXED_SIMD
	__asm__("" : "+r"(value));
#endif
	return value;
}

static inline int16_t fixed_saturate16(int32_t value) {
	return (int16_t)fixed_saturate(value, 16u);
}

static inline int32_t fixed_saturate64(int64_t value) {
	return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int32_t)value;
}

static inline int32_t fixed_add_saturating(int32_t a, int32_t b) {
#if FIXED_SIMD
	return __qadd(a, b);
#else
	return fixed_saturate64((int64_t)a + b);
#endif
}

static inline int32_t fixed_subtract_saturating(int32_t a, int32_t b) {
#if FIXED_SIMD
	return __qsub(a, b);
#else
	return fixed_saturate64((int64_t)a - b);
#endif
}

/* value / 2^shift, to nearest, ties away from zero; shift 1 to 30, |value| < 2^31 - 2^(shift-1). */
static inline int32_t fixed_round_shift(int32_t value, unsigned shift) {
	return (value + (1 << (shift - 1u)) + (value >> 31)) >> shift;
}

/* The same on 64 bits; shift 1 to 62, |value| < 2^63 - 2^(shift-1). */
static inline int64_t fixed_round_shift64(int64_t value, unsigned shift) {
	return (value + ((int64_t)1 << (shift - 1u)) + (value >> 63)) >> shift;
}

/* Upper half of the product, rounded down: of Qa and Qb makes Q(a+b-32). */
static inline int32_t fixed_multiply_high(int32_t a, int32_t b) {
	return (int32_t)(((int64_t)a * b) >> 32);
}

/* Zero bits above the highest one; 32 of 0. */
static inline unsigned fixed_leading_zeros(uint32_t value) {
	return value == 0 ? 32u : (unsigned)__builtin_clz(value);
}

/* Bytes 0 and 2 as a pair of int16 (SXTB16). */
static inline fixed_pair fixed_even_bytes(uint32_t bytes) {
#if FIXED_SIMD
	return (fixed_pair)__sxtb16((int8x4_t)bytes);
#else
	return fixed_pack((int8_t)(uint8_t)bytes, (int8_t)(uint8_t)(bytes >> 16));
#endif
}

/* Bytes 1 and 3 as a pair of int16 (SXTB16 with rotation). */
static inline fixed_pair fixed_odd_bytes(uint32_t bytes) {
#if FIXED_SIMD
	fixed_pair pair;
	__asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(bytes)); /* the intrinsic takes two instructions */
	return pair;
#else
	return fixed_pack((int8_t)(uint8_t)(bytes >> 8), (int8_t)(uint8_t)(bytes >> 24));
#endif
}

/* sum + a.low b.low + a.high b.high (SMLAD). */
static inline int32_t fixed_multiply_add_pairs(fixed_pair a, fixed_pair b, int32_t sum) {
#if FIXED_SIMD
	return __smlad((int16x2_t)a, (int16x2_t)b, sum);
#else
	uint32_t low = (uint32_t)(fixed_low(a) * fixed_low(b));
	uint32_t high = (uint32_t)(fixed_high(a) * fixed_high(b));
	return fixed_wrap((uint32_t)sum + low + high);
#endif
}

/* The same in 64 bits (SMLALD). */
static inline int64_t fixed_multiply_add_pairs64(fixed_pair a, fixed_pair b, int64_t sum) {
#if FIXED_SIMD
	return __smlald((int16x2_t)a, (int16x2_t)b, sum);
#else
	return sum + fixed_low(a) * fixed_low(b) + fixed_high(a) * fixed_high(b);
#endif
}

/* a.low b.low - a.high b.high (SMUSD): the real part of a complex product. Never leaves 32 bits. */
static inline int32_t fixed_multiply_real(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return __smusd((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_low(a) * fixed_low(b) - fixed_high(a) * fixed_high(b);
#endif
}

/* a.low b.high + a.high b.low (SMUADX): the imaginary part. */
static inline int32_t fixed_multiply_imaginary(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return __smuadx((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_wrap((uint32_t)(fixed_low(a) * fixed_high(b)) + (uint32_t)(fixed_high(a) * fixed_low(b)));
#endif
}

/* (a.low, b.low): PKHBT. gcc 12 does not make one of the plain C. */
static inline fixed_pair fixed_low_halves(uint32_t a, uint32_t b) {
#if FIXED_SIMD
	fixed_pair pair;
	__asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(pair) : "r"(a), "r"(b));
	return pair;
#else
	return (a & 0xffffu) | b << 16;
#endif
}

/* (a.high, b.high): PKHTB. Of two Q30 products it makes two Q14 values, rounded down. */
static inline fixed_pair fixed_high_halves(uint32_t a, uint32_t b) {
#if FIXED_SIMD
	fixed_pair pair;
	__asm__("pkhtb %0, %1, %2, asr #16" : "=r"(pair) : "r"(b), "r"(a));
	return pair;
#else
	return a >> 16 | (b & 0xffff0000u);
#endif
}

/* (a.low, b.high). */
static inline fixed_pair fixed_low_and_high(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	fixed_pair pair;
	__asm__("pkhbt %0, %1, %2" : "=r"(pair) : "r"(a), "r"(b));
	return pair;
#else
	return (a & 0xffffu) | (b & 0xffff0000u);
#endif
}

/* a + b in both halves, saturated (QADD16). */
static inline fixed_pair fixed_add_pairs(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__qadd16((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack(fixed_saturate16(fixed_low(a) + fixed_low(b)), fixed_saturate16(fixed_high(a) + fixed_high(b)));
#endif
}

/* a - b in both halves, saturated (QSUB16). */
static inline fixed_pair fixed_subtract_pairs(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__qsub16((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack(fixed_saturate16(fixed_low(a) - fixed_low(b)), fixed_saturate16(fixed_high(a) - fixed_high(b)));
#endif
}

/* For complex numbers (real part low): a + j b, saturated (QASX). */
static inline fixed_pair fixed_add_turned(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__qasx((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack(fixed_saturate16(fixed_low(a) - fixed_high(b)), fixed_saturate16(fixed_high(a) + fixed_low(b)));
#endif
}

/* a - j b, saturated (QSAX). */
static inline fixed_pair fixed_subtract_turned(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__qsax((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack(fixed_saturate16(fixed_low(a) + fixed_high(b)), fixed_saturate16(fixed_high(a) - fixed_low(b)));
#endif
}

/* The same four of half the sum, rounded down (SHADD16, SHSUB16, SHASX, SHSAX): nothing is lost at the top. */
static inline fixed_pair fixed_add_halved(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__shadd16((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack((int16_t)((fixed_low(a) + fixed_low(b)) >> 1), (int16_t)((fixed_high(a) + fixed_high(b)) >> 1));
#endif
}

static inline fixed_pair fixed_subtract_halved(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__shsub16((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack((int16_t)((fixed_low(a) - fixed_low(b)) >> 1), (int16_t)((fixed_high(a) - fixed_high(b)) >> 1));
#endif
}

static inline fixed_pair fixed_add_turned_halved(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__shasx((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack((int16_t)((fixed_low(a) - fixed_high(b)) >> 1), (int16_t)((fixed_high(a) + fixed_low(b)) >> 1));
#endif
}

static inline fixed_pair fixed_subtract_turned_halved(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return (fixed_pair)__shsax((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_pack((int16_t)((fixed_low(a) + fixed_high(b)) >> 1), (int16_t)((fixed_high(a) - fixed_low(b)) >> 1));
#endif
}

/* a.low b.low + a.high b.high (SMUAD). */
static inline int32_t fixed_multiply_pairs(fixed_pair a, fixed_pair b) {
#if FIXED_SIMD
	return __smuad((int16x2_t)a, (int16x2_t)b);
#else
	return fixed_multiply_add_pairs(a, b, 0);
#endif
}

/* Both halves, 0 where negative (USAT16). */
static inline fixed_pair fixed_positive_pairs(fixed_pair a) {
#if FIXED_SIMD
	fixed_pair pair;
	__asm__("usat16 %0, #15, %1" : "=r"(pair) : "r"(a)); /* the intrinsic is a macro that converts signs silently */
	return pair;
#else
	return fixed_pack(fixed_low(a) > 0 ? fixed_low(a) : 0, fixed_high(a) > 0 ? fixed_high(a) : 0);
#endif
}

/* (a.high, a.low). */
static inline fixed_pair fixed_swap(fixed_pair a) {
	return a >> 16 | a << 16;
}

/* sum + a.low b.high - a.high b.low (SMLSDX): the imaginary part of b times the conjugate of a. */
static inline int32_t fixed_multiply_subtract_crossed(fixed_pair a, fixed_pair b, int32_t sum) {
#if FIXED_SIMD
	return __smlsdx((int16x2_t)a, (int16x2_t)b, sum);
#else
	uint32_t first = (uint32_t)(fixed_low(a) * fixed_high(b));
	uint32_t second = (uint32_t)(fixed_high(a) * fixed_low(b));
	return fixed_wrap((uint32_t)sum + first - second);
#endif
}

/* fixed_multiply_high, to nearest, ties upwards (SMMULR). */
static inline int32_t fixed_multiply_high_rounded(int32_t a, int32_t b) {
	return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
}

/* sum + value x weight, in 64 bits, weight < 2^16 (UMLAL). Cores without it get by with 32-bit products. */
static inline uint64_t fixed_multiply_add_wide(uint32_t value, uint32_t weight, uint64_t sum) {
#if FIXED_SIMD
	__asm__("umlal %Q0, %R0, %1, %2" : "+r"(sum) : "r"(value), "r"(weight)); /* of two such sums gcc 12 makes a longer one */
	return sum;
#else
	uint32_t low = (value & 0xffffu) * weight;
	uint32_t high = (value >> 16) * weight;
	return sum + low + ((uint64_t)high << 16);
#endif
}

#endif
