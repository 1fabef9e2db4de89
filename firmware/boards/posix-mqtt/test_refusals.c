/* How often somebody is told of what was refused. */
#include "refusals.h"

#include "testing/expect.h"

static void once_a_second(void) {
	struct refusals refusals;
	refusals_clear(&refusals);
	EXPECT_EQUAL(refusals_count(&refusals, "ask", "it is empty", 0), 1);
	EXPECT_EQUAL(refusals_count(&refusals, "ask", "it is empty", 1), 0);
	EXPECT_EQUAL(refusals_count(&refusals, "down", "it is empty", 2), 1);
	EXPECT_EQUAL(refusals_count(&refusals, "ask", "it is long", 3), 1);
	EXPECT_EQUAL(refusals_count(&refusals, "ask", "it is empty", 999), 0);
	EXPECT_EQUAL(refusals_count(&refusals, "ask", "it is empty", 1000), 3);
	EXPECT_EQUAL(refusals.total, 6);
}

static void more_kinds_than_there_are(void) {
	struct refusals refusals;
	char why[REFUSAL_KINDS + 8][8];
	refusals_clear(&refusals);
	for (unsigned i = 0; i < REFUSAL_KINDS + 8; i++) {
		snprintf(why[i], sizeof why[i], "%u", i);
		EXPECT_EQUAL(refusals_count(&refusals, "ask", why[i], 0), i < REFUSAL_KINDS ? 1 : 0);
	}
	EXPECT_EQUAL(refusals.total, REFUSAL_KINDS + 8);
}

int main(void) {
	expect_run("each kind is told of once a second, with its number", once_a_second);
	expect_run("kinds beyond the table are counted", more_kinds_than_there_are);
	return expect_end();
}
