/* The wire that is a pty of this program. */
#include "wire.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "pty.h"
#include "reset.h"
#include "stack.h"

static struct pty pty;

/* After a reset the program starts itself anew and hands over what a reset leaves alone. */
static bool resumed;
static int master;
static int slave;

/* MASTER,SLAVE,RESETS,CAUSE: written by reset.c, of no use to anybody else. */
static bool take_resume(const char *option, const char *text, struct options *options) {
	static char cause[16];
	if (strcmp(option, "--resume") != 0) {
		return false;
	}
	if (text == NULL || sscanf(text, "%d,%d,%u,%15[a-z-]", &master, &slave, &options->resets, cause) != 4) {
		options_refuse(option, "MASTER,SLAVE,RESETS,CAUSE", text);
	}
	resumed = true;
	options->cause = cause;
	return true;
}

const struct option_set wire_options = {
	.usage = "Opens a pty, prints `pty <path>` and speaks the Ossicle wire protocol on it until standard input ends.\n",
	.take = take_resume,
};

void wire_open(int argc, char **argv, struct options *options) {
	(void)argc;
	pty.tick = clock_keep;
	if (resumed) {
		pty_resume(&pty, master, slave);
	} else {
		pty_open(&pty);
	}
	reset_arm(argv, options->resets, pty.master, pty.slave);
}

size_t wire_read(uint8_t *to, size_t max) {
	return pty_read(&pty, to, max);
}

long wire_write(const uint8_t *from, size_t count) {
	return pty_write(&pty, from, count);
}

void wire_wait(int64_t nanoseconds) {
	pty_wait(&pty, nanoseconds);
}

void wire_poll(void) {
	/* A reset is a signal here: it comes at any instruction. */
}

void wire_run(void (*loop)(void)) {
	stack_run(loop);
}

void wire_restart(void) {
	reset_now();
}
