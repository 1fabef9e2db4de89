#define _GNU_SOURCE
#include "image.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Set by the linker. */
extern char __data_start, _edata, __bss_start, _end;

static uint8_t *kept; /* .data, and .bss behind it */

/*
 * Byte by byte and volatile, so that no memcpy is made of it: between variables lie the address sanitizer's red zones, which
 * it would not let anybody touch.
 */
__attribute__((no_sanitize("address"))) static void copy(volatile uint8_t *to, const volatile uint8_t *from, size_t count) {
	for (size_t i = 0; i < count; i++) {
		to[i] = from[i];
	}
}

static size_t data_bytes(void) {
	return (size_t)(&_edata - &__data_start);
}

static size_t bss_bytes(void) {
	return (size_t)(&_end - &__bss_start);
}

void image_keep(void) {
	kept = mmap(NULL, data_bytes() + bss_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (kept == MAP_FAILED) {
		perror("liquid-audio: copy of the variables");
		exit(1);
	}
	copy(kept, (uint8_t *)&__data_start, data_bytes());
	copy(kept + data_bytes(), (uint8_t *)&__bss_start, bss_bytes());
}

void image_restore(void) {
	const uint8_t *from = kept; /* itself one of them, with the same value in the copy */
	copy((uint8_t *)&__data_start, from, data_bytes());
	copy((uint8_t *)&__bss_start, from + data_bytes(), bss_bytes());
}
