#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "inner_socket.h"

#define UP_MS 10000
#define LEAVE_MS 1000
/* A broker that acknowledges nothing would have libmosquitto keep all of it. */
#define MAX_UNACKNOWLEDGED 256u
/* Return code of a subscription that is refused, MQTT 3.1.1 section 3.9.3. */
#define SUBSCRIPTION_REFUSED 0x80
#define CONNACK_BAD_PASSWORD 4
#define CONNACK_NOT_AUTHORIZED 5

enum { POLL_TRANSPORT, POLL_INNER, POLL_MOSQUITTO };

/* The first reason counts: those after it follow from it. */
static void fail(struct connection *connection, const char *why) {
	if (!connection->failed) {
		connection->failed = true;
		snprintf(connection->why, sizeof connection->why, "%s", why);
	}
}

static void check(struct connection *connection, int status) {
	if (status != MOSQ_ERR_SUCCESS) {
		fail(connection, mosquitto_strerror(status));
	}
}

static void on_connect(struct mosquitto *mosquitto, void *context, int code) {
	static const int qos[2] = { 1, 0 };
	struct connection *connection = context;
	if (code != 0) {
		bool denied = code == CONNACK_BAD_PASSWORD || code == CONNACK_NOT_AUTHORIZED;
		fail(connection, denied ? "the broker does not let this user in: check OSSICLE_MQTT_USER, OSSICLE_MQTT_PASSWORD and its accounts"
								: mosquitto_connack_string(code));
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		check(connection,
			mosquitto_subscribe(mosquitto, &connection->subscription_ids[i], connection->subscriptions[i], qos[i]));
	}
}

static void on_subscribe(struct mosquitto *mosquitto, void *context, int id, int count, const int *granted) {
	struct connection *connection = context;
	(void)mosquitto;
	for (unsigned i = 0; i < 2; i++) {
		if (id == connection->subscription_ids[i]) {
			connection->subscribed |= 1u << i;
			if (count != 1 || granted[0] >= SUBSCRIPTION_REFUSED) {
				fail(connection, "the broker does not let this user listen on the topics of this device (firmware/wire/MQTT.md section 5)");
			}
		}
	}
	if (connection->subscribed == 3u) {
		connection->state = CONNECTION_UP;
	}
}

static void on_message(struct mosquitto *mosquitto, void *context, const struct mosquitto_message *message) {
	struct connection *connection = context;
	(void)mosquitto;
	/* Packets come out of libmosquitto in the order in which they passed the guard, and an empty one is all that is left. */
	bool cut = message->payloadlen == 0 && connection->cut_seen != connection->guard.cut;
	connection->cut_seen += cut;
	connection->listener->message(connection->listener->context, message->topic, message->payload,
		(size_t)message->payloadlen, message->retain, cut);
}

static void on_publish(struct mosquitto *mosquitto, void *context, int id) {
	struct connection *connection = context;
	(void)mosquitto;
	connection->unacknowledged -= connection->unacknowledged > 0;
	connection->listener->acknowledged(connection->listener->context, id);
}

static void on_disconnect(struct mosquitto *mosquitto, void *context, int code) {
	(void)mosquitto;
	fail(context, code == 0 ? "left" : mosquitto_strerror(code));
}

static bool set_up(
	struct connection *connection, const struct settings *settings, const char *client_id, const struct connection_will *will
) {
	const struct credentials *credentials = &settings->credentials;
	struct mosquitto *mosquitto = mosquitto_new(client_id, true, connection);
	connection->mosquitto = mosquitto;
	if (mosquitto == NULL) {
		fail(connection, strerror(errno));
		return false;
	}
	mosquitto_connect_callback_set(mosquitto, on_connect);
	mosquitto_subscribe_callback_set(mosquitto, on_subscribe);
	mosquitto_message_callback_set(mosquitto, on_message);
	mosquitto_publish_callback_set(mosquitto, on_publish);
	mosquitto_disconnect_callback_set(mosquitto, on_disconnect);
	check(connection, mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311));
	check(connection, mosquitto_will_set(mosquitto, will->topic, (int)strlen(will->text), will->text, 1, true));
	if (credentials->user != NULL) {
		check(connection, mosquitto_username_pw_set(mosquitto, credentials->user, credentials->password));
	}
	return !connection->failed;
}

void connection_open(
	struct connection *connection, const struct settings *settings, const char *client_id, const struct connection_will *will,
	const char *const subscriptions[2], const struct connection_listener *listener, int64_t now_ms
) {
	memset(connection, 0, sizeof *connection);
	connection->state = CONNECTION_OPENING;
	connection->inner = -1;
	connection->listener = listener;
	connection->deadline_ms = now_ms + UP_MS;
	connection->subscriptions[0] = subscriptions[0];
	connection->subscriptions[1] = subscriptions[1];
	guard_init(&connection->guard);
	if (!set_up(connection, settings, client_id, will)) {
		connection_close(connection, connection->why);
	} else if (!transport_open(&connection->transport, settings)) {
		connection_close(connection, connection->transport.why);
	}
}

void connection_close(struct connection *connection, const char *why) {
	if (connection->state == CONNECTION_CLOSED) {
		return;
	}
	connection->state = CONNECTION_CLOSED;
	if (why != connection->why) {
		snprintf(connection->why, sizeof connection->why, "%s", why);
	}
	transport_close(&connection->transport, why);
	if (connection->inner >= 0) {
		close(connection->inner);
		connection->inner = -1;
	}
	if (connection->mosquitto != NULL) {
		mosquitto_destroy(connection->mosquitto);
		connection->mosquitto = NULL;
	}
}

void connection_leave(struct connection *connection, int64_t now_ms) {
	if (connection->state == CONNECTION_UP) {
		(void)mosquitto_disconnect(connection->mosquitto);
		connection->state = CONNECTION_LEAVING;
		connection->deadline_ms = now_ms + LEAVE_MS;
	} else {
		connection_close(connection, "left");
	}
}

bool connection_publish(
	struct connection *connection, const char *topic, const void *bytes, size_t count, bool retained, int *id
) {
	if (connection->state != CONNECTION_UP || connection->failed) {
		return false;
	}
	if (++connection->unacknowledged > MAX_UNACKNOWLEDGED) {
		fail(connection, "the broker acknowledges nothing");
		return false;
	}
	check(connection, mosquitto_publish(connection->mosquitto, id, topic, (int)count, bytes, 1, retained));
	return !connection->failed;
}

static bool relays(const struct connection *connection) {
	return connection->state != CONNECTION_CLOSED && connection->transport.state == TRANSPORT_UP && connection->inner >= 0;
}

void connection_polls(const struct connection *connection, struct pollfd *polls) {
	for (int i = 0; i < CONNECTION_POLLS; i++) {
		polls[i] = (struct pollfd){ .fd = -1 };
	}
	if (connection->state == CONNECTION_CLOSED) {
		return;
	}
	polls[POLL_TRANSPORT].fd = connection->transport.socket;
	polls[POLL_TRANSPORT].events = transport_events(&connection->transport);
	if (!relays(connection)) {
		return;
	}
	bool in_waits = connection->in_begin < connection->in_end;
	bool out_waits = connection->out_begin < connection->out_end;
	/* Nothing more is taken in while what goes out does not leave: acknowledgements must not pile up. */
	polls[POLL_TRANSPORT].events |= (short)((in_waits || out_waits ? 0 : POLLIN) | (out_waits ? POLLOUT : 0));
	polls[POLL_INNER].fd = connection->inner;
	polls[POLL_INNER].events = (short)((in_waits ? POLLOUT : 0) | (out_waits ? 0 : POLLIN));
	polls[POLL_MOSQUITTO].fd = mosquitto_socket(connection->mosquitto); /* -1 once it has left */
	polls[POLL_MOSQUITTO].events = (short)(POLLIN | (mosquitto_want_write(connection->mosquitto) ? POLLOUT : 0));
}

bool connection_busy(const struct connection *connection) {
	return relays(connection)
		&& (connection->failed
			|| (transport_pending(&connection->transport) && connection->in_begin == connection->in_end
				&& connection->out_begin == connection->out_end));
}

static void relay_in(struct connection *connection) {
	uint8_t bytes[RELAY_BYTES];
	if (connection->in_begin == connection->in_end && connection->out_begin == connection->out_end) {
		size_t count = transport_read(&connection->transport, bytes, sizeof bytes);
		connection->in_begin = 0;
		const char *wrong = guard_pass(&connection->guard, bytes, count, connection->in, &connection->in_end);
		if (wrong != NULL) {
			fail(connection, wrong);
		}
	}
	while (connection->in_begin < connection->in_end) {
		ssize_t count = send(connection->inner, connection->in + connection->in_begin,
			connection->in_end - connection->in_begin, MSG_NOSIGNAL);
		if (count <= 0) {
			return;
		}
		connection->in_begin += (size_t)count;
	}
}

static void relay_out(struct connection *connection) {
	for (;;) {
		if (connection->out_begin == connection->out_end) {
			ssize_t count = recv(connection->inner, connection->out, sizeof connection->out, 0);
			connection->out_begin = 0;
			connection->out_end = count > 0 ? (size_t)count : 0;
		}
		if (connection->out_begin == connection->out_end || connection->transport.state != TRANSPORT_UP) {
			return;
		}
		size_t written = transport_write(
			&connection->transport, connection->out + connection->out_begin, connection->out_end - connection->out_begin);
		if (written == 0) {
			return;
		}
		connection->out_begin += written;
	}
}

static void begin_mqtt(struct connection *connection) {
	char why[160];
	connection->inner =
		inner_socket_connect(connection->mosquitto, CONNECTION_KEEPALIVE_S, why, sizeof why);
	if (connection->inner < 0) {
		fail(connection, why);
	}
}

static void step_mqtt(struct connection *connection, const struct pollfd *polls) {
	if ((polls[POLL_MOSQUITTO].revents & ~POLLOUT) != 0) {
		check(connection, mosquitto_loop_read(connection->mosquitto, 1));
	}
	if (!connection->failed) {
		check(connection, mosquitto_loop_misc(connection->mosquitto));
	}
	/* What was published inside a callback is only queued. */
	if (!connection->failed && mosquitto_want_write(connection->mosquitto)) {
		check(connection, mosquitto_loop_write(connection->mosquitto, 1));
	}
}

/* What libmosquitto said last goes out; then the broker, which has read it, closes. */
static void step_leaving(struct connection *connection, int64_t now_ms) {
	uint8_t ignored[RELAY_BYTES];
	relay_out(connection);
	while (connection->transport.state == TRANSPORT_UP
		&& transport_read(&connection->transport, ignored, sizeof ignored) > 0) {
	}
	if (connection->transport.state == TRANSPORT_CLOSED || now_ms >= connection->deadline_ms) {
		connection_close(connection, "left");
	}
}

void connection_step(struct connection *connection, const struct pollfd *polls, int64_t now_ms) {
	if (connection->state == CONNECTION_CLOSED) {
		return;
	}
	if (connection->state == CONNECTION_LEAVING) {
		step_leaving(connection, now_ms);
		return;
	}
	transport_step(&connection->transport, polls[POLL_TRANSPORT].revents);
	if (connection->transport.state == TRANSPORT_UP && connection->inner < 0) {
		begin_mqtt(connection);
	} else if (relays(connection)) {
		if (connection->transport.state == TRANSPORT_UP) {
			relay_in(connection);
		}
		step_mqtt(connection, polls);
		if (connection->transport.state == TRANSPORT_UP) {
			relay_out(connection);
		}
	}
	if (connection->failed) {
		connection_close(connection, connection->why);
	} else if (connection->transport.state == TRANSPORT_CLOSED) {
		connection_close(connection, connection->transport.why);
	} else if (connection->state == CONNECTION_OPENING && now_ms >= connection->deadline_ms) {
		connection_close(connection, "no answer within 10 s");
	}
}
