/*
 * Byte ring between one producer (an interrupt handler, or a read call) and one consumer (the main loop).
 *
 * The indices run freely modulo 2^32 and the capacity is a power of two, so all of it can be used and neither side ever
 * writes the other's index. Single-core machines need no more than the compiler barrier that `volatile` gives: data is
 * written before the index that publishes it.
 */
#ifndef OSSICLE_RING_H
#define OSSICLE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ossicle_ring {
	volatile uint8_t *bytes; /* caller's buffer */
	uint32_t capacity;       /* bytes, a power of two */
	volatile uint32_t head;  /* bytes ever put (modulo 2^32): written by the producer only */
	volatile uint32_t tail;  /* bytes ever taken: written by the consumer only */
};

/* `capacity` must be a power of two; false otherwise. */
static inline bool ossicle_ring_init(struct ossicle_ring *ring, uint8_t *bytes, uint32_t capacity) {
	ring->bytes = bytes;
	ring->capacity = capacity;
	ring->head = 0;
	ring->tail = 0;
	return bytes != NULL && capacity > 0 && (capacity & (capacity - 1u)) == 0;
}

static inline uint32_t ossicle_ring_used(const struct ossicle_ring *ring) {
	return ring->head - ring->tail;
}

static inline uint32_t ossicle_ring_free(const struct ossicle_ring *ring) {
	return ring->capacity - ossicle_ring_used(ring);
}

/* False when the ring is full: the byte is lost and the caller counts an overrun. */
static inline bool ossicle_ring_put(struct ossicle_ring *ring, uint8_t byte) {
	uint32_t head = ring->head;
	if (head - ring->tail >= ring->capacity) {
		return false;
	}
	ring->bytes[head & (ring->capacity - 1u)] = byte;
	ring->head = head + 1u;
	return true;
}

/* False when the ring is empty. */
static inline bool ossicle_ring_take(struct ossicle_ring *ring, uint8_t *byte) {
	uint32_t tail = ring->tail;
	if (tail == ring->head) {
		return false;
	}
	*byte = ring->bytes[tail & (ring->capacity - 1u)];
	ring->tail = tail + 1u;
	return true;
}

#endif
