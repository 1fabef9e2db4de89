/* How fast the core should run, by the complexity of what was heard last. */
#ifndef SPEED_H
#define SPEED_H

#include <stdint.h>

#include "ossicle_port.h"

/* Complexity is that of mfcc_complexity, 0 to 1 in Q15. Below 0.1: low; above 0.8: high; else balanced. */
enum ossicle_speed speed_of(uint16_t complexity);

#endif
