/* Topics, and the names they are made of. */
#include "topics.h"

#include "testing/expect.h"

#define NAME_64 "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggghhhhhhhh"

static void names(void) {
	static const char *const sound[] = { "a", "0", "bench-1", "stm32f405-emulated", "a-", NAME_64 };
	static const char *const wrong[] = { "", "-a", "A", "a/b", "a+", "#", "a b", "\xc3\xa4", NAME_64 "i", "a\n" };
	for (size_t i = 0; i < sizeof sound / sizeof sound[0]; i++) {
		EXPECT(topic_name_sound(sound[i]));
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		EXPECT(!topic_name_sound(wrong[i]));
	}
	EXPECT(!topic_name_sound(NULL));
}

static void topics_of_a_device(void) {
	struct topics topics;
	char answer[TOPIC_BYTES];
	topics_of(&topics, "bench-1", "posix-mqtt");
	EXPECT(strcmp(topics.info, "ossicle/1/bench-1/posix-mqtt/info") == 0);
	EXPECT(strcmp(topics.up, "ossicle/1/bench-1/posix-mqtt/up") == 0);
	EXPECT_EQUAL(topic_leaf(&topics, "ossicle/1/bench-1/posix-mqtt/ask"), TOPIC_ASK);
	EXPECT_EQUAL(topic_leaf(&topics, "ossicle/1/bench-1/posix-mqtt/down"), TOPIC_DOWN);
	EXPECT_EQUAL(topic_leaf(&topics, "ossicle/1/bench-1/posix-mqtt/up"), TOPIC_OTHER);
	EXPECT_EQUAL(topic_leaf(&topics, "ossicle/1/bench-1/posix-mqtt/ask/"), TOPIC_OTHER);
	EXPECT_EQUAL(topic_leaf(&topics, "ossicle/1/bench-1/posix/ask"), TOPIC_OTHER);
	EXPECT_EQUAL(topic_leaf(&topics, ""), TOPIC_OTHER);
	topic_answer(answer, "bench-1", "posix-mqtt", "0123456789abcdef0123456789abcdef");
	EXPECT(strcmp(answer, "ossicle/1/bench-1/posix-mqtt/answer/0123456789abcdef0123456789abcdef") == 0);
}

static void the_longest_fit(void) {
	struct topics topics;
	char answer[TOPIC_BYTES];
	topics_of(&topics, NAME_64, NAME_64);
	EXPECT_EQUAL(strlen(topics.info), 10 + 64 + 1 + 64 + 5);
	topic_answer(answer, NAME_64, NAME_64, "0123456789abcdef0123456789abcdef");
	EXPECT_EQUAL(strlen(answer), 10 + 64 + 1 + 64 + 8 + 32);
}

int main(void) {
	expect_run("names of benches and devices", names);
	expect_run("the topics of a device", topics_of_a_device);
	expect_run("the longest topics fit", the_longest_fit);
	return expect_end();
}
