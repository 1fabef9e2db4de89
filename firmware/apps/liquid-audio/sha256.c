#include "sha256.h"

#include <string.h>

#define BLOCK_BYTES 64u

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
static const uint32_t round_constants[64] = {
	0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
	0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
	0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
	0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
	0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
	0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
	0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
	0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u,
};

/* ... and of the square roots of the first 8 (5.3.3). */
static const uint32_t start[8] = {
	0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au, 0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u,
};

static uint32_t rotate(uint32_t x, unsigned by) {
	return x >> by | x << (32u - by);
}

static uint32_t big_endian(const uint8_t *from) {
	return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | (uint32_t)from[3];
}

/* The message schedule (6.2.2, step 1) as a ring of its last 16 words. */
static uint32_t extend(uint32_t words[16], unsigned t) {
	uint32_t a = words[(t + 1u) & 15u];
	uint32_t b = words[(t + 14u) & 15u];
	uint32_t mixed_a = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
	uint32_t mixed_b = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
	words[t & 15u] += mixed_a + words[(t + 9u) & 15u] + mixed_b;
	return words[t & 15u];
}

static void add_block(uint32_t state[8], const uint8_t block[BLOCK_BYTES]) {
	uint32_t words[16], s[8];
	memcpy(s, state, sizeof s);
	for (unsigned t = 0; t < 64u; t++) {
		uint32_t word = t < 16u ? (words[t] = big_endian(block + 4u * t)) : extend(words, t);
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
		uint32_t first = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + choice + round_constants[t] + word;
		uint32_t second = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + majority;
		memmove(s + 1, s, 7u * sizeof s[0]);
		s[4] += first;
		s[0] = first + second;
	}
	for (unsigned i = 0; i < 8u; i++) {
		state[i] += s[i];
	}
}

void sha256(const uint8_t *bytes, size_t count, uint8_t digest[SHA256_BYTES]) {
	uint32_t state[8];
	uint8_t last[BLOCK_BYTES] = { 0 };
	size_t whole = count - count % BLOCK_BYTES, rest = count % BLOCK_BYTES;
	memcpy(state, start, sizeof state);
	for (size_t at = 0; at < whole; at += BLOCK_BYTES) {
		add_block(state, bytes + at);
	}
	if (rest > 0) {
		memcpy(last, bytes + whole, rest);
	}
	last[rest] = 0x80u;
	if (rest >= BLOCK_BYTES - 8u) {
		add_block(state, last);
		memset(last, 0, sizeof last);
	}
	for (unsigned i = 0; i < 8u; i++) {
		last[BLOCK_BYTES - 1u - i] = (uint8_t)((uint64_t)count * 8u >> 8u * i);
	}
	add_block(state, last);
	for (unsigned i = 0; i < SHA256_BYTES; i++) {
		digest[i] = (uint8_t)(state[i / 4u] >> (24u - 8u * (i % 4u)));
	}
}
