#define _GNU_SOURCE
#include "stack.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "ossicle_stack.h"

#define STACK_BYTES (256u * 1024u)

static uint32_t *low;
static const uint32_t *top;

static void *on_thread(void *loop) {
	uint32_t here;
	top = &here;
	((void (*)(void))(uintptr_t)loop)();
	return NULL;
}

void stack_run(void (*loop)(void)) {
	pthread_attr_t attributes;
	pthread_t thread;
	low = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (low == MAP_FAILED) {
		perror("liquid-audio: stack");
		exit(1);
	}
	ossicle_stack_paint(low, low + STACK_BYTES / sizeof *low);
	pthread_attr_init(&attributes);
	if (pthread_attr_setstack(&attributes, low, STACK_BYTES) != 0
		|| pthread_create(&thread, &attributes, on_thread, (void *)(uintptr_t)loop) != 0) {
		fputs("liquid-audio: cannot start the device's thread\n", stderr);
		exit(1);
	}
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	munmap(low, STACK_BYTES);
}

uint32_t stack_bytes(void) {
	return STACK_BYTES;
}

uint32_t stack_high_bytes(void) {
	return ossicle_stack_high_bytes(low, top);
}
