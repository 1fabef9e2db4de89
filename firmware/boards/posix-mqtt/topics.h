/* Topic names of wire v1 over MQTT (firmware/wire/MQTT.md section 1). */
#ifndef TOPICS_H
#define TOPICS_H

#include <stdbool.h>

/* The longest: root, two names of 64, `answer/` and 32 digits. */
#define TOPIC_BYTES 192

struct topics {
	char info[TOPIC_BYTES];
	char ask[TOPIC_BYTES];
	char down[TOPIC_BYTES];
	char up[TOPIC_BYTES];
};

enum topic_leaf { TOPIC_ASK, TOPIC_DOWN, TOPIC_OTHER };

/* Whether a bench or device may be called so. NULL may not. */
bool topic_name_sound(const char *name);
/* Both names must be sound. */
void topics_of(struct topics *topics, const char *bench, const char *device);
/* Which of the two that a device listens to. */
enum topic_leaf topic_leaf(const struct topics *topics, const char *topic);
/* `reply_to`: 32 hex digits. */
void topic_answer(char topic[TOPIC_BYTES], const char *bench, const char *device, const char *reply_to);

#endif
