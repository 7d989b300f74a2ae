/* date - a Date header as an instant; see date.h */
#include "parser/date.h"

#include <stdio.h>

#include "parser/text.h"

#define WORDS      5
#define NUMBER_MAX 999999999

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
#define SECONDS_MIN (-INT64_C(62135596800))
#define SECONDS_MAX INT64_C(253402300799)

static const char *const months[] = { "january",   "february", "march",    "april",
				      "may",       "june",     "july",     "august",
				      "september", "october",  "november", "december" };

static const char *const day_names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static const struct {
	const char *name;
	int hhmm;
} zones[] = {
	{ "UT", 0 },     { "UTC", 0 },    { "GMT", 0 },    { "Z", 0 },      { "AST", -400 },
	{ "ADT", -300 }, { "EST", -500 }, { "EDT", -400 }, { "CST", -600 }, { "CDT", -500 },
	{ "MST", -700 }, { "MDT", -600 }, { "PST", -800 }, { "PDT", -700 },
};

struct words {
	struct view at[WORDS];
	size_t count; /* of all words, including those beyond WORDS */
};

static void split_words(struct view text, struct words *words)
{
	words->count = 0;
	for (text = text_trim_left(text); text.len > 0; text = text_trim_left(text)) {
		size_t end = 0, n;

		while (end < text.len && !text_is_space(text_char(view_skip(text, end), &n)))
			end += n;
		if (words->count < WORDS)
			words->at[words->count] = view_head(text, end);
		words->count++;
		text = view_skip(text, end);
	}
}

static bool is_day_name(struct view word)
{
	for (size_t i = 0; i < sizeof(day_names) / sizeof(*day_names); i++)
		if (view_ieq(word, view_str(day_names[i])))
			return true;
	return view_ends(word, VIEW(","));
}

static struct view without_comma(struct view word)
{
	return view_ends(word, VIEW(",")) ? view_head(word, word.len - 1) : word;
}

/* Remove the day of the week: `Tue, `, `Tue `, or `Tue,` without a blank before the day. */
static struct view skip_day_name(struct view text)
{
	struct words words;
	struct view first, rest;

	split_words(text, &words);
	if (words.count == 0)
		return text;
	first = words.at[0];
	rest = view_skip(text, (size_t)(first.ptr - text.ptr));
	if (is_day_name(first))
		return view_skip(rest, first.len);
	for (size_t i = first.len; i > 0; i--)
		if (first.ptr[i - 1] == ',')
			return view_skip(rest, i);
	return rest;
}

/* RFC 850: `28-Nov-98 10:00:00 GMT`; the first word is split into three. */
static void split_dashes(struct words *words)
{
	struct view date = words->at[0];
	size_t first = view_find(date, '-', 0), second = view_find(date, '-', first + 1);

	if (second >= date.len || view_find(date, '-', second + 1) < date.len)
		return;
	words->at[4] = words->at[2];
	words->at[3] = words->at[1];
	words->at[2] = view_skip(date, second + 1);
	words->at[1] = view_of(date.ptr + first + 1, second - first - 1);
	words->at[0] = view_head(date, first);
	words->count = 5;
}

/* Four words: the zone follows the time without a blank, or there is none. */
static void split_zone(struct words *words)
{
	struct view time = words->at[3];
	size_t sign = view_find(time, '+', 0);

	if (sign == time.len)
		sign = view_find(time, '-', 0);
	words->at[4] = VIEW("");
	if (sign > 0 && sign < time.len) {
		words->at[3] = view_head(time, sign);
		words->at[4] = view_skip(time, sign);
	}
	words->count = 5;
}

static bool read_number(struct view word, int64_t *ret_number)
{
	bool negative = word.len > 0 && word.ptr[0] == '-';

	if (word.len > 0 && (word.ptr[0] == '-' || word.ptr[0] == '+'))
		word = view_skip(word, 1);
	if (!view_number(word, NUMBER_MAX, ret_number))
		return false;
	if (negative)
		*ret_number = -*ret_number;
	return true;
}

/* Read `10:00`, `10:00:00`, or the same with dots; the result is in seconds. */
static bool read_time(struct view word, int64_t *ret_seconds)
{
	char separator = view_find(word, ':', 0) < word.len ? ':' : '.';
	int64_t seconds = 0, n;
	int fields = 0;

	for (int64_t unit = 3600;; unit /= 60) {
		size_t end = view_find(word, separator, 0);

		if (++fields > 3 || !read_number(view_head(word, end), &n))
			return false;
		seconds += n * unit;
		if (end == word.len)
			break;
		word = view_skip(word, end + 1);
	}
	*ret_seconds = seconds;
	return fields >= 2;
}

/* The zone in seconds east of Greenwich; 0 if `word` is not a zone. */
static int64_t zone_offset(struct view word)
{
	int64_t hhmm = 0, sign;

	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++)
		if (view_ieq(word, view_str(zones[i].name)))
			hhmm = zones[i].hhmm;
	if (hhmm == 0 && !read_number(word, &hhmm))
		return 0;
	sign = hhmm < 0 ? -1 : 1;
	hhmm *= sign;
	return sign * (hhmm / 100 * 3600 + hhmm % 100 * 60);
}

/* Days from 1970-01-01 to the first of a month (proleptic Gregorian calendar). */
static int64_t days_to_month(int64_t year, int64_t month)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int64_t past = year - 1;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return past * 365 + past / 4 - past / 100 + past / 400 - 719162 + before[month - 1] +
	       (leap && month > 2);
}

static bool read_date(struct words *words, int64_t *ret_seconds)
{
	struct view day = words->at[0], month = words->at[1], year = words->at[2],
		    time = words->at[3], zone = words->at[4], swap;
	int64_t y, d, seconds;
	int m = date_month(month);

	if (m == 0) {
		swap = day, day = month, month = swap;
		m = date_month(month);
	}
	if (view_find(year, ':', 0) > 0 && view_find(year, ':', 0) < year.len)
		swap = year, year = time, time = swap;
	year = without_comma(year);
	if (year.len > 0 && !view_is_digit(year.ptr[0]))
		swap = year, year = zone, zone = swap;
	if (m == 0 || !read_number(year, &y) || !read_number(without_comma(day), &d) ||
	    !read_time(without_comma(time), &seconds))
		return false;
	if (y < 100)
		y += y > 68 ? 1900 : 2000;
	if (y < 1 || y > 9999)
		return false;
	*ret_seconds = (days_to_month(y, m) + d - 1) * 86400 + seconds - zone_offset(zone);
	return true;
}

int date_month(struct view word)
{
	for (int i = 0; i < 12; i++) {
		struct view month = view_str(months[i]);

		if (view_ieq(word, month) || view_ieq(word, view_head(month, 3)))
			return i + 1;
	}
	return 0;
}

bool date_parse(struct view text, int64_t *ret_seconds)
{
	struct words words;
	int64_t seconds;

	split_words(skip_day_name(text), &words);
	if (words.count == 3)
		split_dashes(&words);
	if (words.count == 4)
		split_zone(&words);
	if (words.count < 5 || !read_date(&words, &seconds))
		return false;
	if (seconds < SECONDS_MIN || seconds > SECONDS_MAX)
		return false;
	*ret_seconds = seconds;
	return true;
}

void date_format(int64_t seconds, char ret_text[DATE_TEXT_BYTES])
{
	int64_t days = seconds / 86400, rest = seconds % 86400, year, month = 12;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	year = days < 0 ? 1969 + days / 365 : 1970 + days / 366;
	while (days_to_month(year + 1, 1) <= days)
		year++;
	while (days_to_month(year, month) > days)
		month--;
	(void)snprintf(ret_text, DATE_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", (int)year,
		       (int)month, (int)(days - days_to_month(year, month) + 1), (int)(rest / 3600),
		       (int)(rest / 60 % 60), (int)(rest % 60));
}
