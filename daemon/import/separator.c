/* separator - the line that begins a message in a mailbox; see separator.h */
#include "daemon/import/separator.h"

#include <sys/param.h>

#include "parser/date.h"

/*
 * Dates by the kinds of their words: Weekday, Month, Day (or a year of two digits), Time, Year and
 * Zone.  A date without a weekday counts only after a sender of one word.
 */
static const struct {
	const char *shape;
	enum separator_form form;
} dates[] = {
	{ "WMDTY", SEPARATOR_CTIME }, /* ctime(3), date(1) */
	{ "WMDTYZ", SEPARATOR_CTIME },  { "WMDTZY", SEPARATOR_CTIME },
	{ "WMDTZZY", SEPARATOR_CTIME }, { "WMDTD", SEPARATOR_CTIME },
	{ "WMDTDZ", SEPARATOR_CTIME },  { "WMDTZD", SEPARATOR_CTIME },
	{ "WDMYT", SEPARATOR_DATED }, /* RFC 5322 */
	{ "WDMYTZ", SEPARATOR_DATED },  { "DMYT", SEPARATOR_DATED },
	{ "DMYTZ", SEPARATOR_DATED },   { "WDMDT", SEPARATOR_DATED }, /* RFC 822 */
	{ "WDMDTZ", SEPARATOR_DATED },  { "DMDT", SEPARATOR_DATED },
	{ "DMDTZ", SEPARATOR_DATED },
};

#define DATE_WORDS_MAX 7

static bool is_weekday(struct view word)
{
	const char *names = "MonTueWedThuFriSatSun";

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

/* The kind of a word: a letter as in `dates`, or `?`. */
static char kind_of(struct view word)
{
	int64_t number;

	if (view_ends(word, VIEW(",")))
		word.len--;
	if (is_weekday(word))
		return 'W';
	if (word.len == 3 && date_month(word) > 0)
		return 'M';
	if (is_time(word))
		return 'T';
	if (word.len == 4 && view_number(word, 9999, &number) && number >= 1970)
		return 'Y';
	if (word.len <= 2 && view_number(word, 99, &number))
		return 'D';
	return is_zone(word) ? 'Z' : '?';
}

/*
 * The form of a line whose end is `text`, if that is a date; after several words it needs a
 * weekday.
 */
static enum separator_form date_form(struct view text, bool after_one_word)
{
	char shape[DATE_WORDS_MAX + 1] = "";
	size_t words = 0;

	while (text.len > 0) {
		size_t end = view_find(text, ' ', 0);

		if (end > 0 && words == DATE_WORDS_MAX)
			return SEPARATOR_NONE;
		if (end > 0)
			shape[words++] = kind_of(view_head(text, end));
		text = view_skip(text, end < text.len ? end + 1 : end);
	}
	if (shape[0] != 'W' && !after_one_word)
		return SEPARATOR_NONE;
	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++)
		if (strcmp(shape, dates[i].shape) == 0)
			return dates[i].form;
	return SEPARATOR_NONE;
}

/* The form of a line that contains a sender, or none, and ends in a date. */
static enum separator_form dated_form(struct view line)
{
	size_t words = 0;

	line = view_head(line, view_search(line, VIEW(" remote from "), 0));
	while (view_ends(line, VIEW(" ")))
		line.len--;
	if (view_ends(line, VIEW(")"))) { /* `+0000 (UTC)` */
		size_t open = line.len;

		while (open > 4 && line.ptr[open - 1] != '(')
			open--;
		line.len = open - 1;
	}
	for (size_t at = 4; at < line.len; at = view_find(line, ' ', at + 1)) {
		enum separator_form form = date_form(view_skip(line, at + 1), words == 1);

		if (form != SEPARATOR_NONE)
			return form;
		words += at + 1 < line.len && line.ptr[at + 1] != ' ';
	}
	return SEPARATOR_NONE;
}

/*
 * Whether a word is a sender (`-`, `a@example.org`, `host!ada`, `<>`): one that ends in a colon is
 * not.
 */
static bool is_sender(struct view word)
{
	char last = word.len > 0 ? word.ptr[word.len - 1] : '\0';
	size_t at = MIN(view_find(word, '@', 0), view_find(word, '!', 0));

	if (view_eq(word, VIEW("-")) || view_eq(word, VIEW("<>")) ||
	    view_ieq(word, VIEW("MAILER-DAEMON")))
		return true;
	return at > 0 && at + 1 < word.len && strchr(":,;.?!)'\"", last) == NULL;
}

/* Whether a word is a time or starts with a year: `10:12`, `2026`, `2026-03-04T10:12:44Z`. */
static bool is_of_a_date(struct view word)
{
	int64_t year;

	if (is_time(word))
		return true;
	return view_number(view_head(word, MIN(word.len, 4)), 2100, &year) && year >= 1970 &&
	       (word.len == 4 || !view_is_digit(word.ptr[4]));
}

/*
 * The form of a line without a known date: nothing, a sender, or a sender and a date of another
 * form.
 */
static enum separator_form undated_form(struct view line)
{
	struct view rest = view_skip(line, 5);
	size_t words = 0;

	while (rest.len > 0) {
		size_t end = view_find(rest, ' ', 0);
		struct view word = view_head(rest, end);

		rest = view_skip(rest, end < rest.len ? end + 1 : end);
		if (word.len == 0)
			continue;
		if (words == 0 && !is_sender(word))
			return SEPARATOR_NONE;
		if (words > 0 && is_of_a_date(word))
			return SEPARATOR_UNDATED;
		words++;
	}
	return words < 2 ? SEPARATOR_UNDATED : SEPARATOR_NONE;
}

/* The form of a line that starts with `From `. */
static enum separator_form form_of(struct view line)
{
	enum separator_form form;

	if (view_eq(line, VIEW("From mboxrd@z Thu Jan  1 00:00:00 1970")))
		return SEPARATOR_PUBLIC_INBOX;
	form = dated_form(line);
	return form != SEPARATOR_NONE ? form : undated_form(line);
}

/* ---- the lines that follow */

enum line_kind {
	LINE_PARTIAL, /* the text ends within it, but not the file */
	LINE_END,     /* the end of the file */
	LINE_EMPTY,
	LINE_FROM,
	LINE_QUOTED_FROM,
	LINE_CONTINUATION,
	LINE_HEADER,
	LINE_HEADER_CUT, /* by the end of the file */
	LINE_TEXT,
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether a line is a header to the parser: printable ASCII up to a colon. */
static enum line_kind header_kind(struct view line, bool is_cut)
{
	size_t i = 0;

	while (i < line.len && line.ptr[i] > 0x20 && line.ptr[i] < 0x7F && line.ptr[i] != ':')
		i++;
	if (i == line.len)
		return is_cut ? LINE_HEADER_CUT : LINE_TEXT;
	return line.ptr[i] == ':' ? LINE_HEADER : LINE_TEXT;
}

/*
 * Get the line at `at` without its line end, or the beginning of a long one; *ret_next is after it.
 */
static enum line_kind line_at(const struct separator_context *context, size_t at,
			      struct view *ret_line, size_t *ret_next)
{
	struct view rest = view_skip(context->text, at);
	struct view line = view_head(rest, MIN(rest.len, SEPARATOR_LINE_BYTES_MAX));
	size_t lf = view_find(line, '\n', 0), quotes = 0;
	bool is_long = lf == SEPARATOR_LINE_BYTES_MAX, is_cut = lf == rest.len && !is_long;

	if (is_cut && !context->at_eof)
		return LINE_PARTIAL;
	*ret_next = at + lf + (lf < line.len);
	*ret_line = line = view_chomp(view_head(line, lf)); /* of CR */
	if (line.len == 0)
		return is_cut ? LINE_END : LINE_EMPTY;
	while (quotes < line.len && line.ptr[quotes] == '>')
		quotes++;
	if (is_long ||
	    (!is_blank(line.ptr[0]) && !view_starts(view_skip(line, quotes), VIEW("From "))))
		return header_kind(line, is_cut);
	if (is_blank(line.ptr[0]))
		return LINE_CONTINUATION;
	return quotes > 0 ? LINE_QUOTED_FROM : LINE_FROM;
}

/*
 * Whether headers follow at `at`, after further `From ` lines; *ret_start is set after these.
 *
 * `is_dated`: the line before is dated, and there is no text before it.  Then an empty message may
 * follow instead of headers, and anything that the parser skips before headers.
 */
static enum found find_header(const struct separator_context *context, size_t at, bool is_dated,
			      size_t *ret_start)
{
	bool is_empty = false;
	struct view line;
	size_t next = at;

	*ret_start = at;
	for (int i = 0; i < SEPARATOR_LINES_MAX; i++, at = next) {
		enum line_kind kind = line_at(context, at, &line, &next);

		if (kind == LINE_PARTIAL)
			return FOUND_MAYBE;
		if (kind == LINE_END || kind == LINE_HEADER_CUT)
			return is_dated && (kind == LINE_END || !is_empty) ? FOUND_SEPARATOR
									   : FOUND_NONE;
		if (kind == LINE_FROM && is_empty)
			return form_of(line) >= SEPARATOR_DATED ? FOUND_SEPARATOR : FOUND_NONE;
		if (kind == LINE_TEXT || (is_empty && kind != LINE_EMPTY) ||
		    (!is_dated && (kind == LINE_EMPTY || kind == LINE_CONTINUATION)))
			return FOUND_NONE;
		if (kind == LINE_HEADER)
			return FOUND_SEPARATOR;
		if ((kind == LINE_FROM || kind == LINE_QUOTED_FROM) && *ret_start == at)
			*ret_start = next;
		is_empty = kind == LINE_EMPTY;
	}
	return FOUND_NONE;
}

/* ---- the separator */

static bool is_doubtful(enum separator_form form, enum separator_before before, bool has_header)
{
	int signs = (form != SEPARATOR_NONE) + (form >= SEPARATOR_DATED) + (before != BEFORE_TEXT) +
		    has_header;

	return signs >= 2;
}

/* Whether a line of this form is a separator whatever follows it. */
static bool is_sure(const struct separator_context *context, enum separator_form form,
		    enum separator_before before)
{
	return (form == SEPARATOR_PUBLIC_INBOX && context->in_public_inbox) ||
	       (form >= SEPARATOR_DATED && before == BEFORE_NOTHING);
}

enum found separator_at(const struct separator_context *context, size_t at,
			enum separator_before before, struct separator *ret_separator)
{
	enum separator_form weakest = before == BEFORE_TEXT ? SEPARATOR_CTIME : SEPARATOR_UNDATED;
	struct separator separator = { 0 };
	size_t next = at, start = at;
	struct view line;
	enum line_kind kind = line_at(context, at, &line, &next);
	enum found header;

	*ret_separator = separator;
	if (kind != LINE_FROM)
		return kind == LINE_PARTIAL ? FOUND_MAYBE : FOUND_NONE;
	separator.form = form_of(line);
	if (separator.form == SEPARATOR_NONE && before == BEFORE_TEXT)
		return FOUND_NONE;
	header = find_header(context, next,
			     separator.form >= SEPARATOR_DATED && before != BEFORE_TEXT, &start);
	if (header == FOUND_MAYBE)
		return FOUND_MAYBE;
	separator.bytes = (header == FOUND_SEPARATOR ? start : next) - at;
	if ((header == FOUND_SEPARATOR && separator.form >= weakest) ||
	    is_sure(context, separator.form, before)) {
		*ret_separator = separator;
		return FOUND_SEPARATOR;
	}
	ret_separator->is_doubtful = is_doubtful(separator.form, before, header == FOUND_SEPARATOR);
	return FOUND_NONE;
}
