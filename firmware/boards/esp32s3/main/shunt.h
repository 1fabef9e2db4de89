/*
 * Shunt voltage by ADC1 in continuous mode, 1000 samples a second, carried by DMA. Raw counts: what the chip's own
 * calibration would make of them is left to `ossicle calibrate`.
 */
#ifndef SHUNT_H
#define SHUNT_H

#include <stddef.h>
#include <stdint.h>

#define SHUNT_HZ 1000u

void shunt_start(uint64_t *start_cycles, uint32_t *period_cycles);
/* Up to `max` counts; -1 when samples were lost. */
long shunt_read(uint16_t *to, size_t max);
void shunt_stop(void);

#endif
