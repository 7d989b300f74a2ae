/* fold - folds and encodes header lines as in Patchwork's downloads; see fold.h */
#include "daemon/output/fold.h"

#include <string.h>

#include "daemon/output/append.h"
#include "parser/text.h"

#define WORD_HEAD       "=?utf-8?"
#define WORD_CHROME_LEN 12 /* =?utf-8?q? and ?= */

/* White space and the text after it. */
struct part {
	struct view space, text;
};

struct line {
	GArray *parts; /* struct part */
	size_t name;   /* columns of the header's name, before the first line; otherwise 0 */
};

struct folding {
	GString *out;
	bool has_lines; /* this is not the first line */
	struct line line;
	GStringChunk *words; /* owns encoded words */
};

/* ---- the current line */

static size_t line_length(const struct line *line)
{
	size_t length = line->name;

	for (guint i = 0; i < line->parts->len; i++) {
		const struct part *part = &g_array_index(line->parts, struct part, i);

		length += part->space.len + part->text.len;
	}
	return length;
}

static void push(struct line *line, struct view space, struct view text)
{
	struct part part = { space, text };

	g_array_append_val(line->parts, part);
}

static struct part pop(struct line *line)
{
	struct part part = { VIEW(""), VIEW("") };

	if (line->parts->len > 0) {
		part = g_array_index(line->parts, struct part, line->parts->len - 1);
		g_array_set_size(line->parts, line->parts->len - 1);
	}
	return part;
}

/* Write the first `count` parts as a line, or at the end of the line before. */
static void write_line(struct folding *f, guint count, bool is_joined)
{
	if (f->has_lines && !is_joined)
		g_string_append_c(f->out, '\n');
	f->has_lines = true;
	for (guint i = 0; i < count; i++) {
		append_view(f->out, g_array_index(f->line.parts, struct part, i).space);
		append_view(f->out, g_array_index(f->line.parts, struct part, i).text);
	}
}

/* Whether the current line has white space alone. */
static bool is_blank_line(const struct line *line)
{
	for (guint i = 0; i < line->parts->len; i++)
		if (g_array_index(line->parts, struct part, i).text.len > 0)
			return false;
	return line->name == 0;
}

/*
 * A single blank at the end of a line is dropped, except at the end of a value of one line.  A
 * line of white space would be taken for the end of the header block; it is added to the line
 * before it.
 */
static void end_line(struct folding *f, bool is_only)
{
	struct part part = is_only ? (struct part){ 0 } : pop(&f->line);

	if (!is_only && !(view_eq(part.space, VIEW(" ")) && part.text.len == 0))
		push(&f->line, part.space, part.text);
	if (line_length(&f->line) > 0)
		write_line(f, f->line.parts->len, is_blank_line(&f->line));
	g_array_set_size(f->line.parts, 0);
	f->line.name = 0;
}

/* The part before which the line is folded; 0: it cannot be. */
static guint find_fold(const struct line *line)
{
	static const char marks[] = ";, \t";

	for (const char *mark = marks; *mark != '\0'; mark++) {
		for (guint i = line->parts->len - 1; i > 0; i--) {
			struct view space = g_array_index(line->parts, struct part, i).space;
			struct view before = g_array_index(line->parts, struct part, i - 1).text;

			if ((*mark == ' ' || *mark == '\t') && space.len > 0 &&
			    space.ptr[0] == *mark)
				return i;
			if (before.len > 0 && before.ptr[before.len - 1] == *mark)
				return i;
		}
	}
	return 0;
}

static void add(struct folding *f, struct view space, struct view text)
{
	guint fold;

	push(&f->line, space, text);
	if (line_length(&f->line) <= FOLD_COLUMNS)
		return;
	fold = find_fold(&f->line);
	if (fold > 0) {
		write_line(f, fold, false);
		g_array_remove_range(f->line.parts, 0, fold);
		f->line.name = 0;
		return;
	}
	(void)pop(&f->line);
	if (f->line.name > 0) {
		/* The name stays alone on its line. */
		end_line(f, false);
		if (space.len == 0)
			space = VIEW(" ");
	}
	push(&f->line, space, text);
}

/* ---- ASCII */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Take white space, and the text after it, off the front. */
static struct part take_part(struct view *rest)
{
	struct part part;
	size_t n = 0;

	while (n < rest->len && is_blank(rest->ptr[n]))
		n++;
	part.space = view_head(*rest, n);
	*rest = view_skip(*rest, n);
	for (n = 0; n < rest->len && !is_blank(rest->ptr[n]);)
		n++;
	part.text = view_head(*rest, n);
	*rest = view_skip(*rest, n);
	return part;
}

static void feed_ascii(struct folding *f, struct view line)
{
	do {
		struct part part = take_part(&line);

		add(f, part.space, part.text);
	} while (line.len > 0);
}

/* ---- encoded words */

static bool is_plain(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("-!*+/", c) != NULL);
}

static size_t quoted_length(struct view text)
{
	size_t length = 0;

	for (size_t i = 0; i < text.len; i++)
		length += is_plain(text.ptr[i]) || text.ptr[i] == ' ' ? 1 : 3;
	return length;
}

static size_t base64_length(struct view text)
{
	return (text.len + 2) / 3 * 4;
}

static bool is_base64(struct view text)
{
	return base64_length(text) < quoted_length(text);
}

static void append_word(GString *out, struct view text, bool as_base64)
{
	if (as_base64) {
		g_autofree char *encoded = g_base64_encode((const guchar *)text.ptr, text.len);

		g_string_append_printf(out, WORD_HEAD "b?%s?=", encoded);
		return;
	}
	g_string_append(out, WORD_HEAD "q?");
	for (size_t i = 0; i < text.len; i++) {
		if (is_plain(text.ptr[i]))
			g_string_append_c(out, text.ptr[i]);
		else if (text.ptr[i] == ' ')
			g_string_append_c(out, '_');
		else
			g_string_append_printf(out, "=%02X", (guchar)text.ptr[i]);
	}
	g_string_append(out, "?=");
}

void fold_word(GString *out, struct view text)
{
	append_word(out, text, is_base64(text));
}

/* The length of the whole characters of `text` that fit into `columns`. */
static size_t fitting(struct view text, bool as_base64, size_t columns)
{
	size_t n = 0, next;

	for (; n < text.len; n = next) {
		size_t length;
		struct view more;

		(void)text_char(view_skip(text, n), &length);
		next = n + length;
		more = view_head(text, next);
		if ((as_base64 ? base64_length(more) : quoted_length(more)) > columns)
			break;
	}
	return n;
}

static struct view encoded(struct folding *f, struct view text, bool as_base64)
{
	g_autoptr(GString) word = g_string_new(NULL);

	append_word(word, text, as_base64);
	return view_of(g_string_chunk_insert_len(f->words, word->str, (gssize)word->len),
		       word->len);
}

/* The first word fills the current line, if it has room; the others have lines of their own. */
static void feed_words(struct folding *f, struct view space, struct view text)
{
	bool as_base64 = is_base64(text);
	size_t used = line_length(&f->line) + WORD_CHROME_LEN;
	size_t n = fitting(text, as_base64, used < FOLD_COLUMNS ? FOLD_COLUMNS - used : 0);

	if (n > 0 || text.len == 0)
		add(f, space, encoded(f, view_head(text, n), as_base64));
	text = view_skip(text, n);
	while (text.len > 0) {
		n = MAX(fitting(text, as_base64, FOLD_COLUMNS - 1 - WORD_CHROME_LEN), (size_t)1);
		end_line(f, false);
		push(&f->line, VIEW(" "), encoded(f, view_head(text, n), as_base64));
		text = view_skip(text, n);
	}
}

/* The white space before a continuation line is one blank, which is encoded, too. */
static struct view with_one_blank(struct folding *f, struct view line)
{
	g_autoptr(GString) text = g_string_new(" ");

	append_view(text, text_trim_left(line));
	return view_of(g_string_chunk_insert_len(f->words, text->str, (gssize)text->len),
		       text->len);
}

/* ---- the whole header */

void fold_header(GString *out, struct view name, struct view value)
{
	struct folding f = { .out = out, .line.name = name.len + 2 };
	bool is_ascii = text_is_ascii(value), is_first = true, is_only = true;
	struct view line = VIEW(""), whole;

	f.line.parts = g_array_new(FALSE, FALSE, sizeof(struct part));
	f.words = g_string_chunk_new(256);
	append_view(out, name);
	g_string_append(out, ": ");
	while (view_next_mail_line(&value, &whole, &line) || is_first) {
		if (!is_first)
			end_line(&f, false);
		if (is_ascii)
			feed_ascii(&f, line);
		else if (is_first)
			feed_words(&f, VIEW(""), line);
		else
			feed_words(&f, VIEW(" "), with_one_blank(&f, line));
		is_only = is_first;
		is_first = false;
	}
	end_line(&f, is_only);
	g_string_append_c(out, '\n');
	g_array_unref(f.line.parts);
	g_string_chunk_free(f.words);
}
