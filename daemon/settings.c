/* settings - the options that every command with a database shares; see settings.h */
#include "daemon/settings.h"

#include <errno.h>

#define DAYS_MAX 36500
#define HELD_MAX (INT64_C(1) << 50)

static int take_days(int64_t *seconds, const char *value)
{
	int64_t days;

	if (!view_number(view_str(value), DAYS_MAX, &days))
		return -EINVAL;
	*seconds = days * 86400;
	return 1;
}

static int take_limit(int64_t *limit, const char *value)
{
	return view_number(view_str(value), HELD_MAX, limit) ? 1 : -EINVAL;
}

int settings_take(struct store_options *options, int option, const char *value)
{
	switch (option) {
	case 'd':
		options->conninfo = value;
		return 1;
	case SETTING_TIME_ZONE:
		options->time_zone = value;
		return 1;
	case SETTING_WAITING_DAYS:
		return take_days(&options->waiting_secs, value);
	case SETTING_UNKNOWN_DAYS:
		return take_days(&options->unknown_secs, value);
	case SETTING_HELD_MESSAGES:
		return take_limit(&options->held_messages_max, value);
	case SETTING_HELD_BYTES:
		return take_limit(&options->held_bytes_max, value);
	case SETTING_WITH_PARSER:
		options->with_parser = true;
		return 1;
	default:
		return 0;
	}
}

const char *settings_time_zone(const struct store_options *options)
{
	return options->time_zone != NULL ? options->time_zone : "UTC";
}
