/*
 * The wire that is a channel on a broker, and the resets that come through it.
 *
 * A lease must outlive the reset that begins it, so the connection to the broker has to survive what the posix board does by
 * executing itself anew: libmosquitto's state cannot be handed over. A second process would be a bridge, and not firmware that
 * speaks MQTT. So the process stays, and a reset is what it is on a microcontroller whose radio is a core of its own: the
 * board's thread leaves whatever it does at the next call of its port, .data and .bss are written as they were before any of
 * the firmware ran, and main() is called on a stack painted anew. What the network has (struct machine) lies outside both, on
 * a thread of its own: neither its variables nor its stack nor its heap are the firmware's, and `memory` does not count them.
 */
#define _GNU_SOURCE
#include "wire.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "build_id.h"
#include "image.h"
#include "image_sha256.h"
#include "node.h"
#include "stack.h"
#include "uart.h"

#define BOARD_ENDS_S 2

extern int main(int argc, char **argv);

struct machine {
	struct uart uart;
	struct node node;
	int status; /* with which the program ends */
	jmp_buf off; /* the main thread, with no firmware running */
	jmp_buf running; /* the board's thread, around the loop */
};

/* Of the firmware's variables, but the same before and after each reset. */
static struct machine *machine;
static void (*device_loop)(void);
static bool in_loop; /* the board's thread runs: before, the boot line is written on the main one */
static bool all_read; /* the last read found nothing more: worth waiting for bytes */

static void fail(const char *what) {
	perror(what);
	exit(1);
}

/* Signals come to the network's thread alone, as bytes of a file. */
static int take_signals(void) {
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets that may be closed */
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* The device has left the broker; the board's thread is asked to end, and the process ends without it if it does not. */
static void *on_network(void *context) {
	struct machine *run = context;
	run->status = node_run(&run->node);
	uart_stop(&run->uart);
	sleep(BOARD_ENDS_S);
	_exit(run->status);
}

static struct machine *assemble(void) {
	struct machine *made =
		mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED) {
		fail("liquid-audio: memory");
	}
	struct node *node = &made->node;
	settings_read(&node->settings);
	uart_init(&made->uart);
	node->uart = &made->uart;
	node->signals = take_signals();
	if (node->signals < 0) {
		fail("liquid-audio: signalfd");
	}
	node->facts.bench = node->settings.bench;
	node->facts.device = node->settings.device;
	node->facts.board = BOARD_NAME;
	snprintf(node->facts.build_id, sizeof node->facts.build_id, "%s", build_id_hex());
	image_sha256(node->facts.image_sha256);
	int major, minor, revision;
	mosquitto_lib_version(&major, &minor, &revision);
	snprintf(node->facts.link, sizeof node->facts.link, "in the firmware, libmosquitto %d.%d.%d", major, minor, revision);
	node_init(node);
	return made;
}

/* Power on: from here on, each turn is a boot. Never returns. */
static void power_on(int argc, char **argv) {
	struct machine *powered = assemble();
	pthread_t network;
	machine = powered;
	image_keep();
	if (pthread_create(&network, NULL, on_network, powered) != 0) {
		fail("liquid-audio: cannot start the network's thread");
	}
	(void)setjmp(powered->off);
	if (uart_stopped(&machine->uart)) {
		exit(machine->status);
	}
	image_restore();
	(void)main(argc, argv);
}

void wire_open(int argc, char **argv, struct options *options) {
	if (machine == NULL) {
		power_on(argc, argv);
	}
	options->resets = uart_boot(&machine->uart, &options->cause);
}

/* Wherever the board calls its port, a reset that has been pulled ends what it does. */
static void leave_if_reset(void) {
	if (in_loop && uart_leaves(&machine->uart)) {
		longjmp(machine->running, 1);
	}
}

size_t wire_read(uint8_t *to, size_t max) {
	leave_if_reset();
	size_t count = uart_board_read(&machine->uart, to, max);
	all_read = count < max;
	return count;
}

long wire_write(const uint8_t *from, size_t count) {
	leave_if_reset();
	return (long)uart_board_write(&machine->uart, from, count);
}

void wire_wait(int64_t nanoseconds) {
	uart_board_wait(&machine->uart, all_read, nanoseconds);
	all_read = false;
	leave_if_reset();
}

void wire_poll(void) {
	leave_if_reset();
}

static void run_until_reset(void) {
	if (setjmp(machine->running) == 0) {
		in_loop = true;
		device_loop();
	}
}

void wire_run(void (*loop)(void)) {
	device_loop = loop;
	stack_run(run_until_reset);
	longjmp(machine->off, 1);
}

void wire_restart(void) {
	uart_restart(&machine->uart, "software");
	leave_if_reset();
}
