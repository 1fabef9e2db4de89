/* The app on a bare Cortex-M4F (QEMU mps2-an386), clips read by semihosting: a hash of every score's bits, and instructions
 * per stage. With `-icount shift=3` an instruction takes 8 ns and SysTick (25 MHz) ticks once in five instructions. */
#include <string.h>

#include "../../apps/liquid-audio/liquid_audio.h"

#define SAMPLES 16000
#define INSTRUCTIONS_PER_TICK 5
#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xE000E018u)
#define CPACR (*(volatile uint32_t *)0xE000ED88u)

enum { SYS_OPEN = 1, SYS_WRITE0 = 4, SYS_READ = 6, SYS_EXIT = 0x18 };

extern uint32_t _estack, _sdata, _edata, _sidata, _sbss, _ebss;
static struct liquid_audio state;
static int16_t pcm[SAMPLES];

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

static uint32_t hash_scores(const float *scores, uint32_t value)
{
	const uint8_t *bytes = (const uint8_t *)scores;
	for (uint32_t i = 0; i < LIQUID_AUDIO_LABELS * sizeof(float); i++)
		value = (value ^ bytes[i]) * 0x01000193u;
	return value;
}

static int read_clip(uint32_t file)
{
	const uint32_t read[3] = {file, (uint32_t)pcm, sizeof pcm};
	return semihost(SYS_READ, read) == 0; /* SYS_READ answers the number of bytes it did not read */
}

static void check(void)
{
	const uint32_t open[3] = {(uint32_t)"clips.raw", 1 /* rb */, 9};
	uint32_t file = semihost(SYS_OPEN, open), hash = 0x811c9dc5u, hops = 0, ticks[3] = {0, 0, 0};
	float features[LIQUID_AUDIO_FEATURES], scores[LIQUID_AUDIO_LABELS];
	uint8_t label;
	while (read_clip(file)) {
		liquid_audio_reset(&state);
		for (uint32_t t = 0; t < SAMPLES / LIQUID_AUDIO_HOP; t++, hops++) {
			uint32_t a = SYSTICK_VALUE;
			liquid_audio_front_end(&state, &pcm[t * LIQUID_AUDIO_HOP], features);
			uint32_t b = SYSTICK_VALUE;
			liquid_audio_cell(&state, features);
			uint32_t c = SYSTICK_VALUE;
			liquid_audio_read_out(&state, scores, &label);
			uint32_t d = SYSTICK_VALUE; /* counts down, 24 bits */
			ticks[0] += (a - b) & 0xffffffu;
			ticks[1] += (b - c) & 0xffffffu;
			ticks[2] += (c - d) & 0xffffffu;
			hash = hash_scores(scores, hash);
		}
	}
	if (hops == 0)
		return;
	print_number("hash", hash);
	print_number("hops", hops);
	print_number("front-end", ticks[0] * INSTRUCTIONS_PER_TICK / hops);
	print_number("cell", ticks[1] * INSTRUCTIONS_PER_TICK / hops);
	print_number("read-out", ticks[2] * INSTRUCTIONS_PER_TICK / hops);
}

void Reset_Handler(void);
__attribute__((section(".isr"), used)) static const void *const vectors[2] = {&_estack, (const void *)Reset_Handler};

void Reset_Handler(void)
{
	CPACR |= 0xfu << 20; /* FPU on */
	__asm volatile("dsb\nisb");
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
