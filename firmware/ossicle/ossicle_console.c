#include "ossicle_console.h"

#include <string.h>

#include "ossicle.h"

void ossicle_console_init(struct ossicle_console *console) {
	memset(console, 0, sizeof *console);
}

static void answer(struct ossicle *device, const char *command) {
	struct ossicle_line *line = &device->line;
	const struct ossicle_identity *identity = device->port->identity;
	if (strcmp(command, "info") == 0) {
		ossicle_line_console(line, "ossicle device");
		ossicle_line_console(line, identity->firmware);
		ossicle_line_console(line, identity->board);
		ossicle_line_console(line, identity->build);
		ossicle_line_console(line, device->app->model);
	} else if (strcmp(command, "help") == 0) {
		ossicle_line_console(line, "info: firmware, board, build id, model");
		ossicle_line_console(line, "help: this; all else is for the harness (firmware/wire/PROTOCOL.md)");
	} else {
		ossicle_line_console(line, "unknown command; try help");
	}
}

void ossicle_console_take(struct ossicle *device, uint8_t byte) {
	struct ossicle_console *console = &device->console;
	if (byte != '\n' && byte != '\r') {
		if (byte < ' ' || byte > '~' || console->count >= OSSICLE_CONSOLE_BYTES - 1u) {
			console->spoiled = true;
		} else {
			console->text[console->count++] = (char)byte;
		}
		return;
	}
	bool whole = console->count > 0 && !console->spoiled;
	console->text[console->count] = 0;
	if (whole) {
		answer(device, console->text);
	}
	ossicle_console_init(console);
}
