#include "gate.h"

/* Stops at the sample that makes it loud: a square is below 2^31, so the sum cannot wrap. */
static bool is_quiet(const int16_t hop[MFCC_HOP])
{
	uint32_t energy = 0;
	for (uint32_t i = 0; i < MFCC_HOP; i++) {
		energy += (uint32_t)((int32_t)hop[i] * hop[i]);
		if (energy >= GATE_MEAN_SQUARE * MFCC_HOP)
			return false;
	}
	return true;
}

void gate_reset(struct gate *g)
{
	g->quiet_hops = 0;
}

bool gate_is_shut(struct gate *g, const int16_t hop[MFCC_HOP])
{
	if (!is_quiet(hop))
		g->quiet_hops = 0;
	else if (g->quiet_hops < GATE_QUIET_HOPS)
		g->quiet_hops++;
	return g->quiet_hops >= GATE_QUIET_HOPS;
}
