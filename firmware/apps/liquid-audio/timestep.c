#include "timestep.h"

/* Least complexity in Q15, rounded up, and the timestep from there on. */
static const struct {
	uint16_t complexity;
	uint16_t timestep;
} steps[] = {
	{ TIMESTEP_COMPLEXITY_ONE, 50 }, { 19661, 80 }, { 9831, 150 }, { 3277, 250 }, { 0, 500 },
};

uint16_t timestep_of(uint16_t complexity) {
	unsigned i = 0;
	while (complexity < steps[i].complexity) {
		i++;
	}
	return steps[i].timestep;
}

void timestep_hear_hop(uint16_t *due) {
	*due = (uint16_t)(*due + TIMESTEP_HOP);
}

bool timestep_take(uint16_t *due, uint16_t timestep) {
	if (*due < timestep) {
		return false;
	}
	*due = (uint16_t)(*due - timestep);
	return true;
}
