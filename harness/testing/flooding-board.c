/*
 * A board gone mad, as a PC program on a pty: it prints console lines without end, about 1 MB a second, and hears nothing.
 * Like the posix board it names its pty on stdout, and ends when its stdin does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
	char line[1024];
	char heard[4096];
	struct termios raw;
	const int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 || tcgetattr(master, &raw) != 0) {
		perror("pty");
		return 1;
	}
	cfmakeraw(&raw);
	tcsetattr(master, TCSANOW, &raw);
	printf("pty %s\n", ptsname(master));
	fflush(stdout);
	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\n';
	for (;;) {
		struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

		/* One line a millisecond. */
		if (poll(&input, 1, 1) > 0 && read(STDIN_FILENO, heard, sizeof heard) <= 0) {
			return 0;
		}
		while (read(master, heard, sizeof heard) > 0) {
		}
		/* Full, or nobody there: the next one may fit. */
		if (write(master, line, sizeof line) < 0) {
			continue;
		}
	}
}
