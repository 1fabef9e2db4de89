#include "topics.h"

#include <stdio.h>
#include <string.h>

#define ROOT "ossicle/1"
#define MAX_NAME 64

bool topic_name_sound(const char *name) {
	if (name == NULL || name[0] == 0 || name[0] == '-' || strlen(name) > MAX_NAME) {
		return false;
	}
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == 0;
}

static void join(char topic[TOPIC_BYTES], const char *bench, const char *device, const char *leaf) {
	snprintf(topic, TOPIC_BYTES, ROOT "/%.64s/%.64s/%.40s", bench, device, leaf);
}

void topics_of(struct topics *topics, const char *bench, const char *device) {
	join(topics->info, bench, device, "info");
	join(topics->ask, bench, device, "ask");
	join(topics->down, bench, device, "down");
	join(topics->up, bench, device, "up");
}

enum topic_leaf topic_leaf(const struct topics *topics, const char *topic) {
	return strcmp(topic, topics->ask) == 0 ? TOPIC_ASK : strcmp(topic, topics->down) == 0 ? TOPIC_DOWN : TOPIC_OTHER;
}

void topic_answer(char topic[TOPIC_BYTES], const char *bench, const char *device, const char *reply_to) {
	char leaf[48];
	snprintf(leaf, sizeof leaf, "answer/%.32s", reply_to);
	join(topic, bench, device, leaf);
}
