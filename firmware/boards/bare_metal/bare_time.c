#include "bare_time.h"

struct bare_time bare_time;

uint32_t timebase_millis(void) {
	return bare_time.millis;
}

void timebase_hop_start(void) {
	hop_clock_start(&bare_time.hops);
}

uint32_t timebase_hop_due(void) {
	return hop_clock_due(&bare_time.hops);
}

void timebase_wake(void) {
	bare_time.woken = true;
}
