#include "serial.h"

#include "driver/uart.h"
#include "esp_err.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "sdkconfig.h"
#include "serial_line.h"
#include "timebase.h"

#define PORT ((uart_port_t)CONFIG_OSSICLE_UART_PORT)
/* Larger than the credit of 2048 bytes, so that a sender that keeps to it cannot overrun it. */
#define RX_BUFFER_BYTES 4096
#define TX_BUFFER_BYTES 4096
#define EVENTS 16
#define EVENT_TASK_STACK_BYTES 2560
#define EVENT_TASK_PRIORITY 10

static QueueHandle_t events;
static volatile uint32_t overruns;

static void wait_for_events(void *context) {
	(void)context;
	for (;;) {
		uart_event_t event;
		if (xQueueReceive(events, &event, portMAX_DELAY) != pdTRUE) {
			continue;
		}
		if (event.type == UART_FIFO_OVF || event.type == UART_BUFFER_FULL) {
			overruns++;
		}
		timebase_wake();
	}
}

void serial_start(void) {
	const uart_config_t config = {
		.baud_rate = CONFIG_OSSICLE_UART_BAUD,
		.data_bits = UART_DATA_8_BITS,
		.parity = UART_PARITY_DISABLE,
		.stop_bits = UART_STOP_BITS_1,
		.flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
		.source_clk = UART_SCLK_DEFAULT,
	};
	ESP_ERROR_CHECK(uart_driver_install(PORT, RX_BUFFER_BYTES, TX_BUFFER_BYTES, EVENTS, &events, 0));
	ESP_ERROR_CHECK(uart_param_config(PORT, &config));
	ESP_ERROR_CHECK(uart_set_pin(
		PORT, CONFIG_OSSICLE_UART_TX_GPIO, CONFIG_OSSICLE_UART_RX_GPIO, UART_PIN_NO_CHANGE, UART_PIN_NO_CHANGE
	));
	if (xTaskCreatePinnedToCore(
			wait_for_events, "serial", EVENT_TASK_STACK_BYTES, NULL, EVENT_TASK_PRIORITY, NULL, xPortGetCoreID()
		) != pdPASS) {
		ESP_ERROR_CHECK(ESP_ERR_NO_MEM);
	}
}

size_t serial_read(uint8_t *to, size_t max) {
	int count = uart_read_bytes(PORT, to, (uint32_t)max, 0);
	return count > 0 ? (size_t)count : 0;
}

size_t serial_write(const uint8_t *from, size_t count) {
	size_t room = 0;
	if (uart_get_tx_buffer_free_size(PORT, &room) != ESP_OK || room == 0) {
		return 0;
	}
	int taken = uart_write_bytes(PORT, from, count < room ? count : room);
	return taken > 0 ? (size_t)taken : 0;
}

void serial_flush(void) {
	(void)uart_wait_tx_done(PORT, portMAX_DELAY);
}

/* The driver tells how often bytes were lost, not how many. */
uint32_t serial_overruns(void) {
	return overruns;
}
