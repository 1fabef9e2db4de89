/* Requests to a device (firmware/wire/MQTT.md section 4, harness/schema/mqtt-ask.schema.json), from bytes of anybody's. */
#ifndef ASK_H
#define ASK_H

#include <stddef.h>
#include <stdint.h>

#define MESSAGE_MAX_BYTES 4096u
/* 80 characters of at most 4 bytes. */
#define HOLDER_BYTES 321

enum ask_op { ASK_DESCRIBE, ASK_ACQUIRE, ASK_FLASH, ASK_SAFE, ASK_START, ASK_STOP, ASK_RELEASE, ASK_OPS };

/* What an op has no need of is empty. */
struct ask {
	enum ask_op op;
	char id[33];
	char reply_to[33];
	char incarnation[17];
	int64_t expires_device_ms;
	char lease[17];
	char channel[17];
	char holder[HOLDER_BYTES];
	char image_sha256[65];
	char facts_sha256[65];
};

extern const char *const ask_op_names[ASK_OPS];

/* NULL and the request, or why these bytes are none: a constant, so that nothing a stranger wrote is repeated. */
const char *ask_read(const uint8_t *bytes, size_t count, struct ask *ask);

#endif
