/*
 * One connection to the broker: libmosquitto speaks MQTT 3.1.1, over a socket of this process. What comes through that from
 * the broker has passed guard.c; the way to the broker is transport.c's. All on one thread, and nothing waits: poll the
 * sockets, then step.
 *
 *   broker <- transport -> guard -> [inner socket] -> libmosquitto -> on_message
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <mosquitto.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guard.h"
#include "transport.h"

#define CONNECTION_KEEPALIVE_S 10
#define CONNECTION_POLLS 3
#define RELAY_BYTES 4096u

enum connection_state { CONNECTION_CLOSED, CONNECTION_OPENING, CONNECTION_UP, CONNECTION_LEAVING };

/* What happened, told from inside connection_step(). */
struct connection_listener {
	void *context;
	/* `cut`: it was too long, and its payload is gone. */
	void (*message)(void *context, const char *topic, const uint8_t *bytes, size_t count, bool retained, bool cut);
	/* The broker has acknowledged a message. */
	void (*acknowledged)(void *context, int id);
};

struct connection_will {
	const char *topic;
	const char *text;
};

struct connection {
	enum connection_state state;
	const struct connection_listener *listener;
	struct mosquitto *mosquitto;
	struct transport transport;
	int inner; /* our end of the socket that libmosquitto has for its broker; -1: none */
	struct guard guard;
	uint32_t cut_seen;
	uint8_t in[RELAY_BYTES + GUARD_EXTRA_BYTES]; /* from the broker, not yet in the inner socket */
	size_t in_begin;
	size_t in_end;
	uint8_t out[RELAY_BYTES]; /* from the inner socket, not yet on its way to the broker */
	size_t out_begin;
	size_t out_end;
	const char *subscriptions[2];
	int subscription_ids[2];
	unsigned subscribed;
	unsigned unacknowledged; /* messages which the broker has not acknowledged */
	int64_t deadline_ms;     /* for being up, or for having left */
	bool failed;             /* found out where it cannot be closed: inside a call of libmosquitto's */
	char why[240];           /* once it is closed */
};

/*
 * Begins to connect and to subscribe, `subscriptions` with QoS 1 and 0. `listener` and texts must stay. It may be closed at
 * once; `connection` must be closed before.
 */
void connection_open(
	struct connection *connection, const struct settings *settings, const char *client_id, const struct connection_will *will,
	const char *const subscriptions[2], const struct connection_listener *listener, int64_t now_ms
);
/* Fills in what to poll: CONNECTION_POLLS entries, some of which may be unused. */
void connection_polls(const struct connection *connection, struct pollfd *polls);
/* Whether there is something to do without any event. */
bool connection_busy(const struct connection *connection);
/* Goes on after a poll. */
void connection_step(struct connection *connection, const struct pollfd *polls, int64_t now_ms);
/* QoS 1. False when it is not up; else `id`, if not NULL, is what `acknowledged` will be told. */
bool connection_publish(
	struct connection *connection, const char *topic, const void *bytes, size_t count, bool retained, int *id
);
/* Says goodbye to the broker, so that the last will is not sent. It is closed once the broker has heard that, or soon. */
void connection_leave(struct connection *connection, int64_t now_ms);
void connection_close(struct connection *connection, const char *why);

#endif
