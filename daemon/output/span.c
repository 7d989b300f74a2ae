/* span - parses and formats lengths of time and points in time; see span.h */
#define _GNU_SOURCE /* strptime() */
#include "daemon/output/span.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "parser/view.h"

#define SPAN_NUMBER_MAX 1000000

#define MINUTE INT64_C(60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define MONTH  (30 * DAY)
#define YEAR   (365 * DAY)

/* Units, the largest first; a span is written in a unit if it has at least `from_secs`. */
static const struct {
	const char *letters;
	const char *word;
	int64_t secs;
	int64_t from_secs; /* 0: never written in it */
} units[] = {
	{ "y", "year", YEAR, 2 * YEAR }, { "mo", "month", MONTH, 100 * DAY },
	{ "w", "week", 7 * DAY, 0 },     { "d", "day", DAY, 2 * DAY },
	{ "h", "hour", HOUR, 2 * HOUR }, { "m", "minute", MINUTE, 2 * MINUTE },
	{ "s", "second", 1, 1 },
};

#define UNIT_COUNT (sizeof(units) / sizeof(*units))

void span_format(int64_t seconds, char ret_text[SPAN_TEXT_BYTES])
{
	size_t i = 0;

	while (i + 1 < UNIT_COUNT && (units[i].from_secs == 0 || seconds < units[i].from_secs))
		i++;
	(void)snprintf(ret_text, SPAN_TEXT_BYTES, "%" PRId64 "%s",
		       seconds > 0 ? seconds / units[i].secs : 0, units[i].letters);
}

static bool is_unit(struct view text, size_t i)
{
	struct view word = view_str(units[i].word);

	if (view_eq(text, view_str(units[i].letters)) || view_eq(text, word))
		return true;
	return text.len == word.len + 1 && view_starts(text, word) && text.ptr[word.len] == 's';
}

bool span_parse(const char *text, int64_t *ret_seconds)
{
	size_t digits = strspn(text, "0123456789");
	struct view unit = view_str(text + digits + strspn(text + digits, " "));
	int64_t number;

	if (!view_number(view_of(text, digits), SPAN_NUMBER_MAX, &number))
		return false;
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (is_unit(unit, i)) {
			*ret_seconds = number * units[i].secs;
			return true;
		}
	}
	return false;
}

bool span_parse_day(const char *text, int64_t *ret_seconds)
{
	struct tm tm = { 0 };
	const char *end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &tm) : NULL;

	if (end == NULL || *end != '\0' || tm.tm_year < 70)
		return false;
	*ret_seconds = timegm(&tm);
	return true;
}

bool span_parse_since(const char *text, int64_t now_secs, int64_t *ret_seconds)
{
	static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
					       "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S" };
	int64_t span;

	if (span_parse(text, &span)) {
		*ret_seconds = now_secs - span;
		return true;
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, formats[i], &tm);

		if (end != NULL && *end == '\0') {
			*ret_seconds = timegm(&tm);
			return true;
		}
	}
	return false;
}
