#define _GNU_SOURCE
#include "transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void transport_close(struct transport *transport, const char *why) {
	if (transport->state == TRANSPORT_CLOSED) {
		return;
	}
	tls_end(&transport->tls);
	if (transport->socket >= 0) {
		close(transport->socket);
	}
	if (transport->addresses != NULL) {
		freeaddrinfo(transport->addresses);
	}
	transport->state = TRANSPORT_CLOSED;
	transport->socket = -1;
	transport->addresses = NULL;
	if (why != transport->why) {
		snprintf(transport->why, sizeof transport->why, "%s", why);
	}
}

static void connected(struct transport *transport) {
	const struct settings *settings = transport->settings;
	int yes = 1;
	/* A line of telemetry must not wait for the acknowledgement of the one before. */
	setsockopt(transport->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	if (!settings->broker.secure) {
		transport->state = TRANSPORT_UP;
		return;
	}
	transport->state = TRANSPORT_HANDSHAKING;
	if (!tls_begin(&transport->tls, transport->socket, settings->broker.host, &settings->credentials)) {
		transport_close(transport, transport->tls.why);
	}
}

/* Begins with the next address there is; closes after the last, for the reason of that one. */
static void try_next(struct transport *transport) {
	while (transport->next != NULL) {
		const struct addrinfo *address = transport->next;
		transport->next = address->ai_next;
		if (transport->socket >= 0) {
			close(transport->socket);
		}
		transport->socket =
			socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);
		if (transport->socket < 0) {
			snprintf(transport->why, sizeof transport->why, "socket: %s", strerror(errno));
		} else if (connect(transport->socket, address->ai_addr, address->ai_addrlen) == 0) {
			connected(transport);
			return;
		} else if (errno == EINPROGRESS) {
			return;
		} else {
			snprintf(transport->why, sizeof transport->why, "%s", strerror(errno));
		}
	}
	transport_close(transport, transport->why);
}

bool transport_open(struct transport *transport, const struct settings *settings) {
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	memset(transport, 0, sizeof *transport);
	transport->socket = -1;
	transport->settings = settings;
	int status = getaddrinfo(settings->broker.host, settings->broker.port, &hints, &transport->addresses);
	if (status != 0) {
		snprintf(transport->why, sizeof transport->why, "%s", gai_strerror(status));
		transport->addresses = NULL;
		return false;
	}
	transport->state = TRANSPORT_CONNECTING;
	transport->next = transport->addresses;
	try_next(transport);
	return transport->state != TRANSPORT_CLOSED;
}

short transport_events(const struct transport *transport) {
	switch (transport->state) {
	case TRANSPORT_CONNECTING:
		return POLLOUT;
	case TRANSPORT_HANDSHAKING:
		return transport->tls.wants_write ? POLLOUT : POLLIN;
	case TRANSPORT_UP:
		return transport->settings->broker.secure && transport->tls.wants_write ? POLLOUT : 0;
	default:
		return 0;
	}
}

static void step_connecting(struct transport *transport) {
	int error = 0;
	socklen_t size = sizeof error;
	if (getsockopt(transport->socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
		error = errno;
	}
	if (error == 0) {
		connected(transport);
	} else {
		snprintf(transport->why, sizeof transport->why, "%s", strerror(error));
		try_next(transport);
	}
}

void transport_step(struct transport *transport, short events) {
	if (events != 0 && transport->state == TRANSPORT_CONNECTING) {
		step_connecting(transport);
	}
	if (transport->state == TRANSPORT_HANDSHAKING) {
		int status = tls_handshake(&transport->tls);
		if (status == 1) {
			transport->state = TRANSPORT_UP;
		} else if (status < 0) {
			transport_close(transport, transport->tls.why);
		}
	}
}

/* Of recv and send: 0 for later. */
static size_t plain_result(struct transport *transport, ssize_t count) {
	if (count > 0) {
		return (size_t)count;
	}
	if (count == 0) {
		transport_close(transport, "the broker ended the connection");
	} else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
		transport_close(transport, strerror(errno));
	}
	return 0;
}

static size_t tls_result(struct transport *transport, long count) {
	if (count < 0) {
		transport_close(transport, transport->tls.why);
		return 0;
	}
	return (size_t)count;
}

size_t transport_read(struct transport *transport, uint8_t *to, size_t max) {
	return transport->settings->broker.secure
		? tls_result(transport, tls_read(&transport->tls, to, max))
		: plain_result(transport, recv(transport->socket, to, max, 0));
}

size_t transport_write(struct transport *transport, const uint8_t *from, size_t count) {
	return transport->settings->broker.secure
		? tls_result(transport, tls_write(&transport->tls, from, count))
		: plain_result(transport, send(transport->socket, from, count, MSG_NOSIGNAL));
}

bool transport_pending(const struct transport *transport) {
	return transport->state == TRANSPORT_UP && transport->settings->broker.secure && tls_pending(&transport->tls);
}
