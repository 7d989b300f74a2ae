/*
 * option_value - values of options that several commands have
 *
 * The functions are values of `take` in struct option_row; see option_row.h.
 */
#ifndef DAEMON_OPTION_VALUE_H
#define DAEMON_OPTION_VALUE_H

#include "daemon/option_row.h"

/* An option whose value, a const char *, is not empty. */
#define OPTION_NAME(option, argument, text, type, field) \
	OPTION_OTHER(option, argument, text, type, field, option_name, "a value that is not empty")
bool option_name(void *field, const struct option_row *row, const char *value);

/* Append a value that is not empty to a GPtrArray *, which the caller has created. */
bool option_list(void *field, const struct option_row *row, const char *value);

/* Append an address to listen on to a struct address_list (address.h). */
#define OPTION_ADDRESS_WANTED "unix:PATH or HOST:PORT, at most 16 times"
bool option_address(void *field, const struct option_row *row, const char *value);

/* "on" or "off", as a const char *. */
bool option_switch(void *field, const struct option_row *row, const char *value);

/* A day such as 2024-12-31: its first second, an int64_t. */
#define OPTION_DAY_WANTED "a day like 2024-12-31"
bool option_day(void *field, const struct option_row *row, const char *value);

/* The beginning of URLs: http or https, a host, no slash at the end; a const char *. */
#define OPTION_URL_WANTED "http:// or https://, a host, and no slash at the end"
bool option_url(void *field, const struct option_row *row, const char *value);

/* The name of a log level: its priority, an int. */
#define OPTION_LEVEL_WANTED "err, warning, notice, info or debug"
bool option_level(void *field, const struct option_row *row, const char *value);

#endif
