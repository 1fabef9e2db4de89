/* A device in memory: a scripted counter, bytes in and out as arrays, hop ticks by hand. For the C tests only. */
#ifndef FAKE_BOARD_H
#define FAKE_BOARD_H

#include "ossicle.h"
#include "ossicle_counter.h"

#define FAKE_HOP 16u
#define FAKE_STAGES 2u
#define FAKE_LABELS 3u
#define FAKE_STORE_BYTES 2048u

struct fake_board {
	struct ossicle device;
	/* The port. Tests change the functions they care about before fake_start. */
	struct ossicle_port port;
	struct ossicle_app app;
	struct ossicle_buffers buffers;
	struct ossicle_identity identity;
	struct ossicle_ring rx;
	uint8_t rx_bytes[1024];
	int16_t audio[5 * FAKE_HOP];
	uint8_t records[OSSICLE_BLOCK_RECORDS * OSSICLE_RECORD_BYTES(FAKE_STAGES)];
	uint8_t scores[OSSICLE_BLOCK_RECORDS * 2u * FAKE_LABELS];
	uint8_t store[FAKE_STORE_BYTES];

	char out[1 << 16];      /* what the device wrote, a string */
	size_t out_count;
	bool deserted;          /* write reports that nobody reads */

	uint32_t counter;       /* 32-bit, advances by counter_step a stamp; the port extends it */
	uint32_t counter_step;
	struct ossicle_counter32 extended;
	uint64_t irq_cycles;
	uint64_t sleep_cycles;
	uint32_t millis;
	uint32_t hops_due;
	unsigned resets;
	unsigned hops_heard;
	uint32_t heard_crc;     /* of all samples the app was given since clip-begin */

	uint16_t sequence;      /* host side: of the next frame */
};

extern struct fake_board fake;

/* Everything afresh, the device not yet initialised. */
void fake_reset(void);
void fake_start(void);
/* Polls until there is nothing to do. */
void fake_settle(void);
void fake_clear_output(void);
/* How often `text` occurs in what the device wrote since fake_clear_output. */
unsigned fake_said(const char *text);

/* The host: puts bytes into the ring (those beyond its room are lost), or builds a frame and does so. */
void fake_receive(const uint8_t *bytes, size_t count);
/* Writes delimiters and COBS around a body with its CRC; `to` needs count + 20 bytes. Returns the length. */
size_t fake_frame(uint8_t *to, uint8_t type, uint16_t sequence, const void *payload, size_t count);
/* Sends with the next sequence number and settles. */
void fake_send(uint8_t type, const void *payload, size_t count);
void fake_hello(uint32_t nonce);
void fake_config(uint8_t codec, uint8_t pacing, uint8_t flags);
void fake_clip_begin(uint32_t clip, uint32_t samples, uint32_t crc);
void fake_audio(uint32_t offset, const void *bytes, size_t count);
void fake_silence(uint32_t offset, uint32_t count);
void fake_number(uint8_t type, uint32_t number);

#endif
