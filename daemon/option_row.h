/*
 * option_row - an option as a row of a table (options.h), and functions that read its value
 */
#ifndef DAEMON_OPTION_ROW_H
#define DAEMON_OPTION_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_row {
	const char *name;  /* --name */
	char letter;       /* -l, or NUL */
	const char *value; /* the placeholder in --help; NULL: no value */
	const char *help;  /* may have several lines */
	size_t offset;     /* of the field, in the struct that options_read() fills */
	/* Sets the field; false if the value is not valid. */
	bool (*take)(void *field, const struct option_row *row, const char *value);
	const char *wants; /* describes a valid value; not for numbers */
	/* Of a number: size of the field, and limits. */
	size_t bytes;
	int64_t min, max;
};

#define OPTION_FLAG(option, text, type, field)                                 \
	{                                                                      \
		.name = option, .help = text, .offset = offsetof(type, field), \
		.take = option_flag,                                           \
	}
#define OPTION_TEXT(option, argument, text, type, field)                                          \
	{                                                                                         \
		.name = option, .value = argument, .help = text, .offset = offsetof(type, field), \
		.take = option_text,                                                              \
	}
#define OPTION_NUMBER(option, argument, text, type, field, lowest, highest)                       \
	{                                                                                         \
		.name = option, .value = argument, .help = text, .offset = offsetof(type, field), \
		.take = option_number, .bytes = sizeof(((type *)0)->field), .min = lowest,        \
		.max = highest,                                                                   \
	}
#define OPTION_OTHER(option, argument, text, type, field, function, good)                         \
	{                                                                                         \
		.name = option, .value = argument, .help = text, .offset = offsetof(type, field), \
		.take = function, .wants = good,                                                  \
	}

/* Values of `take`: set a bool to true, a const char * to the argument, an int32_t or int64_t. */
bool option_flag(void *field, const struct option_row *row, const char *value);
bool option_text(void *field, const struct option_row *row, const char *value);
bool option_number(void *field, const struct option_row *row, const char *value);

#endif
