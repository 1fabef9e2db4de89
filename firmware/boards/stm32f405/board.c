/* The STM32F405 board, put together from usart, timebase, sysclock, boot_cause and adc. */
#include "adc.h"
#include "bare_board.h"
#include "boot_cause.h"
#include "cycle_marks.h"
#include "sysclock.h"
#include "timebase.h"
#include "usart.h"

static struct sysclock clock;

static const char *const silicon_caps[] = { "realtime", "preload", "adc", "scaling" };
static const char *const virtual_caps[] = { "realtime", "preload", "defer-rx", "scaling-modelled" };

static struct ossicle_identity identity = { .firmware = "liquid-audio", .board = "stm32f405" };

/* Half the clock or all of it: there is no point between them at which the buses could keep their rates. */
static uint32_t port_speed(void *context, enum ossicle_speed speed) {
	(void)context;
	bool is_low = speed == OSSICLE_SPEED_LOW;
	/* The emulator has no clock tree: virtual time goes on as it is, and what a board would do is all that can be said. */
	bool is_halved = clock.is_virtual ? is_low : timebase_halve_core(is_low);
	return is_halved ? clock.core_hz / 2u : clock.core_hz;
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

static struct ossicle_port port = { .identity = &identity, BARE_PORT_FUNCTIONS };

static void identify(void) {
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
	timebase_start(clock.core_hz, sample_rate, hop);
	if (clock.is_virtual) {
		cycle_marks_start(&port);
	}
	timebase_calibrate();
	usart_start(&clock, bare_board_ring());
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
	bare_board_hand_over(&port, &identity, board);
}
