/* The STM32F405 board: the port's functions, put together from usart, timebase, sysclock, boot and adc. */
#include "board.h"

#include <string.h>

#include "adc.h"
#include "boot.h"
#include "cycle_marks.h"
#include "ossicle_stack.h"
#include "registers.h"
#include "sysclock.h"
#include "timebase.h"
#include "usart.h"

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

static const char *const silicon_caps[] = { "realtime", "preload", "adc", "scaling" };
static const char *const virtual_caps[] = { "realtime", "preload", "defer-rx", "scaling-modelled" };

static struct ossicle_identity identity = { .firmware = "liquid-audio", .board = "stm32f405" };

static uint32_t port_overruns(void *context) {
	(void)context;
	return usart_overruns();
}

static long port_write(void *context, const uint8_t *from, size_t count) {
	(void)context;
	return (long)usart_write(from, count);
}

static void port_flush(void *context) {
	(void)context;
	usart_flush();
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
	usart_defer();
}

static void port_stage_leave(void *context) {
	(void)context;
	usart_resume();
}

/* Half the clock or all of it: there is no point between them at which the buses could keep their rates. */
static uint32_t port_speed(void *context, enum ossicle_speed speed) {
	(void)context;
	bool is_low = speed == OSSICLE_SPEED_LOW;
	/* The emulator has no clock tree: virtual time goes on as it is, and what a board would do is all that can be said. */
	bool is_halved = clock.is_virtual ? is_low : timebase_halve_core(is_low);
	return is_halved ? clock.core_hz / 2u : clock.core_hz;
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
	adc_start(clock.core_hz, clock.apb1_timer_hz, start_cycles, period_cycles);
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
	identity.clock_hz = clock.core_hz;
	identity.counter = timebase_uses_dwt() ? "dwt" : "systick";
	identity.counter_hz = clock.core_hz;
	identity.caps = clock.is_virtual ? virtual_caps : silicon_caps;
	identity.cap_count = port.speed != NULL ? 4 : 3; /* `scaling` comes last */
}

void board_start(int argc, char **argv, uint32_t sample_rate, uint32_t hop, struct board *board) {
	(void)argc;
	(void)argv;
	sysclock_start(&clock);
	boot_start(clock.is_virtual);
	(void)ossicle_ring_init(&rx, rx_bytes, RX_BYTES);
	timebase_start(clock.core_hz, sample_rate, hop);
	if (clock.is_virtual) {
		cycle_marks_start(&port);
	}
	timebase_calibrate();
	usart_start(&clock, &rx);
	if (clock.is_virtual) {
		/* The emulator holds the sender back, so nothing is lost while the receive interrupt waits. A real USART has no
		 * more than one byte of room and must be served at once. */
		port.stage_enter = port_stage_enter;
		port.stage_leave = port_stage_leave;
		port.speed = port_speed;
	} else {
		if (clock.has_pll && timebase_uses_dwt()) {
			port.speed = port_speed;
		}
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
	usart_cry("\nstopped: ");
	usart_cry(why);
	usart_cry("\n");
	for (;;) {
		__asm__ volatile("wfi");
	}
}
