/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#define MALLOC_CAP_8BIT (1u << 2)
typedef struct {
	size_t total_free_bytes;
	size_t total_allocated_bytes;
} multi_heap_info_t;
void heap_caps_get_info(multi_heap_info_t *info, uint32_t caps);
