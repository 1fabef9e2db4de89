/* The nRF52840 board, put together from sysclock, timebase, uart, boot_cause and adc. */
#include "adc.h"
#include "bare_board.h"
#include "boot_cause.h"
#include "cycle_marks.h"
#include "sysclock.h"
#include "timebase.h"
#include "uart.h"

static struct sysclock clock;

static const char *const silicon_caps[] = { "realtime", "preload", "adc" };
static const char *const virtual_caps[] = { "realtime", "preload", "defer-rx" };
#define CAP_COUNT 3

static struct ossicle_identity identity = { .firmware = "liquid-audio", .board = "nrf52840" };

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

static struct ossicle_port port = { .identity = &identity, BARE_PORT_FUNCTIONS };

static void identify(void) {
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
	timebase_start(clock.machine, sample_rate, hop);
	if (clock.machine == MACHINE_MPS2) {
		cycle_marks_start(&port);
	}
	timebase_calibrate();
	uart_start(clock.machine, bare_board_ring());
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
	bare_board_hand_over(&port, &identity, board);
}
