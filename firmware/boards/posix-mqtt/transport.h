/*
 * A connection to the broker that never blocks: TCP, or TLS over it. (Only the look-up of a host name waits for the system's
 * resolver.)
 */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings.h"
#include "tls.h"

enum transport_state { TRANSPORT_CLOSED, TRANSPORT_CONNECTING, TRANSPORT_HANDSHAKING, TRANSPORT_UP };

struct transport {
	enum transport_state state;
	const struct settings *settings;
	int socket; /* -1: none */
	struct addrinfo *addresses;
	const struct addrinfo *next; /* to be tried if this one fails */
	struct tls tls;
	char why[200]; /* once it is closed */
};

/* False: see `why`. Else it is connecting. `transport` is closed. */
bool transport_open(struct transport *transport, const struct settings *settings);
/* What to poll the socket for, beside bytes to read or write. */
short transport_events(const struct transport *transport);
/* Goes on after the socket had events. It may be closed then. */
void transport_step(struct transport *transport, short events);
/* Bytes; 0: none now, or no room. A connection that is over is closed. Both only while it is up. */
size_t transport_read(struct transport *transport, uint8_t *to, size_t max);
size_t transport_write(struct transport *transport, const uint8_t *from, size_t count);
/* Whether bytes are there which no poll will tell of. */
bool transport_pending(const struct transport *transport);
void transport_close(struct transport *transport, const char *why);

#endif
