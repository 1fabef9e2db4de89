/* The engine on a bare Cortex-M4 (QEMU mps2-an386), model and clips read by semihosting: a hash over the scores of all hops, and
 * instructions a stage. With `-icount shift=3` an instruction takes 8 ns and SysTick (25 MHz) ticks once in five instructions. */
#include <string.h>

#include "gate.h"
#include "liquid_audio.h"

#define SAMPLES 16000
#define INSTRUCTIONS_PER_TICK 5
#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xE000E018u)

enum { SYS_OPEN = 1, SYS_WRITE0 = 4, SYS_READ = 6, SYS_EXIT = 0x18 };

extern uint32_t _estack, _sdata, _edata, _sidata, _sbss, _ebss;
static struct liquid_audio state;
static struct gate gate;
static int16_t pcm[SAMPLES];
static uint8_t lnn[LNN_LARGEST_BYTES];
static uint32_t ticks[3], computed;

static uint32_t semihost(uint32_t operation, const void *argument)
{
	register uint32_t r0 __asm("r0") = operation;
	register const void *r1 __asm("r1") = argument;
	__asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

static void print_number(const char *name, uint32_t value)
{
	char digits[11];
	char *p = &digits[10];
	*p = 0;
	do
		*--p = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	semihost(SYS_WRITE0, name);
	semihost(SYS_WRITE0, " ");
	semihost(SYS_WRITE0, p);
	semihost(SYS_WRITE0, "\n");
}

static uint32_t hash_scores(const int32_t *scores, uint32_t value)
{
	const uint8_t *bytes = (const uint8_t *)scores;
	for (uint32_t i = 0; i < liquid_audio_model()->labels * sizeof *scores; i++)
		value = (value ^ bytes[i]) * 0x01000193u;
	return value;
}

static uint32_t open_file(const char *name)
{
	const uint32_t open[3] = {(uint32_t)name, 1 /* rb */, strlen(name)};
	return semihost(SYS_OPEN, open);
}

/* How many bytes there were. */
static uint32_t read_file(uint32_t file, void *to, uint32_t count)
{
	const uint32_t read[3] = {file, (uint32_t)to, count};
	return count - semihost(SYS_READ, read); /* SYS_READ answers the number of bytes it did not read */
}

/* As app.c does it, with the energy gate; stages of hops that are computed in full are timed. SysTick counts down, 24 bits. */
static void hear(const int16_t *hop, int32_t *scores)
{
	int16_t features[LIQUID_AUDIO_FEATURES];
	uint8_t label;
	if (gate_is_shut(&gate, hop)) {
		liquid_audio_skip(&state, hop);
		return;
	}
	uint32_t a = SYSTICK_VALUE;
	liquid_audio_front_end(&state, hop, features);
	uint32_t b = SYSTICK_VALUE;
	if (!liquid_audio_cell(&state, features))
		return;
	uint32_t c = SYSTICK_VALUE;
	liquid_audio_read_out(&state, scores, &label);
	uint32_t d = SYSTICK_VALUE;
	ticks[0] += (a - b) & 0xffffffu;
	ticks[1] += (b - c) & 0xffffffu;
	ticks[2] += (c - d) & 0xffffffu;
	computed++;
}

static void check(void)
{
	uint32_t hash = 0x811c9dc5u, hops = 0, file = open_file("clips.raw");
	int32_t scores[LNN_MAX_LABELS];
	uint8_t label;
	const char *wrong = liquid_audio_init(lnn, read_file(open_file("model.lnn"), lnn, sizeof lnn));
	if (wrong != NULL) {
		semihost(SYS_WRITE0, wrong);
		return;
	}
	while (read_file(file, pcm, sizeof pcm) == sizeof pcm) {
		liquid_audio_reset(&state);
		gate_reset(&gate);
		for (uint32_t t = 0; t < SAMPLES / LIQUID_AUDIO_HOP; t++, hops++) {
			hear(&pcm[t * LIQUID_AUDIO_HOP], scores);
			liquid_audio_decide(&state, scores, &label);
			hash = hash_scores(scores, hash);
		}
	}
	if (computed == 0)
		return;
	print_number("hash", hash);
	print_number("hops", hops);
	print_number("computed", computed);
	print_number("front-end", ticks[0] * INSTRUCTIONS_PER_TICK / computed);
	print_number("cell", ticks[1] * INSTRUCTIONS_PER_TICK / computed);
	print_number("read-out", ticks[2] * INSTRUCTIONS_PER_TICK / computed);
}

void Reset_Handler(void);
__attribute__((section(".isr"), used)) static const void *const vectors[2] = {&_estack, (const void *)Reset_Handler};

void Reset_Handler(void)
{
	memcpy(&_sdata, &_sidata, (size_t)((char *)&_edata - (char *)&_sdata));
	memset(&_sbss, 0, (size_t)((char *)&_ebss - (char *)&_sbss));
	SYSTICK_RELOAD = 0xffffffu;
	SYSTICK_VALUE = 0;
	SYSTICK_CONTROL = 5;
	check();
	semihost(SYS_EXIT, (const void *)0x20026);
	for (;;)
		;
}
