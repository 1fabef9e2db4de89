/* On the stand-in: says why it was started; at the first start, does then what no program may, as FAULT has it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "boot.h"
#include "serial_line.h"

int main(void);

int main(void) {
	const uint32_t nothing_unique[BOOT_UNIQUE_WORDS] = { 0 };
	boot_begin(NULL, nothing_unique);
	serial_cry("started: ");
	serial_cry(boot_cause());
	serial_cry("\n");
	if (strcmp(boot_cause(), "power-on") == 0) {
		FAULT;
		serial_cry("nothing happened\n");
	}
	for (;;) {
	}
}
