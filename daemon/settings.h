/*
 * settings - the options that every command with a database shares
 */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include <getopt.h>

#include "sql/store.h"

/* Rows for a command's table of long options, and their text for its --help. */
enum {
	SETTING_TIME_ZONE = 512,
	SETTING_WAITING_DAYS,
	SETTING_UNKNOWN_DAYS,
	SETTING_HELD_MESSAGES,
	SETTING_HELD_BYTES,
	SETTING_WITH_PARSER
};

#define SETTINGS_SHORT "d:"
#define SETTINGS_LONG                                                                \
	{ "database", required_argument, NULL, 'd' },                                \
		{ "time-zone", required_argument, NULL, SETTING_TIME_ZONE },         \
		{ "waiting-days", required_argument, NULL, SETTING_WAITING_DAYS },   \
		{ "unknown-days", required_argument, NULL, SETTING_UNKNOWN_DAYS },   \
		{ "held-messages", required_argument, NULL, SETTING_HELD_MESSAGES }, \
		{ "held-bytes", required_argument, NULL, SETTING_HELD_BYTES },       \
	{                                                                            \
		"with-parser", no_argument, NULL, SETTING_WITH_PARSER                \
	}
#define SETTINGS_HELP                                                                              \
	"  -d, --database CONNINFO  libpq's connection string; else PGHOST, PGDATABASE, ...\n"     \
	"      --time-zone ZONE     the TIME_ZONE of a Patchwork that shares the database (UTC)\n" \
	"      --waiting-days N     how long a reply waits for its parent (30)\n"                  \
	"      --unknown-days N     how long mail for an unknown list is held (7)\n"               \
	"      --held-messages N    so many are held; strangers' mail makes room (10000)\n"        \
	"      --held-bytes N       and so many bytes of them (1073741824)\n"                      \
	"      --with-parser        a Patchwork's own parser delivers at the same time\n"

/*
 * Take one option of getopt_long(3).  Returns 1 if it was one of ours, 0 if not, -EINVAL if
 * its value is not good.
 */
int settings_take(struct store_options *options, int option, const char *value);

/* The zone whose clock the database's dates are read by. */
const char *settings_time_zone(const struct store_options *options);

#endif
