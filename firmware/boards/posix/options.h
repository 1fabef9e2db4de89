/* Command line of a board that is a program. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	bool scripted;        /* --counter scripted: each reading advances by SCRIPTED_STEP */
	uint32_t counter_start;
	/* A falsified counter. Whatever else the board does, hop clock included, goes by true time. */
	double clock_factor;        /* runs so many times too fast */
	double clock_drift;         /* and its rate rises by this share of it every second; negative: falls */
	double clock_freeze_after;  /* and it stands still from then on, s; negative: it never does */
	bool boot_id_given;
	uint32_t boot_id;
	bool mute;            /* never answers */

	/* Not options: the wire fills them in (wire.h). */
	uint32_t resets;
	const char *cause;
};

/* Options beyond these. */
struct option_set {
	const char *usage;
	/* Whether it knows `option`. `value` is what stands behind it, NULL where there is nothing. */
	bool (*take)(const char *option, const char *value, struct options *options);
};

#define SCRIPTED_STEP 1000u
/* The 32-bit counter then wraps every 43 ms, and is looked at every 20 ms at least. */
#define MAX_CLOCK_FACTOR 100.0

/* Ends the program with a message and exit status 2 on anything it does not know. */
void options_parse(int argc, char **argv, const struct option_set *set, struct options *options);
/* Says what is wrong and how the program is called, and ends it with status 2. */
void options_refuse(const char *option, const char *expected, const char *got);

#endif
