/* UTF-8 as in RFC 3629. */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether all of it is UTF-8, without control characters but tab, line feed and carriage return. */
bool utf8_is_text(const uint8_t *bytes, size_t count);
/* Characters of UTF-8 that is sound. */
size_t utf8_characters(const char *text);

#endif
