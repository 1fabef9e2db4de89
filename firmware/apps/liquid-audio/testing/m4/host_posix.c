/* This machine. */
#include <stdio.h>

#include "host.h"

void host_print(const char *text) {
	fputs(text, stdout);
}

uint32_t host_instructions(void) {
	return 0;
}
