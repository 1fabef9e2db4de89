#define _GNU_SOURCE
#include "reset.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_ARGUMENTS 32

/* Made beforehand: a signal handler may call execv, but neither malloc nor printf. */
static char *pin_arguments[MAX_ARGUMENTS];
static char *software_arguments[MAX_ARGUMENTS];
static char resume_option[] = "--resume";
static char pin_resume[64];
static char software_resume[64];

static void restart(char **arguments) {
	/* execv keeps the process id, the pty and the signal mask, and nothing else. */
	execv("/proc/self/exe", arguments);
	_exit(3);
}

static void on_pin(int signal_number) {
	(void)signal_number;
	restart(pin_arguments);
}

static void copy_arguments(char **to, char **argv, char *resume) {
	int count = 0;
	for (int i = 0; argv[i] != NULL && count < MAX_ARGUMENTS - 3; i++) {
		if (strcmp(argv[i], "--resume") == 0 && argv[i + 1] != NULL) {
			i++;
		} else {
			to[count++] = argv[i];
		}
	}
	to[count++] = resume_option;
	to[count++] = resume;
	to[count] = NULL;
}

void reset_arm(char **argv, uint32_t resets_before, int master, int slave) {
	struct sigaction action;
	sigset_t set;
	uint32_t resets = resets_before + 1u;
	snprintf(pin_resume, sizeof pin_resume, "%d,%d,%u,pin", master, slave, resets);
	snprintf(software_resume, sizeof software_resume, "%d,%d,%u,software", master, slave, resets);
	copy_arguments(pin_arguments, argv, pin_resume);
	copy_arguments(software_arguments, argv, software_resume);
	memset(&action, 0, sizeof action);
	action.sa_handler = on_pin;
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1); /* still blocked where this is the program started from inside the handler */
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void reset_now(void) {
	restart(software_arguments);
}
