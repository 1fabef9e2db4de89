/* Which broker, as whom, and what for: from the command line and the environment. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

#include "options.h"

#define BROKER_SHOWN_BYTES 300

struct broker {
	bool secure;
	char host[256];
	char port[6];
	char shown[BROKER_SHOWN_BYTES]; /* mqtt://host:port, for people */
};

/* Secrets come from the environment or from files it names, never from a command line. NULL: not given. */
struct credentials {
	const char *user;     /* OSSICLE_MQTT_USER */
	const char *password; /* OSSICLE_MQTT_PASSWORD, or the file OSSICLE_MQTT_PASSWORD_FILE */
	const char *ca;       /* OSSICLE_MQTT_CA: file; else what the system trusts */
	const char *cert;     /* OSSICLE_MQTT_CERT, with OSSICLE_MQTT_KEY: files */
	const char *key;
	char password_read[1025];
};

struct settings {
	const char *bench;
	const char *device;
	struct broker broker;
	struct credentials credentials;
};

/* --broker, --bench, --device. */
extern const struct option_set wire_options;

/* HOST:PORT, mqtt://HOST[:PORT] or mqtts://HOST[:PORT]; a host with colons in brackets. False for anything else. */
bool broker_parse(const char *text, bool secure_unless_said, struct broker *broker);
/* After the options were parsed. Ends the program with a message and status 2 where something is missing or wrong. */
void settings_read(struct settings *settings);

#endif
