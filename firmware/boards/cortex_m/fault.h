/* Every exception that should never come. */
#ifndef FAULT_H
#define FAULT_H

#include <stdint.h>

/* For the vector table. Says what it was on the serial line, and restarts. */
void Fault_Handler(void);

void report_fault(const uint32_t *frame) __attribute__((noreturn, used));

#endif
