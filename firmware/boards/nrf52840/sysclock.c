#include "sysclock.h"

#include <stdbool.h>

#include "registers.h"

/* Turns of a polling loop at 64 MHz, six cycles or more each: 38 ms. HFXO takes 0.36 ms (PS 5.4, t_START,HFXO; from memory)
 * and its debounce 0.256 ms. */
#define PATIENCE 400000u

/* From build code Fx0 on, UICR's word for "the debug port stays open" counts only once the firmware has repeated it: without
 * that, flashing again would take an erase of the whole chip. Older chips know neither; PS 4.8. */
static void keep_debug_port(void) {
	if (UICR_APPROTECT == APPROTECT_OPEN) {
		NRF_CLOCK_POWER->APPROTECT_DISABLE = APPROTECT_OPEN;
	}
}

static bool start_crystal(void) {
	event_clear(&NRF_CLOCK_POWER->EVENTS_HFCLKSTARTED);
	task(&NRF_CLOCK_POWER->TASKS_HFCLKSTART);
	const uint32_t wanted = HFCLKSTAT_SRC_XTAL | HFCLKSTAT_STATE_RUNNING;
	for (uint32_t turn = 0; turn < PATIENCE; turn++) {
		if (NRF_CLOCK_POWER->EVENTS_HFCLKSTARTED != 0 && (NRF_CLOCK_POWER->HFCLKSTAT & wanted) == wanted) {
			return true;
		}
	}
	return false;
}

void sysclock_start(struct sysclock *clock) {
	clock->machine = machine_found();
	if (clock->machine != MACHINE_NRF52840) {
		clock->source = "virtual";
		return;
	}
	keep_debug_port();
	NVMC_ICACHECNF = NVMC_ICACHECNF_CACHEEN; /* off after reset; PS 4.3.5 */
	NRF_CLOCK_POWER->DCDCEN = BOARD_DCDC;
	clock->source = start_crystal() ? "hfxo" : "hfint";
}
