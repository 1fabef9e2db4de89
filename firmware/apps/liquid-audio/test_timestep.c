/* The look-up of the adaptive timestep, and the cell's clock. */
#include "timestep.h"

#include "testing/expect.h"

static void looks_up_by_complexity(void) {
	static const struct {
		double complexity;
		uint16_t timestep;
	} keys[] = { { 0.0, 500 }, { 0.1, 250 }, { 0.3, 150 }, { 0.6, 80 }, { 1.0, 50 } };
	for (unsigned q15 = 0; q15 <= TIMESTEP_COMPLEXITY_ONE; q15++) {
		uint16_t expected = 0;
		for (unsigned i = 0; i < 5; i++) {
			if (q15 / 32768.0 >= keys[i].complexity) {
				expected = keys[i].timestep;
			}
		}
		EXPECT_EQUAL(timestep_of((uint16_t)q15), expected);
	}
}

/* Steps in hop n: what is due by then less what was due before. No time is lost, whatever the timestep. */
static void no_time_is_lost(void) {
	for (uint16_t timestep = 10; timestep <= 500; timestep++) {
		uint16_t due = 0;
		unsigned taken = 0;
		for (unsigned hop = 1; hop <= 200; hop++) {
			timestep_hear_hop(&due);
			while (timestep_take(&due, timestep)) {
				taken++;
			}
			EXPECT_EQUAL(taken, 160u * hop / timestep);
		}
	}
}

static void a_changed_timestep_keeps_what_is_due(void) {
	uint16_t due = 0;
	timestep_hear_hop(&due);
	timestep_hear_hop(&due);
	EXPECT(!timestep_take(&due, 500));
	EXPECT(timestep_take(&due, 250));
	EXPECT_EQUAL(due, 70);
	EXPECT(timestep_take(&due, 50));
	EXPECT(!timestep_take(&due, 50));
}

int main(void) {
	expect_run("complexity 0, 0.1, 0.3, 0.6, 1 begin 50, 25, 15, 8, 5 ms", looks_up_by_complexity);
	expect_run("no time is lost", no_time_is_lost);
	expect_run("a changed timestep keeps what is due", a_changed_timestep_keeps_what_is_due);
	return expect_end();
}
