/*
 * option_row - an option as a row of a table (options.h), and what reads its value
 */
#ifndef DAEMON_OPTION_ROW_H
#define DAEMON_OPTION_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_row {
	const char *name;  /* --name */
	char letter;       /* -l, or NUL */
	const char *value; /* what --help calls the value; NULL: it takes none */
	const char *help;  /* may have several lines */
	size_t offset;     /* of the field it sets, in what options_read() fills */
	/* Sets the field; false if the value is not good. */
	bool (*take)(void *field, const struct option_row *row, const char *value);
	const char *wants;   /* what a good value is; of a number, its limits say it */
	size_t bytes;        /* of a number's field */
	int64_t least, most; /* of a number */
};

#define OPTION_FLAG(option, words, type, field)                                 \
	{                                                                       \
		.name = option, .help = words, .offset = offsetof(type, field), \
		.take = option_flag,                                            \
	}
#define OPTION_TEXT(option, argument, words, type, field)                                          \
	{                                                                                          \
		.name = option, .value = argument, .help = words, .offset = offsetof(type, field), \
		.take = option_text,                                                               \
	}
#define OPTION_NUMBER(option, argument, words, type, field, min, max)                              \
	{                                                                                          \
		.name = option, .value = argument, .help = words, .offset = offsetof(type, field), \
		.take = option_number, .bytes = sizeof(((type *)0)->field), .least = min,          \
		.most = max,                                                                       \
	}
#define OPTION_OTHER(option, argument, words, type, field, function, good)                         \
	{                                                                                          \
		.name = option, .value = argument, .help = words, .offset = offsetof(type, field), \
		.take = function, .wants = good,                                                   \
	}

/* For rows: a bool becomes true; a text stays where it is; a whole number of 4 or 8 bytes. */
bool option_flag(void *field, const struct option_row *row, const char *value);
bool option_text(void *field, const struct option_row *row, const char *value);
bool option_number(void *field, const struct option_row *row, const char *value);

#endif
