/* The messages a device sends are those of the schemas, whatever stands in them. */
#include "message.h"

#include "ask.h"
#include "desk.h"
#include "testing/expect.h"

static const struct device_facts facts = {
	.bench = "b", .device = "d", .board = "posix-mqtt", .link = "in the firmware", .build_id = "0badcafe", .image_sha256 = "11",
};
static const struct answer head = { .id = "22", .incarnation = "33", .device_ms = 9007199254740991 };
static char text[MESSAGE_BYTES];

static void expect_text(size_t count, const char *expected) {
	EXPECT_EQUAL(count, strlen(expected));
	if (strcmp(text, expected) != 0) {
		printf("  got      %s\n  expected %s\n", text, expected);
		EXPECT(false);
	}
}

static void infos(void) {
	expect_text(message_info(text, &facts, "33", NULL, NULL),
		"{\"v\":1,\"state\":\"online\",\"bench\":\"b\",\"device\":\"d\",\"via\":\"firmware\",\"incarnation\":\"33\","
		"\"board\":\"posix-mqtt\",\"evidence\":\"host\"}");
	expect_text(message_info(text, &facts, "33", "a\"b\n", "stopped"),
		"{\"v\":1,\"state\":\"offline\",\"bench\":\"b\",\"device\":\"d\",\"via\":\"firmware\",\"incarnation\":\"33\","
		"\"board\":\"posix-mqtt\",\"evidence\":\"host\",\"holder\":\"a\\\"b\\n\",\"reason\":\"stopped\"}");
}

static void answers(void) {
	expect_text(message_done(text, &head),
		"{\"v\":1,\"id\":\"22\",\"incarnation\":\"33\",\"deviceMs\":9007199254740991,\"ok\":true}");
	expect_text(message_refused(text, &head, "held", "by \"ci\""),
		"{\"v\":1,\"id\":\"22\",\"incarnation\":\"33\",\"deviceMs\":9007199254740991,\"ok\":false,\"code\":\"held\",\"kind\":"
		"\"rig\",\"text\":\"by \\\"ci\\\"\"}");
	expect_text(message_described(text, &head, &facts, NULL, 4294967295u),
		"{\"v\":1,\"id\":\"22\",\"incarnation\":\"33\",\"deviceMs\":9007199254740991,\"ok\":true,\"described\":{\"board\":"
		"\"posix-mqtt\",\"evidence\":\"host\",\"imageSha256\":\"11\",\"buildId\":\"0badcafe\",\"link\":\"in the firmware\","
		"\"cycles\":false,\"refused\":4294967295}}");
	expect_text(message_flashed(text, &head, &facts),
		"{\"v\":1,\"id\":\"22\",\"incarnation\":\"33\",\"deviceMs\":9007199254740991,\"ok\":true,\"flash\":{\"tool\":\"exec\","
		"\"imageSha256\":\"11\",\"buildId\":\"0badcafe\",\"staticBytes\":null,\"rigBytes\":null,\"flashBytes\":null}}");
	expect_text(message_end(text, "mqtt-gap", "lost"), "{\"code\":\"mqtt-gap\",\"text\":\"lost\"}");
}

static void the_longest_fit(void) {
	char holder[HOLDER_BYTES];
	char long_text[REFUSAL_TEXT_BYTES];
	memset(holder, 1, sizeof holder); /* six characters of JSON each */
	memset(long_text, 1, sizeof long_text);
	holder[sizeof holder - 1] = 0;
	long_text[sizeof long_text - 1] = 0;
	EXPECT(message_info(text, &facts, "33", holder, holder) > 6u * 320u);
	EXPECT(message_described(text, &head, &facts, holder, 0) > 6u * 320u);
	EXPECT(message_refused(text, &head, "held", long_text) < 4096);
}

int main(void) {
	expect_run("infos", infos);
	expect_run("answers", answers);
	expect_run("the longest messages fit", the_longest_fit);
	return expect_end();
}
