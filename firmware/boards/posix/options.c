#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: liquid-audio [--counter host|scripted] [--counter-start N] [--boot-id HEX8] [--mute]\n"
	"                    [--clock-factor F] [--clock-drift FRACTION_PER_SECOND] [--clock-freeze-after SECONDS]\n";
static const struct option_set *more;

void options_refuse(const char *option, const char *expected, const char *got) {
	fprintf(stderr, "liquid-audio: %s: expected %s, got %s\n%s", option, expected, got == NULL ? "nothing" : got, usage);
	fputs(more == NULL ? "" : more->usage, stderr);
	exit(2);
}

static unsigned long long number(const char *option, const char *text, int base, unsigned long long max) {
	char *end = NULL;
	errno = 0;
	unsigned long long value = text == NULL || text[0] == '-' ? 0 : strtoull(text, &end, base);
	if (end == NULL || end == text || *end != 0 || errno != 0 || value > max) {
		options_refuse(option, base == 16 ? "up to 8 hex digits" : "a whole number below 2^32", text);
	}
	return value;
}

static double real(const char *option, const char *text, double min, double max, const char *expected) {
	char *end = NULL;
	double value = text == NULL ? 0 : strtod(text, &end);
	if (end == NULL || end == text || *end != 0 || !(value >= min && value <= max)) {
		options_refuse(option, expected, text);
	}
	return value;
}

void options_parse(int argc, char **argv, const struct option_set *set, struct options *options) {
	more = set;
	memset(options, 0, sizeof *options);
	options->clock_factor = 1.0;
	options->clock_freeze_after = -1.0;
	options->cause = "power-on";
	for (int i = 1; i < argc; i++) {
		const char *option = argv[i];
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;
		if (strcmp(option, "--mute") == 0) {
			options->mute = true;
			continue;
		}
		i++;
		if (strcmp(option, "--counter") == 0) {
			options->scripted = value != NULL && strcmp(value, "scripted") == 0;
			if (!options->scripted && (value == NULL || strcmp(value, "host") != 0)) {
				options_refuse(option, "host or scripted", value);
			}
		} else if (strcmp(option, "--counter-start") == 0) {
			options->counter_start = (uint32_t)number(option, value, 10, UINT32_MAX);
		} else if (strcmp(option, "--clock-factor") == 0) {
			options->clock_factor = real(option, value, 1e-6, MAX_CLOCK_FACTOR, "a number from 1e-6 to 100");
		} else if (strcmp(option, "--clock-drift") == 0) {
			options->clock_drift = real(option, value, -1.0, 1.0, "a share a second, from -1 to 1");
		} else if (strcmp(option, "--clock-freeze-after") == 0) {
			options->clock_freeze_after = real(option, value, 0.0, 1e6, "seconds, from 0 to 1000000");
		} else if (strcmp(option, "--boot-id") == 0) {
			options->boot_id = (uint32_t)number(option, value, 16, UINT32_MAX);
			options->boot_id_given = true;
		} else if (set == NULL || !set->take(option, value, options)) {
			options_refuse(option, "one of the options below", "an unknown option");
		}
	}
}
