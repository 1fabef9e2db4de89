/* Functions of the port that are the same on every board with a serial_line.h and a timebase_common.h. */
#ifndef PORT_FUNCTIONS_H
#define PORT_FUNCTIONS_H

#include "ossicle_port.h"

uint32_t port_overruns(void *context);
long port_write(void *context, const uint8_t *from, size_t count);
void port_flush(void *context);
void port_stamp(void *context, struct ossicle_stamp *stamp);
uint32_t port_millis(void *context);
void port_idle(void *context);
void port_hop_start(void *context);
uint32_t port_hop_due(void *context);

/* In the initialiser of a struct ossicle_port. */
#define PORT_FUNCTIONS \
	.overruns = port_overruns, .write = port_write, .flush = port_flush, .stamp = port_stamp, .millis = port_millis, \
	.idle = port_idle, .hop_start = port_hop_start, .hop_due = port_hop_due

#endif
