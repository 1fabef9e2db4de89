/* On the stand-in: says why it was started; at the first start, does then what no program may, as FAULT has it. */
#include <stdint.h>
#include <string.h>

#include "boot.h"
#include "uart.h"

int main(void);

int main(void) {
	boot_start();
	uart_cry("started: ");
	uart_cry(boot_cause());
	uart_cry("\n");
	if (strcmp(boot_cause(), "power-on") == 0) {
		FAULT;
		uart_cry("nothing happened\n");
	}
	for (;;) {
	}
}
