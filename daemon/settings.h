/*
 * settings - the options that commands with a database share
 */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include "daemon/options.h"
#include "sql/store.h"

/* The number of rows that a command has, from the first; commands that store mail have all. */
enum { SETTINGS_NONE, SETTINGS_DATABASE, SETTINGS_DATES, SETTINGS_ALL = 9 };

/* The options fill a struct store_options. */
extern const struct option_row settings_rows[SETTINGS_ALL];

#endif
