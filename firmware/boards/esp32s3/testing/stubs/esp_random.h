/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
#include <stdint.h>
uint32_t esp_random(void);
