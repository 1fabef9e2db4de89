#define _GNU_SOURCE
#include "inner_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME "/mqtt"

/* A folder of our own: nobody else can connect to what is in it. */
static int listen_in(char *folder, struct sockaddr_un *address) {
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof address->sun_path, "%.90s" SOCKET_NAME, folder);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (const struct sockaddr *)address, sizeof *address) != 0 || listen(listener, 1) != 0) {
		if (listener >= 0) {
			close(listener);
		}
		return -1;
	}
	return listener;
}

int inner_socket_connect(struct mosquitto *mosquitto, int keepalive_s, char *why, size_t why_bytes) {
	char folder[64] = "/tmp/ossicle-mqtt-XXXXXX";
	struct sockaddr_un address = { 0 };
	int inner = -1;
	int listener = listen_in(folder, &address);
	if (listener < 0) {
		snprintf(why, why_bytes, "%s: %s", folder, strerror(errno));
	} else {
		/* Port 0 makes the host a path. It is connected as soon as it stands in the listener's queue. */
		int status = mosquitto_connect(mosquitto, address.sun_path, 0, keepalive_s);
		inner = status == MOSQ_ERR_SUCCESS ? accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1;
		if (inner < 0) {
			snprintf(why, why_bytes, "%s: %s", folder, status == MOSQ_ERR_SUCCESS ? strerror(errno) : mosquitto_strerror(status));
		}
		close(listener);
	}
	unlink(address.sun_path);
	rmdir(folder);
	return inner;
}
