/* Text commands of a person at a terminal, outside a session: `info` and `help`. PROTOCOL.md section 6. */
#ifndef OSSICLE_CONSOLE_H
#define OSSICLE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#define OSSICLE_CONSOLE_BYTES 16u

struct ossicle_console {
	char text[OSSICLE_CONSOLE_BYTES];
	uint8_t count;
	bool spoiled; /* the line holds something else than printable ASCII, or is too long */
};

struct ossicle;

void ossicle_console_init(struct ossicle_console *console);

/* Takes a byte that arrived outside a session; answers when it completes a command. */
void ossicle_console_take(struct ossicle *device, uint8_t byte);

#endif
