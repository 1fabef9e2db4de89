/*
 * Sends back what it receives, and says how much that was. After reset it prints a line `boot ...`; then it takes commands,
 * and answers with numbers of eight hexadecimal digits:
 *
 *   e, length (32 bits, little-endian), bytes   each byte comes back as soon as it is there; then a line `echoed ...`
 *   t, turns (likewise)                         spins so many turns of two instructions; a line with the time it took
 *   s, hops (likewise)                          sleeps so many hops; a line with the time, the cycles, and how many it slept
 *   r                                           restarts
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "boot.h"
#include "boot_cause.h"
#include "core.h"
#include "hex.h"
#include "ossicle_crc32.h"
#include "ossicle_ring.h"
#include "serial_line.h"
#include "sysclock.h"
#include "timebase.h"
#include "uart.h"

#define RX_BYTES 1024u
#define SAMPLE_RATE 16000u
#define HOP 256u

static uint8_t rx_bytes[RX_BYTES];
static struct ossicle_ring rx;

static uint8_t receive(void) {
	uint8_t byte;
	while (!ossicle_ring_take(&rx, &byte)) {
		timebase_sleep();
	}
	return byte;
}

static uint32_t receive_word(void) {
	uint32_t word = 0;
	for (uint32_t shift = 0; shift < 32; shift += 8) {
		word |= (uint32_t)receive() << shift;
	}
	return word;
}

static void send(const uint8_t *bytes, size_t count) {
	size_t sent = 0;
	while (sent < count) {
		sent += serial_write(bytes + sent, count - sent);
		if (sent < count) {
			timebase_sleep();
		}
	}
}

static void say(const char *text) {
	send((const uint8_t *)text, strlen(text));
}

/* In hexadecimal, eight digits. */
static void say_number(const char *name, uint32_t value) {
	char digits[9] = "";
	hex_of_word(digits, value);
	say(name);
	say(digits);
}

static void echo(void) {
	uint32_t length = receive_word();
	uint32_t crc = 0;
	for (uint32_t i = 0; i < length; i++) {
		uint8_t byte = receive();
		crc = ossicle_crc32(crc, &byte, 1);
		send(&byte, 1);
	}
	say_number("\nechoed ", length);
	say_number(" crc=", crc);
	say_number(" overruns=", serial_overruns());
	say("\n");
}

static void time_of_spin(void) {
	uint32_t turns = receive_word();
	uint64_t before = timebase_micros();
	timebase_hop_start();
	core_spin(turns);
	uint32_t hops = timebase_hop_due();
	uint32_t micros = (uint32_t)(timebase_micros() - before);
	say_number("spun ", turns);
	say_number(" micros=", micros);
	say_number(" hops=", hops);
	say("\n");
}

static void time_of_sleep(void) {
	uint32_t hops = receive_word();
	struct ossicle_stamp before;
	struct ossicle_stamp after;
	timebase_sleep();
	uint64_t micros = timebase_micros();
	timebase_stamp(&before);
	timebase_hop_start();
	while (timebase_hop_due() < hops) {
		timebase_sleep();
	}
	micros = timebase_micros() - micros;
	timebase_stamp(&after);
	say_number("slept ", hops);
	say_number(" micros=", (uint32_t)micros);
	say_number(" cycles=", (uint32_t)(after.cycles - before.cycles));
	say_number(" asleep=", (uint32_t)(after.sleep_cycles - before.sleep_cycles));
	say("\n");
}

int main(int argc, char **argv) {
	(void)argc;
	(void)argv;
	struct sysclock clock;
	sysclock_start(&clock);
	boot_start(clock.machine);
	(void)ossicle_ring_init(&rx, rx_bytes, RX_BYTES);
	timebase_start(clock.machine, SAMPLE_RATE, HOP);
	timebase_calibrate();
	uart_start(clock.machine, &rx);
	say_number("boot ", boot_id());
	say(" cause=");
	say(boot_cause());
	say_number(" machine=", (uint32_t)clock.machine);
	say("\n");
	for (;;) {
		switch (receive()) {
		case 'e':
			echo();
			break;
		case 't':
			time_of_spin();
			break;
		case 's':
			time_of_sleep();
			break;
		case 'r':
			serial_flush();
			boot_restart(BOOT_NOTE_SOFTWARE);
		default:
			break;
		}
	}
}
