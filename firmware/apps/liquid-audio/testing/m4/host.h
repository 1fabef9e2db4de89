/* What the check needs of the machine it runs on. */
#ifndef M4_HOST_H
#define M4_HOST_H

#include <stdint.h>

void host_print(const char *text);

/* Instructions executed so far, to within 5, modulo 5 x 2^24; 0 where they are not counted. */
uint32_t host_instructions(void);

#endif
