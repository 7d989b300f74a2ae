/* encode - encodes text for headers and bodies of mail; see encode.h */
#include "daemon/output/encode.h"

#include <string.h>

#include "daemon/output/append.h"
#include "parser/text.h"

/* RFC 2047, 2: the most characters of an encoded word. */
#define WORD_CHARS_MAX 75
/* RFC 2045, 6.7 (5): the most characters of a line, the `=` of a soft line break included. */
#define LINE_CHARS_MAX 76

#define WORD_START "=?UTF-8?Q?"
#define WORD_END   "?="

/* ---- headers */

static bool is_plain(struct view text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] > '~')
			return false;
	return view_search(text, VIEW("=?"), 0) == text.len;
}

/* Whether a character stands for itself in an encoded word in any header (RFC 2047, 5 (3)). */
static bool is_word_char(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("!*+-/", c) != NULL);
}

/* Write one character of `n` bytes into `ret`, NUL-terminated. */
static void encode_char(const char *ptr, size_t n, char ret[16])
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (ptr[i] == ' ')
			ret[used++] = '_';
		else if (is_word_char(ptr[i]))
			ret[used++] = ptr[i];
		else
			used += (size_t)g_snprintf(ret + used, 4, "=%02X", (unsigned char)ptr[i]);
	}
	ret[used] = '\0';
}

/* Append encoded words, as many as are needed; no character is split between two. */
static void encode_words(GString *to, struct view text)
{
	size_t used = 0;

	g_string_append(to, WORD_START);
	while (text.len > 0) {
		char encoded[16];
		size_t n;

		(void)text_char(text, &n);
		encode_char(text.ptr, n, encoded);
		if (used + strlen(encoded) > WORD_CHARS_MAX - strlen(WORD_START WORD_END)) {
			g_string_append(to, WORD_END "\n " WORD_START);
			used = 0;
		}
		g_string_append(to, encoded);
		used += strlen(encoded);
		text = view_skip(text, n);
	}
	g_string_append(to, WORD_END);
}

void encode_text(GString *to, struct view text)
{
	if (is_plain(text))
		g_string_append_len(to, text.ptr, (gssize)text.len);
	else
		encode_words(to, text);
}

static bool has_specials(struct view name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] != '\0' && strchr("()<>[]:;@\\,.\"", name.ptr[i]) != NULL)
			return true;
	return false;
}

void encode_quoted(GString *to, struct view name)
{
	if (!has_specials(name)) {
		append_view(to, name);
		return;
	}
	g_string_append_c(to, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '"' || name.ptr[i] == '\\')
			g_string_append_c(to, '\\');
		g_string_append_c(to, name.ptr[i]);
	}
	g_string_append_c(to, '"');
}

void encode_phrase(GString *to, struct view name)
{
	if (is_plain(name))
		encode_quoted(to, name);
	else
		encode_words(to, name);
}

/* ---- bodies */

static bool is_from_line(struct view line)
{
	while (line.len > 0 && line.ptr[0] == '>')
		line = view_skip(line, 1);
	return view_starts(line, VIEW("From "));
}

bool encode_has_from_line(struct view body)
{
	struct view line;

	while (view_next_line(&body, &line))
		if (is_from_line(line))
			return true;
	return false;
}

/* Whether the first byte of `rest`, which is `at_start` of a line or not, has to be encoded. */
static bool is_encoded(struct view rest, bool at_start)
{
	char c = rest.ptr[0];

	if (at_start && (c == '.' || is_from_line(rest)))
		return true;
	if (c == ' ' || c == '\t')
		return rest.len == 1;
	return c <= ' ' || c > '~' || c == '=';
}

static void quote_line(GString *to, struct view line)
{
	size_t used = 0;

	for (; line.len > 0; line = view_skip(line, 1)) {
		if (used + 3 > LINE_CHARS_MAX - 1) {
			g_string_append(to, "=\n");
			used = 0;
		}
		if (is_encoded(line, used == 0)) {
			g_string_append_printf(to, "=%02X", (unsigned char)*line.ptr);
			used += 3;
		} else {
			g_string_append_c(to, *line.ptr);
			used++;
		}
	}
}

void encode_quoted_printable(GString *to, struct view body)
{
	struct view line;

	while (view_next_line(&body, &line)) {
		quote_line(to, line);
		g_string_append_c(to, '\n');
	}
}
