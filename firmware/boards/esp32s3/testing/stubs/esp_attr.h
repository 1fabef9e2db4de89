/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
#define IRAM_ATTR __attribute__((section(".iram1")))
