/* How a broker is named. */
#include "settings.h"

#include "testing/expect.h"

static struct broker broker;

static void expect_broker(const char *text, bool secure, const char *host, const char *port, const char *shown) {
	bool parsed = broker_parse(text, false, &broker);
	if (!parsed || broker.secure != secure || strcmp(broker.host, host) != 0 || strcmp(broker.port, port) != 0
		|| strcmp(broker.shown, shown) != 0) {
		printf("  %s: %s\n", text, parsed ? broker.shown : "refused");
		EXPECT(false);
	}
}

static void brokers(void) {
	expect_broker("127.0.0.1:1884", false, "127.0.0.1", "1884", "mqtt://127.0.0.1:1884");
	expect_broker("mqtt://localhost", false, "localhost", "1883", "mqtt://localhost:1883");
	expect_broker("mqtt://localhost:18", false, "localhost", "18", "mqtt://localhost:18");
	expect_broker("mqtts://broker.lan", true, "broker.lan", "8883", "mqtts://broker.lan:8883");
	expect_broker("[::1]:1883", false, "::1", "1883", "mqtt://[::1]:1883");
	expect_broker("mqtts://[::1]", true, "::1", "8883", "mqtts://[::1]:8883");
	EXPECT(broker_parse("localhost:1883", true, &broker) && broker.secure);
	EXPECT(broker_parse("mqtt://localhost:1883", true, &broker) && !broker.secure);
}

static void no_brokers(void) {
	static const char *const wrong[] = {
		"", "localhost", ":1883", "localhost:", "localhost:0", "localhost:65536", "localhost:1883x", "localhost:-1",
		"mqtt://", "mqtt:///bench", "mqtt://user:secret@localhost", "http://localhost:80", "[::1", "[::1]x:1883", "[]:1883",
		"mqtt://local host", "mqtt://localhost:1883/bench", "a\n:1",
	};
	char longest[300];
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (broker_parse(wrong[i], false, &broker)) {
			printf("  taken: %s\n", wrong[i]);
			EXPECT(false);
		}
	}
	memset(longest, 'a', sizeof longest);
	strcpy(longest + 256, ":1883");
	EXPECT(!broker_parse(longest, false, &broker));
}

int main(void) {
	expect_run("brokers", brokers);
	expect_run("what names no broker", no_brokers);
	return expect_end();
}
