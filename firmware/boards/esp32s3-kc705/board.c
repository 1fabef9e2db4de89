/* The ESP32-S3's stand-in: the port's functions, put together from uart, timebase and boot. */
#include "board.h"

#include "boot.h"
#include "ossicle_stack.h"
#include "registers.h"
#include "timebase.h"
#include "uart.h"

#define RX_BYTES 2048u
#define BUILD_ID_OFFSET 16u /* ELF note: three words of head, then the name `GNU` */
#define BUILD_ID_BYTES 20u

/* Set by link.ld. */
extern uint32_t stack_low[], stack_top[], iram_start[], iram_end[], data_start[], data_end[], bss_start[], bss_end[];
extern uint32_t rig_start[], rig_end[];
extern const uint8_t build_id_note[];

static uint8_t rx_bytes[RX_BYTES];
static struct ossicle_ring rx;
static uint8_t store[RIG_BYTES] __attribute__((section(".rig.store")));
static char build_id[2u * BUILD_ID_BYTES + 1u];

static const char *const caps[] = { "realtime", "preload", "defer-rx" };

static struct ossicle_identity identity = {
	.firmware = "liquid-audio",
	.board = "esp32s3-kc705",
	.build = build_id,
	.clock_source = "virtual",
	.clock_hz = CORE_HZ,
	.counter = "ccount",
	.counter_hz = CORE_HZ,
	.caps = caps,
	.cap_count = sizeof caps / sizeof caps[0],
};

static uint32_t port_overruns(void *context) {
	(void)context;
	return uart_overruns();
}

static long port_write(void *context, const uint8_t *from, size_t count) {
	(void)context;
	return (long)uart_write(from, count);
}

static void port_flush(void *context) {
	(void)context;
	uart_flush();
}

static void port_stamp(void *context, struct ossicle_stamp *stamp) {
	(void)context;
	timebase_stamp(stamp);
}

static uint32_t port_millis(void *context) {
	(void)context;
	return timebase_millis();
}

static void port_idle(void *context) {
	(void)context;
	timebase_sleep();
}

/* Exactly two instructions an iteration. */
static void port_spin(void *context, uint32_t iterations) {
	(void)context;
	if (iterations > 0) {
		__asm__ volatile("1: addi %0, %0, -1\n\tbnez %0, 1b" : "+r"(iterations));
	}
}

static void port_hop_start(void *context) {
	(void)context;
	timebase_hop_start();
}

static uint32_t port_hop_due(void *context) {
	(void)context;
	return timebase_hop_due();
}

/* The emulator holds the sender back, so nothing is lost while the receive interrupt waits. */
static void port_stage_enter(void *context) {
	(void)context;
	uart_defer();
}

static void port_stage_leave(void *context) {
	(void)context;
	uart_resume();
}

static uint32_t between(const uint32_t *from, const uint32_t *to) {
	return (uint32_t)((uintptr_t)to - (uintptr_t)from);
}

static void port_memory(void *context, struct ossicle_memory *memory) {
	(void)context;
	/* Code in IRAM takes of the same SRAM as data does. */
	memory->static_bytes = between(iram_start, iram_end) + between(data_start, data_end) + between(bss_start, bss_end);
	memory->rig_bytes = between(rig_start, rig_end);
	memory->stack_bytes = between(stack_low, stack_top);
	memory->stack_high_bytes = ossicle_stack_high_bytes(stack_low, stack_top);
	memory->heap_bytes = 0;
}

static void port_reset(void *context) {
	(void)context;
	boot_restart(BOOT_NOTE_SOFTWARE);
}

static const struct ossicle_port port = {
	.identity = &identity,
	.overruns = port_overruns,
	.write = port_write,
	.flush = port_flush,
	.stamp = port_stamp,
	.millis = port_millis,
	.idle = port_idle,
	.spin = port_spin,
	.hop_start = port_hop_start,
	.hop_due = port_hop_due,
	.stage_enter = port_stage_enter,
	.stage_leave = port_stage_leave,
	.memory = port_memory,
	.reset = port_reset,
};

static void read_build_id(void) {
	for (uint32_t i = 0; i < BUILD_ID_BYTES; i++) {
		uint8_t byte = build_id_note[BUILD_ID_OFFSET + i];
		build_id[2u * i] = "0123456789abcdef"[byte >> 4];
		build_id[2u * i + 1u] = "0123456789abcdef"[byte & 15u];
	}
}

void board_start(int argc, char **argv, uint32_t sample_rate, uint32_t hop, struct board *board) {
	(void)argc;
	(void)argv;
	boot_start();
	(void)ossicle_ring_init(&rx, rx_bytes, RX_BYTES);
	timebase_start(sample_rate, hop);
	timebase_calibrate();
	uart_start(&rx);
	uart_cry("\n"); /* the restart may have cut a line in the middle: the boot line gets one of its own */
	read_build_id();
	identity.boot_id = boot_id();
	identity.cause = boot_cause();
	board->port = &port;
	board->rx = &rx;
	board->store = store;
	board->store_bytes = sizeof store;
}

void board_run(void (*loop)(void)) {
	loop();
}

void board_stop(const char *why) {
	uart_cry("\nstopped: ");
	uart_cry(why);
	uart_cry("\n");
	for (;;) {
		__asm__ volatile("waiti 1" : : : "memory");
	}
}
