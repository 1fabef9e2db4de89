/* Natural logarithm of a whole number by table. */
#ifndef LOGARITHM_H
#define LOGARITHM_H

#include <stdint.h>

/* ln(value x 2^exponent) in Q11; value > 0, |exponent| < 64. Error below 2.8e-4 (test_logarithm.c), of which rounding to Q11
 * is 2.44e-4. */
int16_t logarithm(uint64_t value, int32_t exponent);

#endif
