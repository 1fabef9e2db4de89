/* The ESP32-S3's stand-in, put together from uart and timebase. */
#include "bare_board.h"
#include "boot.h"
#include "registers.h"
#include "serial_line.h"
#include "timebase.h"
#include "uart.h"

static const char *const caps[] = { "realtime", "preload", "defer-rx" };

static struct ossicle_identity identity = {
	.firmware = "liquid-audio",
	.board = "esp32s3-kc705",
	.clock_source = "virtual",
	.clock_hz = CORE_HZ,
	.counter = "ccount",
	.counter_hz = CORE_HZ,
	.caps = caps,
	.cap_count = sizeof caps / sizeof caps[0],
};

static const struct ossicle_port port = {
	.identity = &identity,
	BARE_PORT_FUNCTIONS,
	/* The emulator holds the sender back, so nothing is lost while the receive interrupt waits. */
	.stage_enter = port_stage_enter,
	.stage_leave = port_stage_leave,
};

void board_start(int argc, char **argv, uint32_t sample_rate, uint32_t hop, struct board *board) {
	static const uint32_t nothing_unique[BOOT_UNIQUE_WORDS];
	(void)argc;
	(void)argv;
	boot_begin(NULL, nothing_unique); /* QEMU keeps RAM over a restart, and begins with zeros */
	timebase_start(sample_rate, hop);
	timebase_calibrate();
	uart_start(bare_board_ring());
	serial_cry("\n"); /* the restart may have cut a line in the middle: the boot line gets one of its own */
	bare_board_hand_over(&port, &identity, board);
}
