#include "bare_board.h"

#include "boot.h"
#include "core.h"
#include "image.h"
#include "serial_line.h"

#define RX_BYTES 2048u

static uint8_t rx_bytes[RX_BYTES];
static struct ossicle_ring rx;
static uint8_t store[RIG_BYTES] __attribute__((section(".rig.store")));

void port_spin(void *context, uint32_t iterations) {
	(void)context;
	core_spin(iterations);
}

void port_memory(void *context, struct ossicle_memory *memory) {
	(void)context;
	image_memory(memory);
}

void port_reset(void *context) {
	(void)context;
	boot_restart(BOOT_NOTE_SOFTWARE);
}

void port_stage_enter(void *context) {
	(void)context;
	serial_defer();
}

void port_stage_leave(void *context) {
	(void)context;
	serial_resume();
}

struct ossicle_ring *bare_board_ring(void) {
	(void)ossicle_ring_init(&rx, rx_bytes, RX_BYTES);
	return &rx;
}

void bare_board_hand_over(const struct ossicle_port *port, struct ossicle_identity *identity, struct board *board) {
	identity->build = image_build_id();
	identity->boot_id = boot_id();
	identity->cause = boot_cause();
	board->port = port;
	board->rx = &rx;
	board->store = store;
	board->store_bytes = sizeof store;
}

void board_run(void (*loop)(void)) {
	loop();
}

void board_stop(const char *why) {
	serial_cry("\nstopped: ");
	serial_cry(why);
	serial_cry("\n");
	for (;;) {
		core_wait();
	}
}
