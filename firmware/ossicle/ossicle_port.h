/*
 * What the device library needs of a board: one struct of functions. Everything that knows a register, a driver or an
 * operating system is behind it.
 *
 * All functions get `context` and are called from one thread or from the main loop only, never from an interrupt.
 * "May be NULL" is said where it holds; all else is required.
 */
#ifndef OSSICLE_PORT_H
#define OSSICLE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Three figures taken at the same instant: no interrupt may come between them. */
struct ossicle_stamp {
	uint64_t cycles;       /* counter, extended to 64 bits; goes on while the core sleeps */
	uint64_t irq_cycles;   /* of these, spent in interrupt handlers since boot */
	uint64_t sleep_cycles; /* of these, slept since boot */
};

/* Bytes. PROTOCOL.md section 2, `memory`. */
struct ossicle_memory {
	uint32_t static_bytes;
	uint32_t rig_bytes;
	uint32_t stack_bytes;
	uint32_t stack_high_bytes;
	uint32_t heap_bytes;
};

/* Who the board is. Strings are printable ASCII without spaces, 1 to 64 characters. */
struct ossicle_identity {
	const char *firmware;
	const char *board;
	const char *build;         /* GNU build id of the running image, lower-case hex, 8 to 64 digits */
	uint32_t boot_id;          /* differs from boot to boot */
	const char *cause;         /* why it booted: `power-on`, `pin`, `software`, `watchdog`, `fault`, ... */
	const char *clock_source;  /* `pll`, `hsi`, `hfxo`, `hfint`, `virtual`, `host`: PROTOCOL.md */
	uint32_t clock_hz;
	const char *counter;       /* `dwt`, `systick`, `host`, `scripted` */
	uint32_t counter_hz;
	const char *const *caps;   /* what it can do beside `fast`: `preload`, `realtime`, `adc`, `defer-rx`, ... */
	uint8_t cap_count;         /* at most 15: the app may add one */
};

/* Where the firmware has come to, for a tracer outside the device. Their numbers are fixed. */
enum ossicle_mark {
	OSSICLE_MARK_CLIP,        /* `number` is the clip's, `part` the attempt's */
	OSSICLE_MARK_PLAY,        /* the same: a preloaded clip begins to play */
	OSSICLE_MARK_HOP_BEGIN,   /* `number` is the hop's, `part` 0 */
	OSSICLE_MARK_STAGE_BEGIN, /* `number` is the hop's, `part` the stage's */
	OSSICLE_MARK_STAGE_END,
	OSSICLE_MARK_HOP_END,     /* `number` is the hop's, `part` 0 */
};

/* How fast the core should run. A board with fewer speeds takes the next one up. */
enum ossicle_speed {
	OSSICLE_SPEED_LOW,
	OSSICLE_SPEED_BALANCED,
	OSSICLE_SPEED_HIGH, /* that of `clock_hz`, as after start */
};

struct ossicle_port {
	void *context;
	const struct ossicle_identity *identity;

	/* Takes up to `max` received bytes without waiting; 0 = none. May be NULL: then an interrupt fills the receive ring. */
	size_t (*read)(void *context, uint8_t *to, size_t max);
	/* Bytes lost before they could reach the ring, since boot. */
	uint32_t (*overruns)(void *context);
	/* Hands over up to `count` bytes and returns how many were taken; 0 = try again after `idle`; negative = nobody has
	 * been reading for seconds, and the session is to be dropped. */
	long (*write)(void *context, const uint8_t *from, size_t count);
	/* Waits until all that was written has left. May be NULL where `write` itself sends. */
	void (*flush)(void *context);

	void (*stamp)(void *context, struct ossicle_stamp *stamp);
	/* Milliseconds since boot, modulo 2^32. Must not advance the counter of `stamp` where that one is scripted. */
	uint32_t (*millis)(void *context);
	/* Sleeps until something may have happened: a byte, a hop tick, room to write, or some milliseconds. May return early;
	 * must not miss what came since it last returned. */
	void (*idle)(void *context);
	/* Iterates `iterations` times around an empty loop of exactly known instruction count (two on Cortex-M). */
	void (*spin)(void *context, uint32_t iterations);

	/* The hop clock, for realtime and preload: start it; whole hop times since. Both may be NULL: then only `fast`. */
	void (*hop_start)(void *context);
	uint32_t (*hop_due)(void *context);

	/* Around each stage. A board on which nothing can be lost may hold back its receive interrupt in between (and says
	 * `defer-rx` in its caps), so that counts repeat. May be NULL. */
	void (*stage_enter)(void *context);
	void (*stage_leave)(void *context);
	/* Leaves a trace that something outside the device can see, where there is such a thing: the cycle model of an emulator
	 * (boards/cortex_m/cycle_marks.h). Inside the stage it marks, so it should be short. May be NULL. */
	void (*mark)(void *context, enum ossicle_mark mark, uint32_t number, uint8_t part);

	/* Sets the core clock, outside the stages, and returns what it is now in Hz. Whatever it is, the counter of `stamp` goes
	 * on in cycles of `counter_hz`, hop ticks come on time, and the link keeps its rate. On an emulator whose clock cannot
	 * change only the answer does, and the host models the rest. May be NULL: one speed. */
	uint32_t (*speed)(void *context, enum ossicle_speed speed);

	void (*memory)(void *context, struct ossicle_memory *memory);
	/* Restarts the device; does not return. */
	void (*reset)(void *context);

	/* Shunt ADC: 0 and all NULL where there is none. `adc_start` begins sampling and gives the counter value of the first sample
	 * and the sampling period in counter cycles; `adc_read` takes up to `max` counts without waiting and returns how many,
	 * or a negative number when samples were lost. */
	uint32_t adc_hz; /* samples a second */
	void (*adc_start)(void *context, uint64_t *start_cycles, uint32_t *period_cycles);
	long (*adc_read)(void *context, uint16_t *to, size_t max);
	void (*adc_stop)(void *context);
};

#endif
