#include "uart.h"

void print(const char *text);

void print(const char *text) {
	uart_cry(text);
}
