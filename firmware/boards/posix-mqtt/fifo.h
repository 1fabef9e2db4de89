/* Bytes in order, in a buffer of the caller's. Not for two threads at once: uart.c holds a lock. */
#ifndef FIFO_H
#define FIFO_H

#include <stddef.h>
#include <stdint.h>

struct fifo {
	uint8_t *bytes;
	size_t capacity;
	size_t begin; /* index of the oldest byte */
	size_t used;
};

void fifo_init(struct fifo *fifo, uint8_t *bytes, size_t capacity);
void fifo_clear(struct fifo *fifo);
size_t fifo_free(const struct fifo *fifo);
/* Takes in as many as there is room for, and returns how many. */
size_t fifo_put(struct fifo *fifo, const uint8_t *from, size_t count);
/* Hands out up to `max` of the oldest and returns how many. */
size_t fifo_take(struct fifo *fifo, uint8_t *to, size_t max);

#endif
