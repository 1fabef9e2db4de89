#include "fake_nrf.h"

#include <stdio.h>
#include <string.h>

#define MICROS_PER_CHARACTER 10u /* at 1 Mbaud, 8N1 */
/* From the event to the byte in RAM: longer than it can take, so that nobody relies on less. */
#define MICROS_TO_RAM 5u

struct fake_nrf fake;

static struct {
	bool started;
	uint8_t *at; /* latched when started */
	uint32_t size;
	uint32_t filled;
	uint32_t pending;   /* microseconds which a byte still takes to RAM; 0: none is on its way */
	uint8_t byte;
} receiver;

static struct {
	bool started;
	const uint8_t *at;
	uint32_t size;
	uint32_t sent;
	uint32_t wait;
} transmitter;

static struct {
	bool started;
	bool calibrating;
	int16_t *at;
	uint32_t size;
	uint32_t filled;
	bool pending; /* a result on its way to RAM */
	int16_t result;
} converter;

static void wrong(const char *what) {
	printf("  at %llu us: %s\n", (unsigned long long)fake.micros, what);
	fake.wrong++;
}

/* DMA pointers and PPI's addresses have 32 bits. All that they can point to is near this program's data. */
static void *pointer_of(uint32_t address) {
	uintptr_t near = (uintptr_t)&fake;
	uintptr_t found = (near & ~(uintptr_t)0xFFFFFFFFu) | address;
	if (found > near && found - near > 0x80000000u) {
		found -= (uintptr_t)1 << 32;
	} else if (near > found && near - found > 0x80000000u) {
		found += (uintptr_t)1 << 32;
	}
	return (void *)found;
}

/* An event: its register, and the tasks that PPI ties to it. */
static void happens(volatile uint32_t *event) {
	*event = 1;
	for (uint32_t channel = 0; channel < 20; channel++) {
		if ((fake.ppi.CHENSET & 1u << channel) != 0 && fake.ppi.CH[channel].EEP == address_of(event)) {
			task(pointer_of(fake.ppi.CH[channel].TEP));
			if (fake.ppi.FORK_TEP[channel] != 0) {
				task(pointer_of(fake.ppi.FORK_TEP[channel]));
			}
		}
	}
}

static void start_receiver(void) {
	if (fake.uarte.ENABLE != UARTE_ENABLE) {
		wrong("the receiver was started while UARTE is off");
	}
	receiver.started = true;
	receiver.at = pointer_of(fake.uarte.RXD_PTR);
	receiver.size = fake.uarte.RXD_MAXCNT;
	receiver.filled = 0;
	happens(&fake.uarte.EVENTS_RXSTARTED);
}

static void start_transmitter(void) {
	if (transmitter.started) {
		wrong("the transmitter was started while it sends");
	}
	transmitter.started = true;
	transmitter.at = pointer_of(fake.uarte.TXD_PTR);
	transmitter.size = fake.uarte.TXD_MAXCNT;
	transmitter.sent = 0;
	transmitter.wait = MICROS_PER_CHARACTER;
}

static void start_converter(void) {
	if (converter.calibrating) {
		wrong("the converter was started while it calibrates");
	}
	if (fake.converter_is_dead) {
		return;
	}
	converter.started = true;
	converter.at = pointer_of(fake.saadc.RESULT_PTR);
	converter.size = fake.saadc.RESULT_MAXCNT;
	converter.filled = 0;
	happens(&fake.saadc.EVENTS_STARTED);
}

static void sample(void) {
	if (!converter.started || converter.pending) {
		wrong("a sample was asked for of a converter that is not ready");
		return;
	}
	converter.pending = true;
	converter.result = fake.voltage(fake.samples++);
	happens(&fake.saadc.EVENTS_RESULTDONE);
}

static void calibrate(void) {
	if (converter.started) {
		wrong("calibrated while sampling: anomalies 237, 252");
	}
	if (!fake.converter_is_dead) {
		happens(&fake.saadc.EVENTS_CALIBRATEDONE);
	}
}

static bool timer_task(uint32_t i, const volatile uint32_t *trigger) {
	struct nrf_timer *timer = &fake.timers[i];
	if (trigger == &timer->TASKS_START) {
		fake.timer_runs[i] = true;
	} else if (trigger == &timer->TASKS_STOP) {
		fake.timer_runs[i] = false;
	} else if (trigger == &timer->TASKS_CLEAR) {
		fake.timer_values[i] = 0;
	} else if (trigger == &timer->TASKS_COUNT) {
		if (timer->MODE == TIMER_MODE_COUNTER && fake.timer_runs[i]) {
			fake.timer_values[i]++;
		} else {
			wrong("a timer was told to count that is no counter, or does not run");
		}
	} else if (trigger >= timer->TASKS_CAPTURE && trigger < timer->TASKS_CAPTURE + 6) {
		timer->CC[trigger - timer->TASKS_CAPTURE] = fake.timer_values[i];
	} else {
		return false;
	}
	return true;
}

void task(volatile uint32_t *trigger) {
	for (uint32_t i = 0; i < FAKE_TIMERS; i++) {
		if (timer_task(i, trigger)) {
			return;
		}
	}
	if (trigger == &fake.uarte.TASKS_STARTRX) {
		start_receiver();
	} else if (trigger == &fake.uarte.TASKS_STARTTX) {
		start_transmitter();
	} else if (trigger == &fake.saadc.TASKS_START) {
		start_converter();
	} else if (trigger == &fake.saadc.TASKS_SAMPLE) {
		sample();
	} else if (trigger == &fake.saadc.TASKS_CALIBRATEOFFSET) {
		calibrate();
	} else if (trigger == &fake.saadc.TASKS_STOP) {
		converter.started = false;
		happens(&fake.saadc.EVENTS_STOPPED);
	} else {
		wrong("an unknown task was triggered");
	}
}

void fake_reset(void) {
	memset(&fake, 0, sizeof fake);
	memset(&receiver, 0, sizeof receiver);
	memset(&transmitter, 0, sizeof transmitter);
	memset(&converter, 0, sizeof converter);
}

void fake_arrives(uint8_t byte) {
	if (!receiver.started || receiver.pending > 0) {
		wrong("a byte arrived while nothing could take it");
		return;
	}
	receiver.pending = MICROS_TO_RAM;
	receiver.byte = byte;
	happens(&fake.uarte.EVENTS_RXDRDY);
}

static void step_receiver(void) {
	if (receiver.pending == 0 || --receiver.pending > 0) {
		return;
	}
	receiver.at[receiver.filled++] = receiver.byte;
	if (receiver.filled < receiver.size) {
		return;
	}
	fake.uarte.RXD_AMOUNT = receiver.filled;
	receiver.started = false;
	happens(&fake.uarte.EVENTS_ENDRX);
	if ((fake.uarte.SHORTS & UARTE_SHORTS_ENDRX_STARTRX) != 0) {
		start_receiver();
	}
}

static void step_transmitter(void) {
	if (!transmitter.started || --transmitter.wait > 0) {
		return;
	}
	transmitter.wait = MICROS_PER_CHARACTER;
	fake.sent[fake.sent_count++ % sizeof fake.sent] = transmitter.at[transmitter.sent++];
	if (transmitter.sent == transmitter.size) {
		transmitter.started = false;
		fake.uarte.TXD_AMOUNT = transmitter.sent;
		happens(&fake.uarte.EVENTS_ENDTX);
	}
}

static void finish_result(void) {
	converter.pending = false;
	converter.at[converter.filled++] = converter.result;
	if (converter.filled == converter.size) {
		fake.saadc.RESULT_AMOUNT = converter.filled;
		converter.started = false;
		happens(&fake.saadc.EVENTS_END);
	}
}

static void step_timer(uint32_t i) {
	struct nrf_timer *timer = &fake.timers[i];
	if (!fake.timer_runs[i] || timer->MODE != TIMER_MODE_TIMER) {
		return;
	}
	if (timer->PRESCALER != TIMER_PRESCALER_1MHZ || timer->BITMODE != TIMER_BITMODE_32) {
		wrong("a timer runs at another rate or width than this fake has");
	}
	fake.timer_values[i]++;
	if (fake.timer_values[i] == timer->CC[0]) {
		if ((timer->SHORTS & TIMER_SHORTS_COMPARE0_CLEAR) != 0) {
			fake.timer_values[i] = 0;
		}
		if ((timer->SHORTS & TIMER_SHORTS_COMPARE0_STOP) != 0) {
			fake.timer_runs[i] = false;
		}
		happens(&timer->EVENTS_COMPARE[0]);
	}
}

static void handle(void (*handler)(void), bool pending) {
	if (pending && handler != NULL) {
		fake.interrupts++;
		handler();
	}
}

static void interrupt(void) {
	const struct nrf_uarte *uarte = &fake.uarte;
	uint32_t events = (uarte->EVENTS_RXDRDY != 0 ? UARTE_INT_RXDRDY : 0)
		| (uarte->EVENTS_ENDTX != 0 ? UARTE_INT_ENDTX : 0) | (uarte->EVENTS_ERROR != 0 ? UARTE_INT_ERROR : 0)
		| (uarte->EVENTS_RXSTARTED != 0 ? UARTE_INT_RXSTARTED : 0);
	handle(fake.uarte_handler, (events & uarte->INTENSET) != 0);
	for (uint32_t i = 0; i < FAKE_TIMERS; i++) {
		handle(fake.timer_handlers[i],
			fake.timers[i].EVENTS_COMPARE[0] != 0 && (fake.timers[i].INTENSET & TIMER_INT_COMPARE0) != 0);
	}
}

void fake_run(uint32_t micros) {
	for (uint32_t i = 0; i < micros; i++) {
		fake.micros++;
		step_receiver();
		if (converter.pending) {
			finish_result();
		}
		step_transmitter();
		for (uint32_t timer = 0; timer < FAKE_TIMERS; timer++) {
			step_timer(timer);
		}
		if (fake.held_micros > 0) {
			fake.held_micros--;
		} else {
			interrupt();
		}
	}
}
