/*
 * The UART of the test link (serial_line.h), by ESP-IDF's driver: its interrupts and the task that waits for its events run on the core that
 * does not compute.
 */
#ifndef SERIAL_H
#define SERIAL_H

#include <stddef.h>
#include <stdint.h>

/* On the core that is to take the UART's interrupts. */
void serial_start(void);
size_t serial_read(uint8_t *to, size_t max);

#endif
