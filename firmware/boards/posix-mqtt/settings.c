#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topics.h"
#include "wire.h"

#define PLAIN_SCHEME "mqtt://"
#define SECURE_SCHEME "mqtts://"
/* Ports of IANA's registry: mqtt and secure-mqtt. */
#define PLAIN_PORT "1883"
#define SECURE_PORT "8883"

static struct {
	const char *broker;
	const char *bench;
	const char *device;
} given;

static bool take(const char *option, const char *value, struct options *options) {
	(void)options;
	const char **to = strcmp(option, "--broker") == 0 ? &given.broker
		: strcmp(option, "--bench") == 0              ? &given.bench
		: strcmp(option, "--device") == 0             ? &given.device
													  : NULL;
	if (to == NULL) {
		return false;
	}
	*to = value == NULL ? "" : value;
	return true;
}

const struct option_set wire_options = {
	.usage = "                    --broker HOST:PORT|mqtts://HOST:PORT --bench NAME --device NAME\n"
			 "Is the device NAME on an MQTT broker (firmware/wire/MQTT.md) until standard input ends. Environment:\n"
			 "OSSICLE_MQTT_USER, OSSICLE_MQTT_PASSWORD or OSSICLE_MQTT_PASSWORD_FILE; for TLS OSSICLE_MQTT_CA,\n"
			 "OSSICLE_MQTT_CERT and OSSICLE_MQTT_KEY (files).\n",
	.take = take,
};

static bool port_sound(const char *port) {
	size_t digits = strspn(port, "0123456789");
	return digits >= 1 && digits <= 5 && port[digits] == 0 && atoi(port) >= 1 && atoi(port) <= 65535;
}

/* Where the host ends: before the colon of the port, or at the end. NULL where the brackets are not in order. */
static const char *host_end(const char *host) {
	if (host[0] != '[') {
		return host + strcspn(host, ":");
	}
	const char *bracket = strchr(host, ']');
	return bracket != NULL && (bracket[1] == ':' || bracket[1] == 0) ? bracket + 1 : NULL;
}

bool broker_parse(const char *text, bool secure_unless_said, struct broker *broker) {
	bool plain_said = strncmp(text, PLAIN_SCHEME, strlen(PLAIN_SCHEME)) == 0;
	bool secure_said = strncmp(text, SECURE_SCHEME, strlen(SECURE_SCHEME)) == 0;
	const char *host = text + (plain_said ? strlen(PLAIN_SCHEME) : secure_said ? strlen(SECURE_SCHEME) : 0);
	const char *end = host_end(host);
	if (end == NULL) {
		return false;
	}
	broker->secure = secure_said || (!plain_said && secure_unless_said);
	const char *port = *end == ':' ? end + 1 : broker->secure ? SECURE_PORT : PLAIN_PORT;
	size_t bracket = host[0] == '[' ? 1 : 0;
	size_t length = (size_t)(end - host) - 2 * bracket;
	/* What an account, a path or a space would be: secrets and benches are named elsewhere. */
	bool other = strcspn(host, "@/ \t\r\n%") != strlen(host);
	if (other || length == 0 || length >= sizeof broker->host || !port_sound(port) || (!plain_said && !secure_said && *end == 0)) {
		return false;
	}
	memcpy(broker->host, host + bracket, length);
	broker->host[length] = 0;
	snprintf(broker->port, sizeof broker->port, "%s", port);
	snprintf(broker->shown, sizeof broker->shown, "%s%.*s:%s", broker->secure ? SECURE_SCHEME : PLAIN_SCHEME,
		(int)(end - host), host, port);
	return true;
}

/* NULL where it is not set, or set to nothing. */
static const char *environment(const char *name) {
	const char *value = getenv(name);
	return value == NULL || value[0] == 0 ? NULL : value;
}

/* Names the variable, never what is in it. */
static void refuse_variable(const char *name, const char *why) {
	fprintf(stderr, "liquid-audio: %s: %s\n", name, why);
	exit(2);
}

static void read_password(struct credentials *credentials) {
	static const char name[] = "OSSICLE_MQTT_PASSWORD_FILE";
	const char *path = environment(name);
	credentials->password = environment("OSSICLE_MQTT_PASSWORD");
	if (path == NULL) {
		return;
	}
	if (credentials->password != NULL) {
		refuse_variable(name, "OSSICLE_MQTT_PASSWORD is set as well; expected one of the two");
	}
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		refuse_variable(name, strerror(errno));
		return;
	}
	size_t count = fread(credentials->password_read, 1, sizeof credentials->password_read, file);
	fclose(file);
	if (count == sizeof credentials->password_read) {
		refuse_variable(name, "the file holds more than 1024 bytes");
	}
	credentials->password_read[count] = 0;
	/* Editors and `echo` end a file with a line end that nobody typed as a part of the password. */
	count -= count > 0 && credentials->password_read[count - 1] == '\n';
	count -= count > 0 && credentials->password_read[count - 1] == '\r';
	credentials->password_read[count] = 0;
	if (count == 0 || strlen(credentials->password_read) != count) {
		refuse_variable(name, "the file is empty, or no text");
	}
	credentials->password = credentials->password_read;
}

static void check_file(const char *name, const char *path) {
	FILE *file = path == NULL ? NULL : fopen(path, "r");
	if (path != NULL && file == NULL) {
		refuse_variable(name, strerror(errno));
	}
	if (file != NULL) {
		fclose(file);
	}
}

static void read_credentials(struct credentials *credentials) {
	read_password(credentials);
	credentials->user = environment("OSSICLE_MQTT_USER");
	credentials->ca = environment("OSSICLE_MQTT_CA");
	credentials->cert = environment("OSSICLE_MQTT_CERT");
	credentials->key = environment("OSSICLE_MQTT_KEY");
	if (credentials->password != NULL && credentials->user == NULL) {
		refuse_variable("OSSICLE_MQTT_USER", "not set, but a password is");
	}
	if ((credentials->cert == NULL) != (credentials->key == NULL)) {
		refuse_variable("OSSICLE_MQTT_CERT and OSSICLE_MQTT_KEY", "one is set without the other");
	}
	check_file("OSSICLE_MQTT_CA", credentials->ca);
	check_file("OSSICLE_MQTT_CERT", credentials->cert);
	check_file("OSSICLE_MQTT_KEY", credentials->key);
}

void settings_read(struct settings *settings) {
	static const char names[] = "1 to 64 lower-case letters, digits and hyphens, the first no hyphen";
	read_credentials(&settings->credentials);
	if (given.broker == NULL || !broker_parse(given.broker, settings->credentials.ca != NULL, &settings->broker)) {
		options_refuse("--broker", "HOST:PORT, mqtt://HOST:PORT or mqtts://HOST:PORT", given.broker);
	}
	if (!topic_name_sound(given.bench)) {
		options_refuse("--bench", names, given.bench);
	}
	if (!topic_name_sound(given.device)) {
		options_refuse("--device", names, given.device);
	}
	settings->bench = given.bench;
	settings->device = given.device;
}
