/*
 * options - parses the command line of a command, and prints --help, from a table
 *
 * The options that commands share, like -d and --time-zone, are in settings.h.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/option_row.h"

#define OPTIONS_MAX 48

struct command_line {
	const char *command;     /* its name, after "patchmda" */
	const char *synopsis;    /* lines, without "Usage: patchmda " before the first */
	const char *description; /* lines */
	const char *examples;    /* lines */
	const struct option_row *rows;
	size_t row_count;
	const struct option_row *shared; /* settings_rows of settings.h */
	size_t shared_rows;              /* how many of them: SETTINGS_... */
	size_t store_offset;             /* of the struct store_options that they fill */
	int operands_min, operands_max;
	/* Prints the error and returns the exit status; NULL: options_complain(). */
	int (*complain)(const struct command_line *line, const char *problem);
};

enum { OPTIONS_READ = -1 };

/*
 * Read the options.  Operands may stand between them; *ret_operands ends with NULL.
 *
 * Returns OPTIONS_READ, or the exit status: 0 after --help, or that of `complain` for an unknown
 * option, an invalid value, or too few or too many operands.
 */
int options_read(const struct command_line *line, int argc, char **argv, void *ret_options,
		 char ***ret_operands);

/* Print an error, formatted as by printf(3), and a hint at --help.  Returns EX_USAGE. */
__attribute__((__format__(__printf__, 2, 3))) int options_complain(const struct command_line *line,
								   const char *format, ...);

#endif
