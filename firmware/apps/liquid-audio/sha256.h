/* SHA-256 (FIPS 180-4) of bytes that lie in memory. Only to hold a model's id against its contents, once at start. */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32u

void sha256(const uint8_t *bytes, size_t count, uint8_t digest[SHA256_BYTES]);

#endif
