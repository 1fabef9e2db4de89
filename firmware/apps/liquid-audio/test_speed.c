/* The speed by complexity, at its edges. */
#include "speed.h"

#include "testing/expect.h"

static void follows_complexity(void) {
	static const struct {
		uint16_t complexity;
		enum ossicle_speed speed;
	} cases[] = {
		{ 0, OSSICLE_SPEED_LOW }, { 3276, OSSICLE_SPEED_LOW },                /* 3276.8 is 0.1 */
		{ 3277, OSSICLE_SPEED_BALANCED }, { 26214, OSSICLE_SPEED_BALANCED },  /* 26214.4 is 0.8 */
		{ 26215, OSSICLE_SPEED_HIGH }, { 32768, OSSICLE_SPEED_HIGH },
	};
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		EXPECT_EQUAL(speed_of(cases[i].complexity), cases[i].speed);
	}
}

int main(void) {
	expect_run("the speed follows the complexity", follows_complexity);
	return expect_end();
}
