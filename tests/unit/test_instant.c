/* test_instant - dates in requests to the REST interface; see sql/report/instant.h */
#include "tests/unit/check.h"

#include <inttypes.h>
#include <stdio.h>

#include "sql/report/instant.h"

static struct view usecs(struct arena *arena, struct view text)
{
	char words[64] = "none";
	int64_t value;

	if (instant_read(text, &value))
		(void)snprintf(words, sizeof(words), "%" PRId64, value);
	return arena_copy(arena, view_str(words));
}

static const struct check_case texts[] = {
	{ "the epoch", V("1970-01-01T00:00:00"), V("0") },
	{ "a blank, and no seconds", V("1970-01-01 00:01"), V("60000000") },
	{ "one digit each", V("1970-1-2T3:4:5"), V("97445000000") },
	{ "a fraction", V("1970-01-01T00:00:00.5"), V("500000") },
	{ "microseconds", V("1970-01-01T00:00:01.000001"), V("1000001") },
	{ "UTC", V("1970-01-01T00:00:00Z"), V("0") },
	{ "east", V("1970-01-01T01:00:00+01:00"), V("0") },
	{ "west", V("1969-12-31T22:30:00-0130"), V("0") },
	{ "an offset of hours", V("1970-01-01T02:00:00+02"), V("0") },
	{ "before the epoch", V("1969-12-31T23:59:59"), V("-1000000") },
	{ "a date without a time", V("2020-01-01"), V("none") },
	{ "no such day", V("2021-02-29T00:00:00"), V("none") },
	{ "a leap day", V("2020-02-29T00:00:00"), V("1582934400000000") },
	{ "no such hour", V("2020-01-01T24:00:00"), V("none") },
	{ "no such second", V("2020-01-01T00:00:60"), V("none") },
	{ "text after a date", V("2020-01-01T00:00:00 x"), V("none") },
	{ "a fraction without digits", V("2020-01-01T00:00:00."), V("none") },
	{ "digits that are ignored", V("1970-01-01T00:00:00.123456789012Z"), V("123456") },
	{ "thirteen digits", V("1970-01-01T00:00:00.1234567890123"), V("none") },
	{ "after a comma", V("1970-01-01T00:00:00,25"), V("250000") },
	{ "a fraction of a minute", V("1970-01-01T00:00.5"), V("none") },
	{ "minutes that make an hour", V("1970-01-01T02:15:00+01:75"), V("0") },
	{ "half an offset", V("1970-01-01T00:00:00+01:"), V("none") },
	{ "an offset of a day", V("1970-01-01T00:00:00+23:60"), V("none") },
	{ "a small letter", V("1970-01-01T00:00:00z"), V("none") },
	{ "an invalid offset", V("2020-01-01T00:00:00+1"), V("none") },
	{ "a word", V("now"), V("none") },
	{ "nothing", V(""), V("none") },
};

RUN(EACH(usecs, texts))
