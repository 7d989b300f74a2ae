/* settings - the options that commands with a database share; see settings.h */
#include "daemon/settings.h"

#include "daemon/option_value.h"

#define DAYS_MAX    36500
#define SECONDS_MAX 3600
#define HELD_MAX    (INT64_C(1) << 50)

static bool take_days(void *field, const struct option_row *row, const char *value)
{
	int64_t days;

	(void)row;
	if (!view_number(view_str(value), DAYS_MAX, &days))
		return false;
	*(int64_t *)field = days * 86400;
	return true;
}

#define DAYS(name, help, field) \
	OPTION_OTHER(name, "N", help, struct store_options, field, take_days, "a number of days")

#define SECONDS(name, help, field) \
	OPTION_NUMBER(name, "SECONDS", help, struct store_options, field, 1, SECONDS_MAX)

const struct option_row settings_rows[SETTINGS_ALL] = {
	{ .name = "database",
	  .letter = 'd',
	  .value = "CONNINFO",
	  .help = "libpq's connection string (PGHOST, PGDATABASE, ...)",
	  .offset = offsetof(struct store_options, conninfo),
	  .take = option_text },
	OPTION_NAME("time-zone", "ZONE",
		    "the TIME_ZONE of a Patchwork that shares the database;\n"
		    "init records it",
		    struct store_options, time_zone),
	DAYS("waiting-days", "how many days a reply waits for its parent (30)", waiting_secs),
	DAYS("unknown-days", "how many days mail for an unknown list is held (7)", unknown_secs),
	OPTION_NUMBER("held-messages", "N", "hold at most N messages (10000)", struct store_options,
		      held_messages_max, 0, HELD_MAX),
	OPTION_NUMBER("held-bytes", "N", "hold at most N bytes of messages (1073741824)",
		      struct store_options, held_bytes_max, 0, HELD_MAX),
	SECONDS("lock-timeout", "how long to wait for a lock in the database (30)",
		lock_timeout_secs),
	SECONDS("idle-timeout",
		"how long a transaction may be idle before the server ends\n"
		"it (10)",
		idle_timeout_secs),
	OPTION_FLAG("with-parser", "Patchwork's own parser delivers at the same time",
		    struct store_options, with_parser),
};
