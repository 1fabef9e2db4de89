/*
 * Two ends of a connection inside this process, one of them libmosquitto's: it takes no socket from outside, but the path of
 * one to connect to.
 */
#ifndef INNER_SOCKET_H
#define INNER_SOCKET_H

#include <mosquitto.h>
#include <stddef.h>

/* Has `mosquitto` connect. Our end, which does not block; -1 and why in `why`. */
int inner_socket_connect(struct mosquitto *mosquitto, int keepalive_s, char *why, size_t why_bytes);

#endif
