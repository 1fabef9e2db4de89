/*
 * The UART of the test link, by ESP-IDF's driver: its interrupts and the task that waits for its events run on the core that
 * does not compute.
 */
#ifndef SERIAL_H
#define SERIAL_H

#include <stddef.h>
#include <stdint.h>

/* On the core that is to take the UART's interrupts. */
void serial_start(void);
size_t serial_read(uint8_t *to, size_t max);
/* How many bytes were taken: what the driver's buffer has room for. */
size_t serial_write(const uint8_t *from, size_t count);
void serial_flush(void);
/* How often bytes were lost; the driver does not tell how many. */
uint32_t serial_overruns(void);

#endif
