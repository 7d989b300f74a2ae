/* mail_text - the text of a mail; see mail_text.h */
#include "daemon/pages/mail_text.h"

#include "parser/text.h"

/* Limit of the length of a trailer. */
#define TRAILER_BYTES_MAX 200

static bool is_quote(struct view line)
{
	return line.len > 0 && line.ptr[0] == '>';
}

/* Remove the lines at the front that are all quoted, or all not quoted. */
static struct view next_run(struct view *rest, bool *ret_is_quote, size_t *ret_lines)
{
	struct view begin = *rest, before = *rest, line;
	size_t lines = 0;

	*ret_is_quote = is_quote(*rest);
	while (view_next_line(rest, &line)) {
		if (is_quote(line) != *ret_is_quote) {
			*rest = before;
			break;
		}
		before = *rest;
		lines++;
	}
	*ret_lines = lines;
	return view_head(begin, begin.len - rest->len);
}

static void write_run(struct html *html, struct view text, bool is_quoted, size_t lines)
{
	bool is_folded = is_quoted && lines > MAIL_TEXT_QUOTE_LINES_MAX;

	if (is_folded) {
		html_put(html, "<details><summary class=\"quote\">");
		html_int(html, (int64_t)lines);
		html_put(html, " quoted lines</summary>");
	}
	if (is_quoted)
		html_put(html, "<pre class=\"quote\">");
	else
		html_put(html, "<pre>");
	/* HTML ignores a line feed directly after <pre>.  Empty lines before a quote are kept. */
	html_put(html, "\n");
	html_text_with_links(html, view_head(text, text.len - view_ends(text, VIEW("\n"))));
	html_put(html, "\n</pre>\n");
	if (is_folded)
		html_put(html, "</details>\n");
}

void mail_text_write(struct html *html, struct view text)
{
	struct view shown = html_head(text, MAIL_TEXT_BYTES_MAX), rest = text_trim_right(shown);

	if (rest.len == 0)
		html_put(html, "<p class=\"soft\">(no text)</p>\n");
	while (rest.len > 0) {
		bool is_quoted;
		size_t lines;
		struct view run = next_run(&rest, &is_quoted, &lines);

		write_run(html, run, is_quoted, lines);
	}
	if (shown.len < text.len) {
		html_put(html, "<p><strong>The text is cut here: ");
		html_int(html, (int64_t)(text.len - shown.len));
		html_put(html, " more bytes are in the mail.</strong></p>\n");
	}
}

/* A trailer is `Word-by: text`. */
static bool is_trailer(struct view line)
{
	size_t colon = view_find(line, ':', 0);

	if (line.len > TRAILER_BYTES_MAX || colon + 2 >= line.len ||
	    !view_ends(view_head(line, colon), VIEW("-by")))
		return false;
	for (size_t i = 0; i < colon; i++)
		if (!g_ascii_isalpha(line.ptr[i]) && line.ptr[i] != '-')
			return false;
	return true;
}

bool mail_text_next_trailer(struct view *rest, struct view *ret_line)
{
	while (view_next_line(rest, ret_line)) {
		*ret_line = text_trim_right(*ret_line);
		if (is_trailer(*ret_line))
			return true;
	}
	return false;
}
