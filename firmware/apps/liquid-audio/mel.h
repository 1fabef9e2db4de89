/* From the power of 255 bins to the logarithm of 26 mel bands. */
#ifndef MEL_H
#define MEL_H

#include <stdint.h>

#include "mfcc_tables.h"

/* Natural logarithms, Q11, of each band's power plus a floor of 1e-5, where full scale is 1. `power[k]` of bin k holds the truth
 * times 2^exponent, 10 to 48. Returns the greatest. Bands come in pairs of 16 bits. */
int32_t mel_levels(const uint32_t power[], int32_t exponent, int16_t levels[MFCC_BANDS]);

#endif
