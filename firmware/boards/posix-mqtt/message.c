#include "message.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVIDENCE "host"

/* cJSON hands its allocations' failures on as NULL; there is nothing sensible to do without memory. */
static size_t print(char *to, cJSON *object) {
	if (object == NULL || !cJSON_PrintPreallocated(object, to, (int)MESSAGE_BYTES, false)) {
		fputs("liquid-audio: a message could not be written: out of memory\n", stderr);
		exit(1);
	}
	cJSON_Delete(object);
	return strlen(to);
}

size_t message_info(char *to, const struct device_facts *facts, const char *incarnation, const char *holder, const char *reason) {
	cJSON *info = cJSON_CreateObject();
	cJSON_AddNumberToObject(info, "v", 1);
	cJSON_AddStringToObject(info, "state", reason == NULL ? "online" : "offline");
	cJSON_AddStringToObject(info, "bench", facts->bench);
	cJSON_AddStringToObject(info, "device", facts->device);
	cJSON_AddStringToObject(info, "via", "firmware");
	cJSON_AddStringToObject(info, "incarnation", incarnation);
	cJSON_AddStringToObject(info, "board", facts->board);
	cJSON_AddStringToObject(info, "evidence", EVIDENCE);
	if (holder != NULL) {
		cJSON_AddStringToObject(info, "holder", holder);
	}
	if (reason != NULL) {
		cJSON_AddStringToObject(info, "reason", reason);
	}
	return print(to, info);
}

static cJSON *begun(const struct answer *answer, bool ok) {
	char device_ms[24];
	cJSON *object = cJSON_CreateObject();
	cJSON_AddNumberToObject(object, "v", 1);
	cJSON_AddStringToObject(object, "id", answer->id);
	cJSON_AddStringToObject(object, "incarnation", answer->incarnation);
	/* As a number, cJSON would write 15 digits of it. */
	snprintf(device_ms, sizeof device_ms, "%" PRId64, answer->device_ms);
	cJSON_AddRawToObject(object, "deviceMs", device_ms);
	cJSON_AddBoolToObject(object, "ok", ok);
	return object;
}

size_t message_done(char *to, const struct answer *answer) {
	return print(to, begun(answer, true));
}

size_t message_described(
	char *to, const struct answer *answer, const struct device_facts *facts, const char *holder, uint32_t refused
) {
	cJSON *object = begun(answer, true);
	cJSON *described = cJSON_AddObjectToObject(object, "described");
	cJSON_AddStringToObject(described, "board", facts->board);
	cJSON_AddStringToObject(described, "evidence", EVIDENCE);
	cJSON_AddStringToObject(described, "imageSha256", facts->image_sha256);
	cJSON_AddStringToObject(described, "buildId", facts->build_id);
	cJSON_AddStringToObject(described, "link", facts->link);
	cJSON_AddBoolToObject(described, "cycles", false);
	if (holder != NULL) {
		cJSON_AddStringToObject(described, "holder", holder);
	}
	cJSON_AddNumberToObject(described, "refused", refused);
	return print(to, object);
}

size_t message_flashed(char *to, const struct answer *answer, const struct device_facts *facts) {
	cJSON *object = begun(answer, true);
	cJSON *flash = cJSON_AddObjectToObject(object, "flash");
	/* The program is its own image: nothing is written, it only starts anew. */
	cJSON_AddStringToObject(flash, "tool", "exec");
	cJSON_AddStringToObject(flash, "imageSha256", facts->image_sha256);
	cJSON_AddStringToObject(flash, "buildId", facts->build_id);
	cJSON_AddNullToObject(flash, "staticBytes");
	cJSON_AddNullToObject(flash, "rigBytes");
	cJSON_AddNullToObject(flash, "flashBytes");
	return print(to, object);
}

size_t message_refused(char *to, const struct answer *answer, const char *code, const char *text) {
	cJSON *object = begun(answer, false);
	cJSON_AddStringToObject(object, "code", code);
	cJSON_AddStringToObject(object, "kind", "rig");
	cJSON_AddStringToObject(object, "text", text);
	return print(to, object);
}

size_t message_end(char *to, const char *code, const char *text) {
	cJSON *end = cJSON_CreateObject();
	cJSON_AddStringToObject(end, "code", code);
	cJSON_AddStringToObject(end, "text", text);
	return print(to, end);
}
