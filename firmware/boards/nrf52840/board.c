/* The nRF52840 board: the port's functions, put together from sysclock, timebase, uart, boot and adc. */
#include "board.h"

#include <stddef.h>

#include "adc.h"
#include "boot.h"
#include "cycle_marks.h"
#include "ossicle_stack.h"
#include "sysclock.h"
#include "timebase.h"
#include "uart.h"
#include "uart_cmsdk.h"

#define RX_BYTES 2048u
#define BUILD_ID_OFFSET 16u /* ELF note: three words of head, then the name `GNU` */
#define BUILD_ID_BYTES 20u

/* Set by link.ld. */
extern uint32_t stack_low[], stack_top[], data_start[], data_end[], bss_start[], bss_end[], rig_start[], rig_end[];
extern const uint8_t build_id_note[];

static struct sysclock clock;
static uint8_t rx_bytes[RX_BYTES];
static struct ossicle_ring rx;
static uint8_t store[RIG_BYTES] __attribute__((section(".rig.store")));
static char build_id[2u * BUILD_ID_BYTES + 1u];

static const char *const silicon_caps[] = { "realtime", "preload", "adc" };
static const char *const virtual_caps[] = { "realtime", "preload", "defer-rx" };
#define CAP_COUNT 3

static struct ossicle_identity identity = { .firmware = "liquid-audio", .board = "nrf52840" };

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
		__asm__ volatile(".balign 4\n1: subs %0, %0, #1\n\tbne 1b" : "+r"(iterations) : : "cc");
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

static void port_stage_enter(void *context) {
	(void)context;
	cmsdk_defer();
}

static void port_stage_leave(void *context) {
	(void)context;
	cmsdk_resume();
}

static uint32_t between(const uint32_t *from, const uint32_t *to) {
	return (uint32_t)((uintptr_t)to - (uintptr_t)from);
}

static void port_memory(void *context, struct ossicle_memory *memory) {
	(void)context;
	memory->static_bytes = between(data_start, data_end) + between(bss_start, bss_end);
	memory->rig_bytes = between(rig_start, rig_end);
	memory->stack_bytes = between(stack_low, stack_top);
	memory->stack_high_bytes = ossicle_stack_high_bytes(stack_low, stack_top);
	memory->heap_bytes = 0;
}

static void port_reset(void *context) {
	(void)context;
	boot_restart(BOOT_NOTE_SOFTWARE);
}

static void port_adc_start(void *context, uint64_t *start_cycles, uint32_t *period_cycles) {
	(void)context;
	const struct adc_parts parts = { NRF_SAADC, NRF_TIMER2, NRF_TIMER0, NRF_PPI };
	adc_start(&parts);
	struct ossicle_stamp stamp;
	timebase_stamp(&stamp);
	*period_cycles = CORE_HZ / ADC_HZ;
	*start_cycles = stamp.cycles + *period_cycles; /* the first sample comes after a whole period */
}

static long port_adc_read(void *context, uint16_t *to, size_t max) {
	(void)context;
	return adc_read(to, max);
}

static void port_adc_stop(void *context) {
	(void)context;
	adc_stop();
}

static struct ossicle_port port = {
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

static void identify(void) {
	read_build_id();
	identity.build = build_id;
	identity.boot_id = boot_id();
	identity.cause = boot_cause();
	identity.clock_source = clock.source;
	identity.clock_hz = CORE_HZ;
	identity.counter = timebase_counter();
	identity.counter_hz = timebase_counter_hz();
	identity.caps = clock.machine == MACHINE_NRF52840 ? silicon_caps : virtual_caps;
	identity.cap_count = CAP_COUNT;
}

void board_start(int argc, char **argv, uint32_t sample_rate, uint32_t hop, struct board *board) {
	(void)argc;
	(void)argv;
	sysclock_start(&clock);
	boot_start(clock.machine);
	(void)ossicle_ring_init(&rx, rx_bytes, RX_BYTES);
	timebase_start(clock.machine, sample_rate, hop);
	if (clock.machine == MACHINE_MPS2) {
		cycle_marks_start(&port);
	}
	timebase_calibrate();
	uart_start(clock.machine, &rx);
	if (clock.machine == MACHINE_MPS2) {
		/* The emulator holds the sender back, so nothing is lost while the receive interrupt waits. */
		port.stage_enter = port_stage_enter;
		port.stage_leave = port_stage_leave;
	} else {
		port.adc_hz = ADC_HZ;
		port.adc_start = port_adc_start;
		port.adc_read = port_adc_read;
		port.adc_stop = port_adc_stop;
	}
	identify();
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
		__asm__ volatile("wfi");
	}
}
