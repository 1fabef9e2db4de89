/*
 * The ESP32-S3 board on ESP-IDF: its part of the port, and the app's `main` as a task that has the second core to itself.
 * Core 0 takes all interrupts (UART, hop timer, ADC) and hands bytes over; core 1 computes or waits.
 */
#include "board.h"

#include <stdbool.h>

#include "esp_app_desc.h"
#include "esp_heap_caps.h"
#include "esp_random.h"
#include "esp_system.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "hex.h"
#include "port_functions.h"
#include "serial.h"
#include "shunt.h"
#include "timebase.h"

#define COMPUTING_CORE 1
#define COMPUTING_PRIORITY 20
#define STACK_BYTES 8192u
#define RX_BYTES 2048u
#define STORE_BYTES (64u * 1024u)
#define SHA256_BYTES 32u
/* 80, 160 and 240 MHz come from the PLL. What is slower is the crystal or an RC oscillator; the protocol has one word for
 * both (PROTOCOL.md, clockSource). */
#define LEAST_PLL_HZ 80000000u

/* Set by ESP-IDF's linker script. */
extern char _data_start, _data_end, _bss_start, _bss_end, _iram_text_start, _iram_text_end;

int main(int argc, char **argv);
void app_main(void);

static StaticTask_t computing_task;
static StackType_t computing_stack[STACK_BYTES / sizeof(StackType_t)];
static TaskHandle_t starting_task;
static uint32_t hop_rate;
static uint32_t hop_samples;
static uint8_t rx_bytes[RX_BYTES];
static struct ossicle_ring rx;
static uint8_t store[STORE_BYTES];
static char build[2u * SHA256_BYTES + 1u];

static const char *const caps[] = { "realtime", "preload", "adc" };

static struct ossicle_identity identity = {
	.firmware = "liquid-audio",
	.board = "esp32s3",
	.build = build,
	.counter = "ccount",
	.caps = caps,
	.cap_count = sizeof caps / sizeof caps[0],
};

static size_t port_read(void *context, uint8_t *to, size_t max) {
	(void)context;
	return serial_read(to, max);
}

/* Two instructions an iteration on Xtensa. */
static void port_spin(void *context, uint32_t iterations) {
	(void)context;
#ifdef __XTENSA__
	if (iterations > 0) {
		__asm__ volatile("1: addi %0, %0, -1\n\tbnez %0, 1b" : "+r"(iterations));
	}
#else
	for (volatile uint32_t left = iterations; left > 0; left--) {
	}
#endif
}

/* All of the image, ESP-IDF's own share included: it is RAM that the firmware needs. The rig's store is told apart. */
static void port_memory(void *context, struct ossicle_memory *memory) {
	(void)context;
	multi_heap_info_t heap;
	heap_caps_get_info(&heap, MALLOC_CAP_8BIT);
	memory->static_bytes = (uint32_t)((&_data_end - &_data_start) + (&_bss_end - &_bss_start)
		+ (&_iram_text_end - &_iram_text_start)) - STORE_BYTES - STACK_BYTES;
	memory->rig_bytes = STORE_BYTES;
	memory->stack_bytes = STACK_BYTES;
	memory->stack_high_bytes = STACK_BYTES - (uint32_t)uxTaskGetStackHighWaterMark(NULL);
	memory->heap_bytes = (uint32_t)heap.total_allocated_bytes;
}

static void port_reset(void *context) {
	(void)context;
	esp_restart();
}

static void port_adc_start(void *context, uint64_t *start_cycles, uint32_t *period_cycles) {
	(void)context;
	shunt_start(start_cycles, period_cycles);
}

static long port_adc_read(void *context, uint16_t *to, size_t max) {
	(void)context;
	return shunt_read(to, max);
}

static void port_adc_stop(void *context) {
	(void)context;
	shunt_stop();
}

static const struct ossicle_port port = {
	.identity = &identity,
	PORT_FUNCTIONS,
	.read = port_read,
	.spin = port_spin,
	.memory = port_memory,
	.reset = port_reset,
	.adc_hz = SHUNT_HZ,
	.adc_start = port_adc_start,
	.adc_read = port_adc_read,
	.adc_stop = port_adc_stop,
};

static const char *cause_of_boot(void) {
	switch (esp_reset_reason()) {
	case ESP_RST_POWERON:
		return "power-on";
	case ESP_RST_EXT:
		return "pin";
	case ESP_RST_SW:
		return "software";
	case ESP_RST_PANIC:
		return "fault";
	case ESP_RST_INT_WDT:
	case ESP_RST_TASK_WDT:
	case ESP_RST_WDT:
		return "watchdog";
	case ESP_RST_BROWNOUT:
		return "brown-out";
	default:
		return "unknown";
	}
}

/* The SHA-256 of the ELF file, which esptool writes into the image: ESP-IDF's linker script keeps no GNU build id. */
static void read_build(void) {
	hex_of_bytes(build, esp_app_get_description()->app_elf_sha256, SHA256_BYTES);
}

/* On core 0, so that it takes their interrupts; the task that asked for it waits. */
static void start_devices(void *context) {
	(void)context;
	timebase_start(hop_rate, hop_samples);
	serial_start();
	(void)xTaskNotifyGive(starting_task);
	vTaskDelete(NULL);
}

void board_start(int argc, char **argv, uint32_t sample_rate, uint32_t hop, struct board *board) {
	(void)argc;
	(void)argv;
	hop_rate = sample_rate;
	hop_samples = hop;
	starting_task = xTaskGetCurrentTaskHandle();
	if (xTaskCreatePinnedToCore(start_devices, "start", 4096, NULL, COMPUTING_PRIORITY, NULL, 0) != pdPASS) {
		board_stop("no memory for the task that starts the devices");
	}
	(void)ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
	timebase_attach(starting_task);
	(void)ossicle_ring_init(&rx, rx_bytes, RX_BYTES);
	read_build();
	identity.boot_id = esp_random();
	identity.cause = cause_of_boot();
	identity.clock_hz = timebase_core_hz();
	identity.counter_hz = identity.clock_hz;
	identity.clock_source = identity.clock_hz >= LEAST_PLL_HZ ? "pll" : "hsi";
	board->port = &port;
	board->rx = &rx;
	board->store = store;
	board->store_bytes = sizeof store;
}

void board_run(void (*loop)(void)) {
	loop();
}

void board_stop(const char *why) {
	esp_system_abort(why);
}

static void compute(void *context) {
	(void)context;
	(void)main(0, NULL);
	esp_system_abort("main returned");
}

void app_main(void) {
	(void)xTaskCreateStaticPinnedToCore(
		compute, "compute", STACK_BYTES / sizeof(StackType_t), NULL, COMPUTING_PRIORITY, computing_stack, &computing_task,
		COMPUTING_CORE
	);
}
