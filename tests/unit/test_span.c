/* test_span - lengths of time and points in time; see daemon/output/span.h */
#include "tests/unit/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/output/span.h"
#include "parser/date.h"

/* 2026-03-27T12:00:00Z */
#define NOW INT64_C(1774612800)

/* Seconds in the form of tables. */
static struct view formatted(struct arena *arena, struct view text)
{
	char words[SPAN_TEXT_BYTES];

	span_format(strtoll(arena_copy(arena, text).ptr, NULL, 10), words);
	return arena_copy(arena, view_str(words));
}

static struct view parsed(struct arena *arena, struct view text)
{
	char number[32];
	int64_t seconds;

	if (!span_parse(arena_copy(arena, text).ptr, &seconds))
		return (struct view){ NULL, 0 };
	(void)snprintf(number, sizeof(number), "%" PRId64, seconds);
	return arena_copy(arena, view_str(number));
}

static struct view since(struct arena *arena, struct view text)
{
	char words[DATE_TEXT_BYTES];
	int64_t seconds;

	if (!span_parse_since(arena_copy(arena, text).ptr, NOW, &seconds))
		return (struct view){ NULL, 0 };
	date_format(seconds, words);
	return arena_copy(arena, view_str(words));
}

static struct view day(struct arena *arena, struct view text)
{
	char words[DATE_TEXT_BYTES];
	int64_t seconds;

	if (!span_parse_day(arena_copy(arena, text).ptr, &seconds))
		return (struct view){ NULL, 0 };
	date_format(seconds, words);
	return arena_copy(arena, view_str(words));
}

static const struct check_case days[] = {
	{ "a day", V("2024-12-31"), V("2024-12-31T00:00:00") },
	{ "the first", V("1970-01-01"), V("1970-01-01T00:00:00") },
	{ "before the first", V("1969-12-31"), ABSENT },
	{ "a day after the end of a month", V("2026-02-30"), V("2026-03-02T00:00:00") },
	{ "month 13", V("2024-13-01"), ABSENT },
	{ "day 0", V("2024-01-00"), ABSENT },
	{ "short", V("2024-1-1"), ABSENT },
	{ "with a time", V("2024-01-01 10:00"), ABSENT },
	{ "letters", V("2024-Jan-1"), ABSENT },
	{ "nothing", V(""), ABSENT },
};

static const struct check_case spans[] = {
	{ "nothing", V("0"), V("0s") },
	{ "the future", V("-5"), V("0s") },
	{ "seconds", V("119"), V("119s") },
	{ "minutes", V("120"), V("2m") },
	{ "the most minutes", V("7199"), V("119m") },
	{ "hours", V("7200"), V("2h") },
	{ "the most hours", V("172799"), V("47h") },
	{ "days", V("172800"), V("2d") },
	{ "the most days", V("8639999"), V("99d") },
	{ "months", V("8640000"), V("3mo") },
	{ "the most months", V("63071999"), V("24mo") },
	{ "years", V("63072000"), V("2y") },
	{ "the largest time", V("9223372036854775807"), V("292471208677y") },
};

static const struct check_case words[] = {
	{ "seconds", V("45s"), V("45") },
	{ "minutes", V("2m"), V("120") },
	{ "hours", V("1h"), V("3600") },
	{ "days", V("3d"), V("259200") },
	{ "weeks", V("2w"), V("1209600") },
	{ "months", V("1mo"), V("2592000") },
	{ "years", V("1y"), V("31536000") },
	{ "in full", V("1 day"), V("86400") },
	{ "plural", V("2 weeks"), V("1209600") },
	{ "plural without a blank", V("12hours"), V("43200") },
	{ "no unit", V("5"), ABSENT },
	{ "no number", V("days"), ABSENT },
	{ "another unit", V("5x"), ABSENT },
	{ "a word after it", V("5d ago"), ABSENT },
	{ "negative", V("-5d"), ABSENT },
	{ "nothing", V(""), ABSENT },
	{ "too large", V("99999999y"), ABSENT },
	{ "plural of a letter", V("5ds"), ABSENT },
};

static const struct check_case times[] = {
	{ "a day", V("2026-03-02"), V("2026-03-02T00:00:00") },
	{ "with minutes", V("2026-03-02 10:30"), V("2026-03-02T10:30:00") },
	{ "with seconds", V("2026-03-02 10:30:05"), V("2026-03-02T10:30:05") },
	{ "ISO 8601", V("2026-03-02T10:30:05"), V("2026-03-02T10:30:05") },
	{ "a span", V("36h"), V("2026-03-26T00:00:00") },
	{ "no such day", V("2026-13-02"), ABSENT },
	{ "a word", V("yesterday"), ABSENT },
	{ "a word after it", V("2026-03-02x"), ABSENT },
	{ "nothing", V(""), ABSENT },
};

RUN(EACH(day, days), EACH(formatted, spans), EACH(parsed, words), EACH(since, times))
