/* html - writes HTML, and escapes all text of mail; see html.h */
#include "daemon/pages/html.h"

#include <string.h>

#include "daemon/output/percent.h"
#include "daemon/output/span.h"

#define PICTURE_OF_NUL    0x2400
#define PICTURE_OF_DELETE 0x2421
#define REPLACEMENT       0xfffd

void html_put_bytes(struct html *html, const char *markup, size_t length)
{
	g_string_append_len(html->out, markup, (gssize)length);
}

/* ---- text */

static bool is_plain(unsigned char c)
{
	return (c >= ' ' && c < 0x7f && c != '<' && c != '>' && c != '&' && c != '"' &&
		c != '\'') ||
	       c == '\n' || c == '\t';
}

/*
 * Characters that are not seen but change what is: marks of direction, embeddings, overrides and
 * isolates (Unicode, UAX #9), spaces and joiners of no width, hyphens that are not shown, fillers,
 * annotations and tags.  U+200C, U+200D and selectors of variants stay, because scripts and emoji
 * need them.
 */
static bool is_invisible(gunichar c)
{
	static const struct {
		gunichar first, last;
	} ranges[] = {
		{ 0x00ad, 0x00ad },   { 0x061c, 0x061c },   { 0x115f, 0x1160 },
		{ 0x180e, 0x180e },   { 0x200b, 0x200b },   { 0x200e, 0x200f },
		{ 0x202a, 0x202e },   { 0x2060, 0x206f },   { 0x3164, 0x3164 },
		{ 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },   { 0xfff0, 0xfffb },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* Characters that HTML forbids: C1 controls and noncharacters. */
static bool is_forbidden(gunichar c)
{
	return (c >= 0x80 && c < 0xa0) || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

static void append_ascii(GString *out, unsigned char c)
{
	switch (c) {
	case '<':
		g_string_append(out, "&lt;");
		break;
	case '>':
		g_string_append(out, "&gt;");
		break;
	case '&':
		g_string_append(out, "&amp;");
		break;
	case '"':
		g_string_append(out, "&quot;");
		break;
	case '\'':
		g_string_append(out, "&#39;");
		break;
	case 0x7f:
		g_string_append_unichar(out, PICTURE_OF_DELETE);
		break;
	default:
		g_string_append_unichar(out, PICTURE_OF_NUL + c);
	}
}

/* Append the character at the front of `text`, which is not ASCII; returns its length. */
static size_t append_wide(GString *out, struct view text)
{
	gunichar c = g_utf8_get_char_validated(text.ptr, (gssize)text.len);

	if (c == (gunichar)-1 || c == (gunichar)-2) {
		g_string_append_unichar(out, REPLACEMENT);
		return 1;
	}
	if (is_invisible(c))
		g_string_append_printf(out, "[U+%04X]", c);
	else
		g_string_append_unichar(out, is_forbidden(c) ? REPLACEMENT : c);
	return (size_t)g_unichar_to_utf8(c, NULL);
}

void html_text(struct html *html, struct view text)
{
	while (text.len > 0) {
		unsigned char c = (unsigned char)text.ptr[0];
		size_t n = 0;

		while (n < text.len && is_plain((unsigned char)text.ptr[n]))
			n++;
		g_string_append_len(html->out, text.ptr, (gssize)n);
		if (n == 0 && c < 0x80) {
			append_ascii(html->out, c);
			n = 1;
		} else if (n == 0) {
			n = append_wide(html->out, text);
		}
		text = view_skip(text, n);
	}
}

void html_str(struct html *html, const char *text)
{
	html_text(html, view_str(text));
}

struct view html_head(struct view text, size_t max)
{
	size_t length = MIN(text.len, max);

	while (length > 0 && length < text.len && ((unsigned char)text.ptr[length] & 0xC0) == 0x80)
		length--;
	return view_head(text, length);
}

void html_int(struct html *html, int64_t number)
{
	g_string_append_printf(html->out, "%" G_GINT64_FORMAT, number);
}

void html_bdi(struct html *html, struct view text)
{
	html_put(html, "<bdi>");
	html_text(html, text);
	html_put(html, "</bdi>");
}

void html_shell_word(struct html *html, struct view text)
{
	g_autofree char *word = g_strndup(text.ptr, text.len), *quoted = g_shell_quote(word);
	bool is_plain_word = word[0] != '\0';

	for (const char *c = word; *c != '\0'; c++)
		is_plain_word &= g_ascii_isalnum(*c) || strchr("@%_-+=:,./", *c) != NULL;
	html_str(html, is_plain_word ? word : quoted);
}

void html_shell_operand(struct html *html, struct view text)
{
	if (view_starts(text, VIEW("-")))
		html_put(html, "-- ");
	html_shell_word(html, text);
}

/* ---- links */

static bool is_web_address(struct view text)
{
	return view_istarts(text, VIEW("https://")) || view_istarts(text, VIEW("http://"));
}

/*
 * Whether the URL is one of this site.  Browsers take a backslash for a slash, and skip tabs and
 * newlines, so that more than two slashes can begin the name of another host.
 */
static bool is_own_address(const char *url)
{
	return url[0] != '\0' && strchr("/?#", url[0]) != NULL && url[1] != '/' &&
	       strpbrk(url, "\\\t\n\r") == NULL;
}

/* Write a URL; characters that no URL has (RFC 3986) are encoded, as by browsers. */
static void put_address(struct html *html, struct view url)
{
	g_autoptr(GString) encoded = g_string_new(NULL);

	percent_encode(encoded, url, "-._~:/?#[]@!$&'()*+,;=%");
	html_str(html, encoded->str);
}

void html_link(struct html *html, const char *url)
{
	bool is_ours = is_own_address(url);

	if (!is_ours && !is_web_address(view_str(url))) {
		html_put(html, "<a>");
		return;
	}
	html_put(html, "<a href=\"");
	put_address(html, view_str(url));
	if (is_ours)
		html_put(html, "\">");
	else
		html_put(html, "\" rel=\"nofollow noreferrer\">");
}

bool html_is_blank(struct view text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!g_ascii_isspace(text.ptr[i]))
			return false;
	return true;
}

struct view html_name(struct view name)
{
	return html_is_blank(name) ? VIEW("(no name)") : name;
}

void html_link_text(struct html *html, const char *url, struct view text)
{
	html_link(html, url);
	html_bdi(html, html_name(text));
	html_put(html, "</a>");
}

/*
 * The length of the URL at the front of `text`, without the punctuation of a sentence at its end.
 */
static size_t address_length(struct view text)
{
	size_t n = 0;

	while (n < text.len && (unsigned char)text.ptr[n] > ' ' && text.ptr[n] != 0x7f &&
	       strchr("<>\"`{}|\\^", text.ptr[n]) == NULL)
		n++;
	while (n > 0 && strchr(".,;:!?'*)]}", text.ptr[n - 1]) != NULL)
		n--;
	return n;
}

/* The offset of the next URL; text.len if there is none. */
static size_t find_address(struct view text)
{
	size_t at = 0;

	while ((at = view_search(text, VIEW("://"), at)) < text.len) {
		size_t scheme = at >= 5 && view_starts(view_skip(text, at - 5), VIEW("https"))  ? 5
				: at >= 4 && view_starts(view_skip(text, at - 4), VIEW("http")) ? 4
												: 0;

		if (scheme > 0)
			return at - scheme;
		at += 3;
	}
	return text.len;
}

void html_text_with_links(struct html *html, struct view text)
{
	while (text.len > 0) {
		size_t at = find_address(text);

		html_text(html, view_head(text, at));
		text = view_skip(text, at);
		if (text.len > 0) {
			struct view url = view_head(text, address_length(text));

			html_put(html, "<a rel=\"nofollow noreferrer\" href=\"");
			put_address(html, url);
			html_put(html, "\">");
			html_text(html, url);
			html_put(html, "</a>");
			text = view_skip(text, url.len);
		}
	}
}

/* ---- times */

void html_instant(struct html *html, int64_t clock_secs)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(clock_secs);
	g_autofree char *text =
		date != NULL ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	html_str(html, text != NULL ? text : "1970-01-01T00:00:00Z");
}

/* Begin the element; false if there is no such date. */
static bool begin_time(struct html *html, int64_t clock_secs, char **ret_shown)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(clock_secs);

	if (date == NULL) {
		html_put(html, "-");
		return false;
	}
	*ret_shown = g_date_time_format(date, "%Y-%m-%d %H:%M");
	html_put(html, "<time datetime=\"");
	html_instant(html, clock_secs);
	return true;
}

void html_time(struct html *html, int64_t clock_secs)
{
	g_autofree char *shown = NULL;

	if (!begin_time(html, clock_secs, &shown))
		return;
	html_put(html, "\">");
	html_str(html, shown);
	html_put(html, "</time>");
}

void html_age(struct html *html, int64_t clock_secs, int64_t now_secs)
{
	g_autofree char *shown = NULL;
	char span[SPAN_TEXT_BYTES];
	size_t digits;

	if (!begin_time(html, clock_secs, &shown))
		return;
	span_format(MAX(now_secs - clock_secs, 0), span);
	digits = strspn(span, "0123456789");
	html_put(html, "\" title=\"");
	html_str(html, shown);
	html_put(html, "\">");
	html_text(html, view_of(span, digits));
	html_put(html, "&nbsp;");
	html_str(html, span + digits);
	html_put(html, "</time>");
}
