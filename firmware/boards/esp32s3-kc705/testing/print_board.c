#include "serial_line.h"

void print(const char *text);

void print(const char *text) {
	serial_cry(text);
}
