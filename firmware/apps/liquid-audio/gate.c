#include "gate.h"

#include "fixed.h"

static uint64_t energy_of(const int16_t hop[MFCC_HOP]) {
	int64_t energy = 0;
	for (uint32_t i = 0; i < MFCC_HOP; i += 2) {
		fixed_pair pair = fixed_load_pair(hop + i);
		energy = fixed_multiply_add_pairs64(pair, pair, energy);
	}
	return (uint64_t)energy;
}

void gate_reset(struct gate *gate) {
	gate->peak = GATE_LEAST_PEAK;
	gate->quiet_hops = 0;
}

bool gate_is_shut(struct gate *gate, const int16_t hop[MFCC_HOP]) {
	uint64_t energy = energy_of(hop);
	uint64_t fallen = gate->peak - (gate->peak >> GATE_PEAK_FALL);
	gate->peak = energy > fallen ? energy : fallen > GATE_LEAST_PEAK ? fallen : GATE_LEAST_PEAK;
	if (energy * GATE_ENERGY_RATIO >= gate->peak) {
		gate->quiet_hops = 0;
	} else if (gate->quiet_hops < GATE_QUIET_HOPS) {
		gate->quiet_hops++;
	}
	return gate->quiet_hops >= GATE_QUIET_HOPS;
}
