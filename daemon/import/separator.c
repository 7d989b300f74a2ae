/* separator - the line that begins a message in a mailbox; see separator.h */
#include "daemon/import/separator.h"

#include <sys/param.h>

/*
 * Dates by the kinds of their words: Weekday, Month, Day (or a year of two digits), Time, Year
 * and Zone.  Those without a weekday are read behind a sender of one word only.
 */
static const char *const date_shapes[] = {
	"WMDTY", "WMDTYZ", "WMDTZY", "WMDTZZY", /* asctime(3), date(1) */
	"WDMYT", "WDMYTZ", "DMYT",   "DMYTZ",   /* RFC 5322 */
	"WDMDT", "WDMDTZ", "DMDT",   "DMDTZ",   /* RFC 822 */
};

#define DATE_WORDS_MAX 7

static bool is_one_of(struct view word, const char *names)
{
	for (; *names != '\0'; names += 3)
		if (view_ieq(word, view_of(names, 3)))
			return true;
	return false;
}

/* `8:30`, `08:30` or `08:30:59` */
static bool is_time(struct view word)
{
	size_t colon = view_find(word, ':', 0);

	if (colon < 1 || colon > 2 || (word.len != colon + 3 && word.len != colon + 6))
		return false;
	for (size_t i = 0; i < word.len; i++) {
		bool wants_colon = i == colon || i == colon + 3;

		if (wants_colon ? word.ptr[i] != ':' : !view_is_digit(word.ptr[i]))
			return false;
	}
	return true;
}

/* `+0100`, `GMT`, `MEST`, `GMT+1` */
static bool is_zone(struct view word)
{
	if (word.len == 0 || word.len > 8)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!view_is_digit(word.ptr[i]) && word.ptr[i] != '+' && word.ptr[i] != '-' &&
		    (word.ptr[i] < 'A' || word.ptr[i] > 'Z'))
			return false;
	return !view_is_digit(word.ptr[0]);
}

/* A letter as in date_shapes, or `?`. */
static char kind_of(struct view word)
{
	int64_t number;

	if (view_ends(word, VIEW(",")))
		word.len--;
	if (is_one_of(word, "MonTueWedThuFriSatSun"))
		return 'W';
	if (is_one_of(word, "JanFebMarAprMayJunJulAugSepOctNovDec"))
		return 'M';
	if (is_time(word))
		return 'T';
	if (word.len == 4 && view_number(word, 9999, &number) && number >= 1970)
		return 'Y';
	if (word.len <= 2 && view_number(word, 99, &number))
		return 'D';
	return is_zone(word) ? 'Z' : '?';
}

/* Whether `text` is a date; behind more than one word it has to start with a weekday. */
static bool is_date(struct view text, bool behind_one_word)
{
	char shape[DATE_WORDS_MAX + 1] = "";
	size_t words = 0;

	while (text.len > 0) {
		size_t end = view_find(text, ' ', 0);

		if (end > 0 && words == DATE_WORDS_MAX)
			return false;
		if (end > 0)
			shape[words++] = kind_of(view_head(text, end));
		text = view_skip(text, end < text.len ? end + 1 : end);
	}
	if (shape[0] != 'W' && !behind_one_word)
		return false;
	for (size_t i = 0; i < sizeof(date_shapes) / sizeof(*date_shapes); i++)
		if (strcmp(shape, date_shapes[i]) == 0)
			return true;
	return false;
}

/* Whether a line that starts with `From ` goes on with a sender, or none, and ends in a date. */
static bool is_separator(struct view line)
{
	size_t words = 0;

	line = view_head(line, view_find(line, '\r', 0));
	line = view_head(line, view_search(line, VIEW(" remote from "), 0));
	while (view_ends(line, VIEW(" ")))
		line.len--;
	if (view_ends(line, VIEW(")"))) /* `+0000 (UTC)` */
		while (line.len > 4 && line.ptr[line.len] != '(')
			line.len--;
	for (size_t at = 4; at < line.len; at = view_find(line, ' ', at + 1)) {
		if (is_date(view_skip(line, at + 1), words == 1))
			return true;
		words += at + 1 < line.len && line.ptr[at + 1] != ' ';
	}
	return false;
}

enum found separator_at(struct view text, bool at_eof, size_t at, size_t *ret_next,
			enum separator *ret_separator)
{
	struct view line = view_skip(text, at);
	size_t lf;

	line = view_head(line, MIN(line.len, SEPARATOR_LINE_BYTES_MAX));
	lf = view_find(line, '\n', 0);
	if (!view_starts(line, view_head(VIEW("From "), MIN(line.len, 5))))
		return FOUND_NONE;
	if (lf == line.len && line.len < SEPARATOR_LINE_BYTES_MAX && !at_eof)
		return FOUND_MAYBE;
	if (line.len < 5 || (lf == line.len && line.len == SEPARATOR_LINE_BYTES_MAX))
		return FOUND_NONE;
	if (view_starts(line, VIEW("From mboxrd@z Thu Jan  1 00:00:00 1970")))
		*ret_separator = SEPARATOR_PUBLIC_INBOX;
	else if (is_separator(view_head(line, lf)))
		*ret_separator = SEPARATOR_USUAL;
	else
		return FOUND_NONE;
	*ret_next = at + lf + (lf < line.len);
	return FOUND_SEPARATOR;
}
