/*
 * options - the command line of a command, by a table
 *
 * A row of the table says of an option its name, what its value is, its words for --help, and
 * where the value goes; so --help lists what there is.  -d, --time-zone and the like, which
 * commands share, are in settings.h.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/option_row.h"

#define OPTIONS_MAX 48

struct command_line {
	const char *command;  /* its name, behind "patchmda" */
	const char *synopsis; /* lines, without "Usage: patchmda " before the first */
	const char *what;     /* it does; lines */
	const char *examples; /* lines */
	const struct option_row *rows;
	size_t row_count;
	const struct option_row *shared; /* what several commands have: settings.h */
	size_t shared_rows;              /* how many of these: SETTINGS_... */
	size_t store_offset;             /* of the struct store_options that they fill */
	int operands_min, operands_max;
	/* Says what is wrong and returns the exit status; NULL: options_complain(). */
	int (*complain)(const struct command_line *line, const char *problem);
};

enum { OPTIONS_READ = -1 };

/*
 * Read options, in any order with words; *ret_words are the words, ended by NULL.
 *
 * Returns OPTIONS_READ, or the exit status: 0 after --help, and that of `complain` for what is
 * no option, a value that is not good, or too few or too many words.
 */
int options_read(const struct command_line *line, int argc, char **argv, void *ret_options,
		 char ***ret_words);

/* Say on standard error what is wrong, as printf(3), and what is right.  Returns EX_USAGE. */
__attribute__((__format__(__printf__, 2, 3))) int options_complain(const struct command_line *line,
								   const char *format, ...);

#endif
