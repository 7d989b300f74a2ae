/* instant - a date and time in ISO 8601; see instant.h */
#include "sql/report/instant.h"

#include <glib.h>

/* Take a number of `least` to `most` digits off the front. */
static bool take(struct view *text, size_t least, size_t most, int *ret_number)
{
	size_t n = 0;
	int number = 0;

	while (n < text->len && n < most && view_is_digit(text->ptr[n]))
		number = number * 10 + (text->ptr[n++] - '0');
	*text = view_skip(*text, n);
	*ret_number = number;
	return n >= least;
}

static bool take_byte(struct view *text, char byte)
{
	if (text->len == 0 || text->ptr[0] != byte)
		return false;
	*text = view_skip(*text, 1);
	return true;
}

/* Of up to twelve digits six count; zeros at the end may be missing. */
static bool take_fraction(struct view *text, int *ret_usecs)
{
	size_t before = text->len;
	int rest;

	if (!take(text, 1, 6, ret_usecs))
		return false;
	for (size_t n = before - text->len; n < 6; n++)
		*ret_usecs *= 10;
	return take(text, 0, 6, &rest);
}

static bool take_seconds(struct view *text, int *ret_seconds, int *ret_usecs)
{
	if (!take(text, 1, 2, ret_seconds) || *ret_seconds > 59)
		return false;
	return (!take_byte(text, '.') && !take_byte(text, ',')) || take_fraction(text, ret_usecs);
}

/* Minutes east of UTC. */
static bool take_offset(struct view *text, int *ret_minutes)
{
	int hours, minutes = 0;
	bool is_west;

	*ret_minutes = 0;
	if (text->len == 0 || take_byte(text, 'Z'))
		return true;
	is_west = take_byte(text, '-');
	if (!is_west && !take_byte(text, '+'))
		return false;
	if (!take(text, 2, 2, &hours))
		return false;
	if ((take_byte(text, ':') || text->len > 0) && !take(text, 2, 2, &minutes))
		return false;
	*ret_minutes = (is_west ? -1 : 1) * (hours * 60 + minutes);
	return hours * 60 + minutes < 24 * 60;
}

bool instant_read(struct view text, int64_t *ret_usecs)
{
	int year, month, day, hour, minute, second = 0, usecs = 0, offset;
	g_autoptr(GDateTime) date = NULL;

	if (!take(&text, 4, 4, &year) || !take_byte(&text, '-') || !take(&text, 1, 2, &month) ||
	    !take_byte(&text, '-') || !take(&text, 1, 2, &day))
		return false;
	if (!take_byte(&text, 'T') && !take_byte(&text, ' '))
		return false;
	if (!take(&text, 1, 2, &hour) || !take_byte(&text, ':') || !take(&text, 1, 2, &minute))
		return false;
	if (take_byte(&text, ':') && !take_seconds(&text, &second, &usecs))
		return false;
	if (!take_offset(&text, &offset) || text.len > 0)
		return false;
	date = g_date_time_new_utc(year, month, day, hour, minute, second);
	if (date == NULL)
		return false;
	*ret_usecs = (g_date_time_to_unix(date) - (int64_t)offset * 60) * G_USEC_PER_SEC + usecs;
	return true;
}
