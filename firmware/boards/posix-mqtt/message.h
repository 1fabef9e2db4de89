/* The JSON messages a device sends (firmware/wire/MQTT.md sections 2 to 4, harness/schema/mqtt-{info,answer}.schema.json). */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/* Room for any of them: texts of at most 321 + 200 bytes, each of which JSON may have to spell with six. */
#define MESSAGE_BYTES 4097u

/* What does not change while the program runs. */
struct device_facts {
	const char *bench;
	const char *device;
	const char *board;
	char link[64];         /* how what speaks MQTT hangs on the board */
	char build_id[65];
	char image_sha256[65]; /* of the program file */
};

/* Of the answer to a request. */
struct answer {
	const char *id;
	const char *incarnation;
	int64_t device_ms;
};

/* Each writes a text that ends in a zero, into MESSAGE_BYTES, and returns its length without that. */

/* `holder`: NULL while it is free. `reason`: why it is offline, NULL where it is online. */
size_t message_info(char *to, const struct device_facts *facts, const char *incarnation, const char *holder, const char *reason);
size_t message_done(char *to, const struct answer *answer);
size_t message_described(
	char *to, const struct answer *answer, const struct device_facts *facts, const char *holder, uint32_t refused
);
size_t message_flashed(char *to, const struct answer *answer, const struct device_facts *facts);
size_t message_refused(char *to, const struct answer *answer, const char *code, const char *text);
/* Payload of an END chunk. */
size_t message_end(char *to, const char *code, const char *text);

#endif
