/* Base64 of RFC 4648 section 4, with padding. */
#ifndef OSSICLE_BASE64_H
#define OSSICLE_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* Encodes 1 to 3 bytes as 4 characters (the last ones '=' where `count` is below 3). No terminating zero. */
void ossicle_base64_group(const uint8_t *bytes, size_t count, char out[4]);

#endif
