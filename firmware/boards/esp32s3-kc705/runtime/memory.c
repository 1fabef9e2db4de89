#include <stdint.h>
#include <string.h>

/* Byte by byte but for what is aligned alike; GCC must not turn these loops into calls of the functions they are in. */
#define NO_IDIOMS __attribute__((optimize("no-tree-loop-distribute-patterns")))

NO_IDIOMS void *memcpy(void *restrict to, const void *restrict from, size_t count) {
	uint8_t *out = to;
	const uint8_t *in = from;
	if ((((uintptr_t)out | (uintptr_t)in) & 3u) == 0) {
		for (; count >= 4; count -= 4, out += 4, in += 4) {
			*(uint32_t *)(void *)out = *(const uint32_t *)(const void *)in;
		}
	}
	while (count-- > 0) {
		*out++ = *in++;
	}
	return to;
}

NO_IDIOMS void *memmove(void *to, const void *from, size_t count) {
	uint8_t *out = to;
	const uint8_t *in = from;
	if ((uintptr_t)out <= (uintptr_t)in || (uintptr_t)out - (uintptr_t)in >= count) {
		while (count-- > 0) {
			*out++ = *in++;
		}
	} else {
		while (count-- > 0) {
			out[count] = in[count];
		}
	}
	return to;
}

NO_IDIOMS void *memset(void *to, int value, size_t count) {
	uint8_t *out = to;
	uint32_t word = (uint8_t)value * 0x01010101u;
	for (; count > 0 && ((uintptr_t)out & 3u) != 0; count--) {
		*out++ = (uint8_t)value;
	}
	for (; count >= 4; count -= 4, out += 4) {
		*(uint32_t *)(void *)out = word;
	}
	while (count-- > 0) {
		*out++ = (uint8_t)value;
	}
	return to;
}

int memcmp(const void *one, const void *other, size_t count) {
	const uint8_t *a = one;
	const uint8_t *b = other;
	for (; count > 0; count--, a++, b++) {
		if (*a != *b) {
			return *a < *b ? -1 : 1;
		}
	}
	return 0;
}

NO_IDIOMS size_t strlen(const char *text) {
	size_t length = 0;
	while (text[length] != 0) {
		length++;
	}
	return length;
}

int strcmp(const char *one, const char *other) {
	const uint8_t *a = (const uint8_t *)one;
	const uint8_t *b = (const uint8_t *)other;
	while (*a != 0 && *a == *b) {
		a++;
		b++;
	}
	return (int)*a - (int)*b;
}
