#include "fifo.h"

#include <string.h>

static size_t least(size_t a, size_t b) {
	return a < b ? a : b;
}

void fifo_init(struct fifo *fifo, uint8_t *bytes, size_t capacity) {
	fifo->bytes = bytes;
	fifo->capacity = capacity;
	fifo_clear(fifo);
}

void fifo_clear(struct fifo *fifo) {
	fifo->begin = 0;
	fifo->used = 0;
}

size_t fifo_free(const struct fifo *fifo) {
	return fifo->capacity - fifo->used;
}

size_t fifo_put(struct fifo *fifo, const uint8_t *from, size_t count) {
	size_t taken = least(count, fifo_free(fifo));
	size_t end = (fifo->begin + fifo->used) % fifo->capacity;
	size_t straight = least(taken, fifo->capacity - end);
	memcpy(fifo->bytes + end, from, straight);
	memcpy(fifo->bytes, from + straight, taken - straight);
	fifo->used += taken;
	return taken;
}

size_t fifo_take(struct fifo *fifo, uint8_t *to, size_t max) {
	size_t given = least(max, fifo->used);
	size_t straight = least(given, fifo->capacity - fifo->begin);
	memcpy(to, fifo->bytes + fifo->begin, straight);
	memcpy(to + straight, fifo->bytes, given - straight);
	fifo->begin = (fifo->begin + given) % fifo->capacity;
	fifo->used -= given;
	return given;
}
