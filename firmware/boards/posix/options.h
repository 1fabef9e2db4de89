/* Command line of the posix board. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	bool scripted;        /* --counter scripted: each reading advances by SCRIPTED_STEP */
	uint32_t counter_start;
	double clock_factor;  /* the counter runs so many times too fast */
	bool boot_id_given;
	uint32_t boot_id;
	bool mute;            /* never answers */

	/* After a reset the program starts itself anew and hands over what a reset leaves alone. */
	bool resumed;
	int master;
	int slave;
	uint32_t resets;
	const char *cause;
};

#define SCRIPTED_STEP 1000u

/* Ends the program with a message and exit status 2 on anything it does not know. */
void options_parse(int argc, char **argv, struct options *options);

#endif
