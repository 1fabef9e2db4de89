#include "speed.h"

#define LEAST_BALANCED 3277u /* 0.1 in Q15, rounded up: the least that is not below it */
#define LEAST_HIGH 26215u    /* 0.8 in Q15, rounded up: the least that is above it */

enum ossicle_speed speed_of(uint16_t complexity) {
	if (complexity < LEAST_BALANCED) {
		return OSSICLE_SPEED_LOW;
	}
	return complexity < LEAST_HIGH ? OSSICLE_SPEED_BALANCED : OSSICLE_SPEED_HIGH;
}
