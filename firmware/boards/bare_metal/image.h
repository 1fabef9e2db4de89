/* The running image where no operating system has loaded it: what its linker script says of it, and its start. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdint.h>

#include "ossicle_port.h"

/* Set by link.ld. */
extern uint32_t stack_low[], stack_top[];

/* Paints the stack below its caller, copies what runs from RAM and .data, clears .bss, and calls main; should that return, the
 * device restarts. For code that was entered from a reset, on the stack that is to stay. */
void image_start(void) __attribute__((noreturn));

/* Memory of the image, and how deep its stack ever was. */
void image_memory(struct ossicle_memory *memory);

/* In hexadecimal. */
const char *image_build_id(void);

#endif
