/* CRC-32 of IEEE 802.3: reflected, polynomial 0xEDB88320, initial and final value 0xFFFFFFFF (zlib's crc32). */
#ifndef OSSICLE_CRC32_H
#define OSSICLE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* CRC of `crc`'s bytes followed by `bytes`: start with 0. crc32("123456789") is cbf43926. */
uint32_t ossicle_crc32(uint32_t crc, const void *bytes, size_t count);

/* The same over samples as 16-bit little-endian, whatever the byte order of the machine. */
uint32_t ossicle_crc32_samples(uint32_t crc, const int16_t *samples, size_t count);

#endif
