#include "ask.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "utf8.h"

/* The largest whole number that a double, and so JSON, holds exactly. */
#define MAX_INTEGER 9007199254740991.0
#define MAX_HOLDER_CHARACTERS 80u

const char *const ask_op_names[ASK_OPS] = { "describe", "acquire", "flash", "safe", "start", "stop", "release" };

#define OF(op) (1u << (op))
#define ALL (OF(ASK_OPS) - 1u)
/* All but those which anybody may send at any time. */
#define TIMED (ALL & ~OF(ASK_DESCRIBE) & ~OF(ASK_RELEASE))

enum field { FIELD_V, FIELD_ID, FIELD_OP, FIELD_REPLY_TO, FIELD_INCARNATION, FIELD_EXPIRES, FIELD_LEASE, FIELD_HOLDER,
	FIELD_IMAGE, FIELD_FACTS, FIELD_CHANNEL, FIELDS };

/* Each op needs exactly the fields that name it here. */
static const struct {
	const char *name;
	unsigned ops;
	size_t digits; /* of a field of hex digits, else 0 */
	size_t offset; /* of these, in `struct ask` */
} fields[FIELDS] = {
	[FIELD_V] = { "v", ALL, 0, 0 },
	[FIELD_ID] = { "id", ALL, 32, offsetof(struct ask, id) },
	[FIELD_OP] = { "op", ALL, 0, 0 },
	[FIELD_REPLY_TO] = { "replyTo", ALL, 32, offsetof(struct ask, reply_to) },
	[FIELD_INCARNATION] = { "incarnation", TIMED, 16, offsetof(struct ask, incarnation) },
	[FIELD_EXPIRES] = { "expiresDeviceMs", TIMED, 0, 0 },
	[FIELD_LEASE] = { "lease", ALL & ~OF(ASK_DESCRIBE), 16, offsetof(struct ask, lease) },
	[FIELD_HOLDER] = { "holder", OF(ASK_ACQUIRE), 0, 0 },
	[FIELD_IMAGE] = { "imageSha256", OF(ASK_ACQUIRE), 64, offsetof(struct ask, image_sha256) },
	[FIELD_FACTS] = { "factsSha256", OF(ASK_ACQUIRE), 64, offsetof(struct ask, facts_sha256) },
	[FIELD_CHANNEL] = { "channel", OF(ASK_START) | OF(ASK_STOP), 16, offsetof(struct ask, channel) },
};

static bool is_hex(const char *text, size_t digits) {
	return strspn(text, "0123456789abcdef") == digits && text[digits] == 0;
}

static bool read_op(const cJSON *value, struct ask *ask) {
	for (int op = 0; cJSON_IsString(value) && op < ASK_OPS; op++) {
		if (strcmp(value->valuestring, ask_op_names[op]) == 0) {
			ask->op = (enum ask_op)op;
			return true;
		}
	}
	return false;
}

static bool read_expiry(const cJSON *value, struct ask *ask) {
	if (!cJSON_IsNumber(value) || !(value->valuedouble >= 0 && value->valuedouble <= MAX_INTEGER)) {
		return false;
	}
	ask->expires_device_ms = (int64_t)value->valuedouble;
	return (double)ask->expires_device_ms >= value->valuedouble; /* a whole number */
}

static bool read_holder(const cJSON *value, struct ask *ask) {
	if (!cJSON_IsString(value) || value->valuestring[0] == 0
		|| utf8_characters(value->valuestring) > MAX_HOLDER_CHARACTERS) {
		return false;
	}
	memcpy(ask->holder, value->valuestring, strlen(value->valuestring) + 1);
	return true;
}

static const char *read_field(enum field field, const cJSON *value, struct ask *ask) {
	switch (field) {
	case FIELD_V:
		return cJSON_IsNumber(value) && value->valueint == 1 && value->valuedouble <= 1.0 ? NULL : "v: it is of another version";
	case FIELD_OP:
		return read_op(value, ask) ? NULL : "op: it asks for nothing known";
	case FIELD_EXPIRES:
		return read_expiry(value, ask) ? NULL : "expiresDeviceMs: no whole number from 0 to 2^53-1";
	case FIELD_HOLDER:
		return read_holder(value, ask) ? NULL : "holder: no text of 1 to 80 characters";
	default:
		if (!cJSON_IsString(value) || !is_hex(value->valuestring, fields[field].digits)) {
			return "an id is not of the hex digits it should have";
		}
		memcpy((char *)ask + fields[field].offset, value->valuestring, fields[field].digits + 1);
		return NULL;
	}
}

/* FIELDS for a name that no field has. */
static enum field field_named(const char *name) {
	int field = 0;
	while (field < FIELDS && strcmp(name, fields[field].name) != 0) {
		field++;
	}
	return (enum field)field;
}

static const char *read_object(const cJSON *object, struct ask *ask) {
	unsigned seen = 0;
	unsigned needed = 0;
	const cJSON *value;
	if (!cJSON_IsObject(object)) {
		return "it is not a JSON object";
	}
	cJSON_ArrayForEach(value, object) {
		enum field field = field_named(value->string);
		if (field == FIELDS) {
			return "it has a field which there is not";
		}
		if ((seen & OF(field)) != 0) {
			return "it has a field twice";
		}
		seen |= OF(field);
		const char *wrong = read_field(field, value, ask);
		if (wrong != NULL) {
			return wrong;
		}
	}
	if ((seen & OF(FIELD_OP)) == 0) {
		return "op: it asks for nothing known";
	}
	for (int field = 0; field < FIELDS; field++) {
		needed |= (fields[field].ops & OF(ask->op)) != 0 ? OF(field) : 0u;
	}
	return seen == needed ? NULL : "its fields are not those of its op";
}

const char *ask_read(const uint8_t *bytes, size_t count, struct ask *ask) {
	char text[MESSAGE_MAX_BYTES + 1];
	memset(ask, 0, sizeof *ask);
	if (count == 0) {
		return "it is empty"; /* and `bytes` may be NULL */
	}
	if (count > MESSAGE_MAX_BYTES) {
		return "it is longer than 4096 bytes";
	}
	/* cJSON checks neither, and ends a text where a NUL is spelt in it. */
	if (!utf8_is_text(bytes, count)) {
		return "it is not JSON in UTF-8";
	}
	memcpy(text, bytes, count);
	text[count] = 0;
	if (strstr(text, "\\u0000") != NULL) {
		return "it has a NUL in a text";
	}
	cJSON *object = cJSON_ParseWithOpts(text, NULL, true);
	const char *wrong = object == NULL ? "it is not JSON in UTF-8" : read_object(object, ask);
	cJSON_Delete(object);
	return wrong;
}
