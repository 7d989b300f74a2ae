/* test_date - Date headers as instants, and back as text; see parser/date.h */
#include "tests/unit/check.h"

#include "parser/date.h"

static struct view parsed(struct arena *arena, struct view text)
{
	char formatted[DATE_TEXT_BYTES];
	int64_t seconds;

	if (!date_parse(text, &seconds))
		return (struct view){ NULL, 0 };
	date_format(seconds, formatted);
	return arena_copy(arena, view_str(formatted));
}

/* Python's email.utils gives the same instants. */
static const struct check_case dates[] = {
	{ "RFC 5322", V("Fri, 27 Mar 2026 12:22:37 +0000"), V("2026-03-27T12:22:37") },
	{ "east", V("Fri, 27 Mar 2026 12:22:37 +0530"), V("2026-03-27T06:52:37") },
	{ "west", V("Fri, 27 Mar 2026 12:22:37 -0830"), V("2026-03-27T20:52:37") },
	{ "-0000", V("27 Mar 2026 12:22:37 -0000"), V("2026-03-27T12:22:37") },
	{ "no zone", V("27 Mar 2026 12:22:37"), V("2026-03-27T12:22:37") },
	{ "EST", V("27 Mar 2026 12:22:37 EST"), V("2026-03-27T17:22:37") },
	{ "zone without a blank", V("27 Mar 2026 12:22:37+0100"), V("2026-03-27T11:22:37") },
	{ "weekday without comma", V("Fri 27 Mar 2026 12:22:37 GMT"), V("2026-03-27T12:22:37") },
	{ "weekday without blank", V("Fri,27 Mar 2026 12:22:37 GMT"), V("2026-03-27T12:22:37") },
	{ "month in full", V("27 MARCH 2026 12:22:37 Z"), V("2026-03-27T12:22:37") },
	{ "asctime", V("Fri Mar 27 12:22:37 2026"), V("2026-03-27T12:22:37") },
	{ "RFC 850", V("Friday, 27-Mar-26 12:22:37 GMT"), V("2026-03-27T12:22:37") },
	{ "year 00", V("1 Jan 00 00:00:00 +0000"), V("2000-01-01T00:00:00") },
	{ "year 68", V("1 Jan 68 00:00:00 +0000"), V("2068-01-01T00:00:00") },
	{ "year 69", V("1 Jan 69 00:00:00 +0000"), V("1969-01-01T00:00:00") },
	{ "leap day", V("29 Feb 2024 00:00:00 +0000"), V("2024-02-29T00:00:00") },
	{ "no leap day", V("29 Feb 1900 00:00:00 +0000"), V("1900-03-01T00:00:00") },
	{ "31 February", V("31 Feb 2026 00:00:00 +0000"), V("2026-03-03T00:00:00") },
	{ "hour 25", V("27 Mar 2026 25:00:00 +0000"), V("2026-03-28T01:00:00") },
	{ "long ago", V("1 Jan 1001 00:00:00 +0000"), V("1001-01-01T00:00:00") },
	{ "earliest year", V("1 Jan 100 00:00:00 +0000"), V("0100-01-01T00:00:00") },
	{ "before 1970", V("31 Dec 1969 23:59:59 Z"), V("1969-12-31T23:59:59") },
	{ "last year", V("31 Dec 9999 23:59:59 +0000"), V("9999-12-31T23:59:59") },
	{ "year 10000", V("1 Jan 10000 00:00:00 +0000"), ABSENT },
	{ "huge year", V("1 Jan 99999999999999999999 00:00:00 +0000"), ABSENT },
	{ "huge hour", V("1 Jan 2026 99999999999999999999:00:00"), ABSENT },
	{ "nothing", V(""), ABSENT },
	{ "no time", V("27 Mar 2026"), ABSENT },
	{ "ISO 8601", V("2026-03-27T12:22:37Z"), ABSENT },
	{ "only commas", V(",,, ,"), ABSENT },
	{ "NUL for a digit", V("27 Mar 2026 12:\0:37 +0000"), ABSENT },
	{ "ARABIC-INDIC DIGIT ONE", V("\xD9\xA1 Mar 2026 12:22:37 +0000"), ABSENT },
};

RUN(EACH(parsed, dates))
