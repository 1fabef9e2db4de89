#define _GNU_SOURCE
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define DESERTED_MS 5000
#define TURN_NS 5000000

static void fail(const char *what) {
	perror(what);
	exit(1);
}

void pty_open(struct pty *pty) {
	struct termios settings;
	char path[128];
	pty->master = posix_openpt(O_RDWR | O_NOCTTY);
	if (pty->master < 0 || grantpt(pty->master) != 0 || unlockpt(pty->master) != 0
		|| ptsname_r(pty->master, path, sizeof path) != 0) {
		fail("liquid-audio: cannot open a pty");
	}
	pty->slave = open(path, O_RDWR | O_NOCTTY);
	if (pty->slave < 0 || tcgetattr(pty->slave, &settings) != 0) {
		fail(path);
	}
	cfmakeraw(&settings);
	if (tcsetattr(pty->slave, TCSANOW, &settings) != 0
		|| fcntl(pty->master, F_SETFL, fcntl(pty->master, F_GETFL) | O_NONBLOCK) != 0) {
		fail(path);
	}
	printf("pty %s\n", path);
	fflush(stdout);
}

void pty_resume(struct pty *pty, int master, int slave) {
	uint8_t lost[256];
	pty->master = master;
	pty->slave = slave;
	while (read(master, lost, sizeof lost) > 0) {
	}
}

size_t pty_read(struct pty *pty, uint8_t *to, size_t max) {
	ssize_t count = read(pty->master, to, max);
	pty->read_dry = count < (ssize_t)max;
	return count > 0 ? (size_t)count : 0;
}

/* Waits for events on the pty, and for the end of standard input: the parent is gone, and so are we. */
static void wait_for(struct pty *pty, short events, int64_t nanoseconds) {
	struct pollfd polls[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN, .revents = 0 },
		{ .fd = events == 0 ? -1 : pty->master, .events = events, .revents = 0 },
	};
	struct timespec time = { .tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000) };
	if (ppoll(polls, 2, &time, NULL) > 0 && polls[0].revents != 0) {
		char ignored[64];
		ssize_t count = read(STDIN_FILENO, ignored, sizeof ignored);
		if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
			_exit(0); /* not exit(): other threads still run */
		}
	}
}

void pty_wait(struct pty *pty, int64_t nanoseconds) {
	wait_for(pty, pty->read_dry ? POLLIN : 0, nanoseconds);
	pty->read_dry = false;
}

static int64_t now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long pty_write(struct pty *pty, const uint8_t *from, size_t count) {
	int64_t begun = now_ms();
	do {
		ssize_t taken = write(pty->master, from, count);
		if (taken > 0) {
			pty->deserted = false;
			return (long)taken;
		}
		if (pty->deserted) {
			return -1;
		}
		wait_for(pty, 0, TURN_NS); /* not for POLLOUT: a pty's master reports room that it does not have */
		pty->tick();
	} while (now_ms() - begun < DESERTED_MS);
	tcflush(pty->slave, TCIFLUSH); /* what lies unread would greet the next host with half a line */
	pty->deserted = true;
	return -1;
}
