#include "timebase.h"

#include <stdbool.h>

#include "driver/gptimer.h"
#include "esp_attr.h"
#include "esp_clk_tree.h"
#include "esp_cpu.h"
#include "esp_err.h"
#include "esp_timer.h"
#include "hop_clock.h"
#include "ossicle_counter.h"

#define TIMER_HZ 1000000u
#define LONGEST_SLEEP_MS 20u

static struct {
	TaskHandle_t computing;
	uint32_t core_hz;
	uint32_t cycles_per_us;
	struct hop_clock hops;
	struct ossicle_counter32 ccount;
	uint64_t stopped; /* cycles that CCOUNT stood still */
	uint64_t sleep_cycles;
} state;

static bool IRAM_ATTR on_hop(gptimer_handle_t timer, const gptimer_alarm_event_data_t *event, void *context) {
	(void)timer;
	(void)event;
	(void)context;
	BaseType_t woken = pdFALSE;
	state.hops.ticks++;
	if (state.computing != NULL) {
		vTaskNotifyGiveFromISR(state.computing, &woken);
	}
	return woken == pdTRUE;
}

static void start_hops(uint32_t sample_rate, uint32_t hop) {
	const gptimer_config_t config = {
		.clk_src = GPTIMER_CLK_SRC_DEFAULT,
		.direction = GPTIMER_COUNT_UP,
		.resolution_hz = TIMER_HZ,
	};
	const gptimer_alarm_config_t alarm = {
		.alarm_count = (uint64_t)TIMER_HZ * hop / sample_rate,
		.reload_count = 0,
		.flags = { .auto_reload_on_alarm = true },
	};
	const gptimer_event_callbacks_t callbacks = { .on_alarm = on_hop };
	gptimer_handle_t timer;
	ESP_ERROR_CHECK(gptimer_new_timer(&config, &timer));
	ESP_ERROR_CHECK(gptimer_register_event_callbacks(timer, &callbacks, NULL));
	ESP_ERROR_CHECK(gptimer_set_alarm_action(timer, &alarm));
	ESP_ERROR_CHECK(gptimer_enable(timer));
	ESP_ERROR_CHECK(gptimer_start(timer));
}

void timebase_start(uint32_t sample_rate, uint32_t hop) {
	ESP_ERROR_CHECK(
		esp_clk_tree_src_get_freq_hz(SOC_MOD_CLK_CPU, ESP_CLK_TREE_SRC_FREQ_PRECISION_CACHED, &state.core_hz)
	);
	state.cycles_per_us = state.core_hz / 1000000u;
	state.hops.ticks_per_hop = 1;
	start_hops(sample_rate, hop);
}

void timebase_attach(TaskHandle_t computing) {
	ossicle_counter32_init(&state.ccount, esp_cpu_get_cycle_count());
	state.computing = computing;
}

uint32_t timebase_core_hz(void) {
	return state.core_hz;
}

static uint64_t cycles(void) {
	return ossicle_counter32_extend(&state.ccount, esp_cpu_get_cycle_count()) + state.stopped;
}

/* One task reads these, and no interrupt writes them: nothing has to be masked. */
void timebase_stamp(struct ossicle_stamp *stamp) {
	stamp->cycles = cycles();
	stamp->irq_cycles = 0;
	stamp->sleep_cycles = state.sleep_cycles;
}

uint32_t timebase_millis(void) {
	return (uint32_t)(esp_timer_get_time() / 1000);
}

void timebase_hop_start(void) {
	hop_clock_start(&state.hops);
}

uint32_t timebase_hop_due(void) {
	return hop_clock_due(&state.hops);
}

/* The core waits in the idle task (WAITI). Should CCOUNT stand still there, the system timer tells for how long. */
void timebase_sleep(void) {
	uint64_t asleep = cycles();
	int64_t asleep_us = esp_timer_get_time();
	(void)ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(LONGEST_SLEEP_MS));
	uint64_t counted = cycles() - asleep;
	uint64_t elapsed = (uint64_t)(esp_timer_get_time() - asleep_us) * state.cycles_per_us;
	if (elapsed > counted + 2u * state.cycles_per_us) {
		state.stopped += elapsed - counted;
		counted = elapsed;
	}
	state.sleep_cycles += counted;
}

void timebase_wake(void) {
	if (state.computing != NULL) {
		(void)xTaskNotifyGive(state.computing);
	}
}
