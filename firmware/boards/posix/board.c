/* The boards that are a program: this process is the device, wire.h its UART. */
#define _GNU_SOURCE
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "build_id.h"
#include "clock.h"
#include "options.h"
#include "stack.h"
#include "wire.h"

#define RX_BYTES 2048u
#define STORE_BYTES (64u * 1024u)
#define IDLE_NS 20000000
#ifndef BOARD_NAME
#define BOARD_NAME "posix"
#endif

/* Set by the linker. */
extern char __data_start, _edata, __bss_start, _end;

static struct options options;
static uint8_t rx_bytes[RX_BYTES];
static struct ossicle_ring rx;
static uint8_t store[STORE_BYTES];
static uint32_t hop_rate;
static uint32_t hop_samples;
static int64_t hop_began = -1;

static const char *const caps[] = { "realtime", "preload" };
static struct ossicle_identity identity = {
	.firmware = "liquid-audio",
	.board = BOARD_NAME,
	.clock_source = "host",
	.clock_hz = CLOCK_HZ,
	.counter = "host",
	.counter_hz = CLOCK_HZ,
	.caps = caps,
	.cap_count = sizeof caps / sizeof caps[0],
};

static size_t port_read(void *context, uint8_t *to, size_t max) {
	(void)context;
	size_t count = wire_read(to, max);
	return options.mute ? 0 : count;
}

static uint32_t port_overruns(void *context) {
	(void)context;
	return 0; /* the wire holds the host back, or ends what it carries */
}

static long port_write(void *context, const uint8_t *from, size_t count) {
	(void)context;
	return options.mute ? (long)count : wire_write(from, count);
}

static void port_stamp(void *context, struct ossicle_stamp *stamp) {
	(void)context;
	clock_stamp(stamp);
}

static uint32_t port_millis(void *context) {
	(void)context;
	return (uint32_t)(clock_nanoseconds() / 1000000);
}

/* When hop number `count` of the hop clock is over. */
static int64_t hop_end(uint64_t count) {
	return hop_began + (int64_t)(count * hop_samples * 1000000000u / hop_rate);
}

static uint32_t port_hop_due(void *context) {
	(void)context;
	uint64_t nanoseconds = (uint64_t)(clock_nanoseconds() - hop_began);
	/* Divided in two steps: nanoseconds x rate would overflow after ten days only, but the hop may be 1 sample. */
	return (uint32_t)(nanoseconds / 1000u * hop_rate / hop_samples / 1000000u);
}

static void port_hop_start(void *context) {
	(void)context;
	hop_began = clock_nanoseconds();
}

static void port_idle(void *context) {
	int64_t before = clock_nanoseconds();
	int64_t wait = IDLE_NS;
	if (hop_began >= 0) {
		int64_t next = hop_end((uint64_t)port_hop_due(context) + 1u) + 1000 - before;
		wait = next < 0 ? 0 : next < wait ? next : wait;
	}
	wire_wait(wait);
	clock_slept(clock_nanoseconds() - before);
	clock_keep();
}

/* Two instructions an iteration where the compiler's assembler is one of these, else a volatile loop. */
static void spin_some(uint32_t iterations) {
#if defined(__x86_64__)
	__asm__ volatile("1: subl $1, %0\n\tjnz 1b" : "+r"(iterations) : : "cc");
#elif defined(__aarch64__)
	__asm__ volatile("1: subs %w0, %w0, #1\n\tb.ne 1b" : "+r"(iterations) : : "cc");
#else
	for (volatile uint32_t left = iterations; left > 0; left--) {
	}
#endif
}

static void port_spin(void *context, uint32_t iterations) {
	(void)context;
	while (iterations > 0) {
		uint32_t some = iterations < 100000000u ? iterations : 100000000u;
		spin_some(some);
		iterations -= some;
		clock_keep();
		wire_poll();
	}
}

static void port_memory(void *context, struct ossicle_memory *memory) {
	(void)context;
	memory->static_bytes = (uint32_t)((&_edata - &__data_start) + (&_end - &__bss_start)) - STORE_BYTES;
	memory->rig_bytes = STORE_BYTES;
	memory->stack_bytes = stack_bytes();
	memory->stack_high_bytes = stack_high_bytes();
	memory->heap_bytes = 0;
}

static void port_reset(void *context) {
	(void)context;
	wire_restart();
}

static const struct ossicle_port port = {
	.identity = &identity,
	.read = port_read,
	.overruns = port_overruns,
	.write = port_write,
	.stamp = port_stamp,
	.millis = port_millis,
	.idle = port_idle,
	.spin = port_spin,
	.hop_start = port_hop_start,
	.hop_due = port_hop_due,
	.memory = port_memory,
	.reset = port_reset,
};

static uint32_t new_boot_id(void) {
	uint32_t id = options.boot_id;
	if (!options.boot_id_given && getrandom(&id, sizeof id, 0) != (ssize_t)sizeof id) {
		perror("liquid-audio: boot id");
		exit(1);
	}
	return id + options.resets * 0x9E3779B9u;
}

void board_start(int argc, char **argv, uint32_t sample_rate, uint32_t hop, struct board *board) {
	options_parse(argc, argv, &wire_options, &options);
	hop_rate = sample_rate;
	hop_samples = hop;
	wire_open(argc, argv, &options);
	clock_start(&options);
	identity.build = build_id_hex();
	identity.boot_id = new_boot_id();
	identity.cause = options.cause;
	identity.counter = options.scripted ? "scripted" : "host";
	(void)ossicle_ring_init(&rx, rx_bytes, RX_BYTES);
	board->port = &port;
	board->rx = &rx;
	board->store = store;
	board->store_bytes = STORE_BYTES;
}

void board_run(void (*loop)(void)) {
	wire_run(loop);
}

void board_stop(const char *why) {
	fprintf(stderr, "liquid-audio: %s\n", why);
	exit(1);
}
