/* On the stand-in: sends back what it receives, by the board's own driver and sleeping in between, as the firmware does. */
#include <stddef.h>
#include <stdint.h>

#include "ossicle_ring.h"
#include "serial_line.h"
#include "timebase.h"
#include "uart.h"

int main(void);

int main(void) {
	static uint8_t bytes[1024];
	static struct ossicle_ring ring;
	uint32_t told = 0;
	(void)ossicle_ring_init(&ring, bytes, sizeof bytes);
	timebase_start(16000, 256);
	timebase_calibrate();
	uart_start(&ring);
	serial_cry("ready\n");
	for (;;) {
		uint8_t byte;
		while (ossicle_ring_take(&ring, &byte)) {
			while (serial_write(&byte, 1) == 0) {
				timebase_sleep();
			}
		}
		if (serial_overruns() != told) {
			told = serial_overruns();
			serial_cry("LOST");
		}
		timebase_sleep();
	}
}
