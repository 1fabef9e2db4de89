#include "port_functions.h"

#include "serial_line.h"
#include "timebase_common.h"

uint32_t port_overruns(void *context) {
	(void)context;
	return serial_overruns();
}

long port_write(void *context, const uint8_t *from, size_t count) {
	(void)context;
	return (long)serial_write(from, count);
}

void port_flush(void *context) {
	(void)context;
	serial_flush();
}

void port_stamp(void *context, struct ossicle_stamp *stamp) {
	(void)context;
	timebase_stamp(stamp);
}

uint32_t port_millis(void *context) {
	(void)context;
	return timebase_millis();
}

void port_idle(void *context) {
	(void)context;
	timebase_sleep();
}

void port_hop_start(void *context) {
	(void)context;
	timebase_hop_start();
}

uint32_t port_hop_due(void *context) {
	(void)context;
	return timebase_hop_due();
}
