/* Reset of the posix board: the program executes itself anew, on the same pty. */
#ifndef RESET_H
#define RESET_H

#include <stdint.h>

/* SIGUSR1 from now on is the reset pin: at any instruction, all state is gone, only the pty stays open. */
void reset_arm(char **argv, uint32_t resets_before, int master, int slave);

/* The firmware's own restart. */
void reset_now(void);

#endif
