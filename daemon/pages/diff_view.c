/* diff_view - a diff as a list of its files; see diff_view.h */
#include "daemon/pages/diff_view.h"

#include <string.h>

#include "parser/text.h"

/* A position in a hunk: lines that are left of it, and the number of the next one. */
struct position {
	int64_t old_left, new_left;
	int64_t old_number, new_number;
};

/* ---- hunks */

/* Read "12" or "12,5" at the front; a missing count is 1. */
static bool read_range(struct view *rest, int64_t *ret_first, int64_t *ret_count)
{
	size_t n = 0;

	while (n < rest->len && view_is_digit(rest->ptr[n]))
		n++;
	if (!view_number(view_head(*rest, n), INT32_MAX, ret_first))
		return false;
	*rest = view_skip(*rest, n);
	*ret_count = 1;
	if (!view_starts(*rest, VIEW(",")))
		return true;
	*rest = view_skip(*rest, 1);
	for (n = 0; n < rest->len && view_is_digit(rest->ptr[n]);)
		n++;
	if (!view_number(view_head(*rest, n), INT32_MAX, ret_count))
		return false;
	*rest = view_skip(*rest, n);
	return true;
}

/* "@@ -1,2 +1,3 @@" */
static bool read_hunk(struct view line, struct position *ret_position)
{
	struct position at;

	if (!view_starts(line, VIEW("@@ -")))
		return false;
	line = view_skip(line, 4);
	if (!read_range(&line, &at.old_number, &at.old_left) || !view_starts(line, VIEW(" +")))
		return false;
	line = view_skip(line, 2);
	if (!read_range(&line, &at.new_number, &at.new_left) || !view_starts(line, VIEW(" @@")))
		return false;
	*ret_position = at;
	return true;
}

enum line_kind { LINE_OTHER, LINE_HUNK, LINE_SAME, LINE_ADDED, LINE_REMOVED };

static enum line_kind kind_in_hunk(struct view line, struct position *at)
{
	if (view_starts(line, VIEW("+")) && at->new_left > 0) {
		at->new_left--;
		return LINE_ADDED;
	}
	if (view_starts(line, VIEW("-")) && at->old_left > 0) {
		at->old_left--;
		return LINE_REMOVED;
	}
	if (view_starts(line, VIEW("\\")))
		return LINE_OTHER;
	if (at->old_left > 0)
		at->old_left--;
	if (at->new_left > 0)
		at->new_left--;
	return LINE_SAME;
}

/*
 * Returns the kind of a line, and moves the position; *ret_number is its number in the file, or 0.
 */
static enum line_kind step(struct view line, struct position *at, int64_t *ret_number)
{
	enum line_kind kind;

	*ret_number = 0;
	if (at->old_left <= 0 && at->new_left <= 0)
		return read_hunk(line, at) ? LINE_HUNK : LINE_OTHER;
	kind = kind_in_hunk(line, at);
	if (kind == LINE_ADDED || kind == LINE_SAME)
		*ret_number = at->new_number++;
	if (kind == LINE_REMOVED)
		*ret_number = at->old_number++;
	if (kind == LINE_SAME)
		at->old_number++;
	return kind;
}

/* ---- files */

/*
 * "a/dir/file\t2026-03-02" is dir/file.  git quotes a name that has other signs; the escapes stay,
 * and *ret_is_quoted is set.
 */
static struct view bare_name(struct view name, bool *ret_is_quoted)
{
	struct view inner;
	size_t end;

	name = text_trim(view_head(name, view_find(name, '\t', 0)));
	*ret_is_quoted = name.len >= 2 && name.ptr[0] == '"' && name.ptr[name.len - 1] == '"';
	if (!*ret_is_quoted)
		return name;
	inner = view_of(name.ptr + 1, name.len - 2);
	end = inner.len;
	while (end > 0 && inner.ptr[end - 1] == '\\')
		end--;
	/* The last quote is not that of an escape. */
	*ret_is_quoted = (inner.len - end) % 2 == 0;
	return *ret_is_quoted ? inner : name;
}

static struct view without_prefix(struct view name)
{
	bool has_prefix = view_starts(name, VIEW("a/")) || view_starts(name, VIEW("b/"));

	return has_prefix ? view_skip(name, 2) : name;
}

/* The name in "diff --git a/NAME b/NAME"; both, as in the line, if they differ. */
static void take_git_name(struct view names, struct diff_file *file)
{
	size_t half = names.len / 2;
	bool is_quoted;
	struct view old, new;

	file->name = names;
	if (names.len % 2 == 0 || names.ptr[half] != ' ')
		return;
	old = without_prefix(bare_name(view_head(names, half), &is_quoted));
	new = without_prefix(bare_name(view_skip(names, half + 1), &is_quoted));
	if (!view_eq(old, new))
		return;
	file->name = new;
	file->is_quoted = is_quoted;
}

static bool begins_file(struct view line, struct view rest, bool is_in_head)
{
	if (view_starts(line, VIEW("diff --git ")) || view_starts(line, VIEW("diff --cc ")))
		return true;
	return !is_in_head && view_starts(line, VIEW("--- ")) && view_starts(rest, VIEW("+++ "));
}

/* Take the name of a file from a line of its head. */
static void read_name(struct view line, struct diff_file *file)
{
	static const struct {
		const char *label;
		bool has_prefix;
	} labels[] = { { "--- ", true },
		       { "+++ ", true },
		       { "rename to ", false },
		       { "copy to ", false },
		       { "diff --cc ", false } };

	if (view_starts(line, VIEW("diff --git ")))
		take_git_name(view_skip(line, strlen("diff --git ")), file);
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		bool is_quoted;
		struct view name;

		if (!view_starts(line, view_str(labels[i].label)))
			continue;
		name = bare_name(view_skip(line, strlen(labels[i].label)), &is_quoted);
		if (name.len == 0 || view_eq(name, VIEW("/dev/null")))
			continue;
		file->name = labels[i].has_prefix ? without_prefix(name) : name;
		file->is_quoted = is_quoted;
	}
}

GArray *diff_view_files(struct view diff, struct view *ret_before)
{
	GArray *files = g_array_new(FALSE, FALSE, sizeof(struct diff_file));
	struct diff_file *file = NULL;
	struct position at = { 0 };
	struct view rest = diff, line;
	bool is_in_head = false;
	int64_t number;

	*ret_before = diff;
	for (size_t n = 1; view_next_line(&rest, &line); n++) {
		enum line_kind kind = step(line, &at, &number);

		if (kind == LINE_OTHER && begins_file(line, rest, is_in_head)) {
			struct diff_file next = { .name = VIEW("(no name)"),
						  .lines = { line.ptr, 0 },
						  .first_line = n };

			if (files->len == 0)
				*ret_before = view_head(diff, (size_t)(line.ptr - diff.ptr));
			g_array_append_val(files, next);
			file = &g_array_index(files, struct diff_file, files->len - 1);
			is_in_head = true;
		}
		if (file == NULL)
			continue;
		if (kind == LINE_OTHER && is_in_head)
			read_name(line, file);
		is_in_head &= kind == LINE_OTHER;
		file->added += kind == LINE_ADDED;
		file->removed += kind == LINE_REMOVED;
		file->lines.len = (size_t)(line.ptr + line.len - file->lines.ptr);
	}
	return files;
}

/* ---- writing */

static void write_cut(struct html *html, struct view line)
{
	struct view shown = html_head(line, DIFF_VIEW_LINE_BYTES_MAX);

	html_text(html, shown);
	if (shown.len == line.len)
		return;
	html_put(html, " <b>[");
	html_int(html, (int64_t)(line.len - shown.len));
	html_put(html, " more bytes]</b>");
}

/* The signs + and - remain beside the colours, which not every reader sees. */
static void write_line(struct html *html, struct view line, enum line_kind kind)
{
	switch (kind) {
	case LINE_ADDED:
		html_put(html, "<ins>");
		write_cut(html, line);
		html_put(html, "</ins>");
		break;
	case LINE_REMOVED:
		html_put(html, "<del>");
		write_cut(html, line);
		html_put(html, "</del>");
		break;
	case LINE_HUNK:
		html_put(html, "<b>");
		write_cut(html, line);
		html_put(html, "</b>");
		break;
	case LINE_SAME:
	case LINE_OTHER:
		write_cut(html, line);
		break;
	}
}

/* The tab key skips the anchors, of which a page may have thousands. */
static void write_anchor(struct html *html, size_t n, int64_t number)
{
	html_put(html, "<a id=\"l");
	html_int(html, (int64_t)n);
	html_put(html, "\" href=\"#l");
	html_int(html, (int64_t)n);
	html_put(html, "\" tabindex=\"-1\">");
	if (number > 0)
		html_int(html, number);
	else
		html_put(html, "·");
	html_put(html, "</a>");
}

static void write_lines(struct html *html, struct view lines, size_t first)
{
	struct position at = { 0 };
	struct view line;

	html_put(html, "<pre class=\"diff\">\n");
	for (size_t n = first; n <= DIFF_VIEW_LINES_MAX && view_next_line(&lines, &line); n++) {
		int64_t number;
		enum line_kind kind = step(line, &at, &number);

		write_anchor(html, n, number);
		write_line(html, line, kind);
		html_put(html, "\n");
	}
	html_put(html, "</pre>\n");
}

static void write_name(struct html *html, struct view name, bool is_quoted)
{
	html_put(html, "<code>");
	if (is_quoted) {
		g_autofree char *escaped = g_strndup(name.ptr, name.len);
		g_autofree char *text = g_strcompress(escaped);

		html_bdi(html, view_str(text));
	} else {
		html_bdi(html, name);
	}
	html_put(html, "</code>");
}

/* Write what the head of a file says about it, such as "new" or "renamed from FILE". */
static void write_marks(struct html *html, const struct diff_file *file)
{
	static const struct {
		const char *label, *mark;
		bool has_name;
	} heads[] = {
		{ "new file mode ", ", new", false },
		{ "deleted file mode ", ", deleted", false },
		{ "new mode ", ", new mode ", true },
		{ "rename from ", ", renamed from ", true },
		{ "copy from ", ", copied from ", true },
		{ "Binary files ", ", binary", false },
		{ "GIT binary patch", ", binary", false },
	};
	struct view rest = file->lines, line;

	while (view_next_line(&rest, &line) && !view_starts(line, VIEW("@@"))) {
		for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
			struct view label = view_str(heads[i].label), name;
			bool is_quoted;

			if (!view_starts(line, label))
				continue;
			html_str(html, heads[i].mark);
			name = bare_name(view_skip(line, label.len), &is_quoted);
			if (heads[i].has_name)
				write_name(html, name, is_quoted);
			if (view_eq(label, VIEW("GIT binary patch")))
				return;
		}
	}
}

static void write_counts(struct html *html, const struct diff_file *file, bool is_cell)
{
	if (is_cell)
		html_put(html, "<td class=\"num added\">+");
	else
		html_put(html, "<span class=\"added\">+");
	html_int(html, file->added);
	if (is_cell)
		html_put(html, "</td><td class=\"num removed\">-");
	else
		html_put(html, "</span> <span class=\"removed\">-");
	html_int(html, file->removed);
	if (is_cell)
		html_put(html, "</td>");
	else
		html_put(html, "</span>");
}

static void write_list(struct html *html, const GArray *files)
{
	html_put(html, "<table><thead><tr><th scope=\"col\">File</th>"
		       "<th scope=\"col\" class=\"num\">Added</th>"
		       "<th scope=\"col\" class=\"num\">Removed</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < MIN(files->len, DIFF_VIEW_FILES_MAX); i++) {
		const struct diff_file *file = &g_array_index(files, struct diff_file, i);
		bool is_shown = file->first_line <= DIFF_VIEW_LINES_MAX;

		html_put(html, "<tr><th scope=\"row\">");
		if (is_shown) {
			html_put(html, "<a href=\"#f");
			html_int(html, (int64_t)i + 1);
			html_put(html, "\">");
		}
		write_name(html, file->name, file->is_quoted);
		if (is_shown)
			html_put(html, "</a>");
		write_marks(html, file);
		html_put(html, "</th>");
		write_counts(html, file, true);
		html_put(html, "</tr>\n");
	}
	html_put(html, "</tbody></table>\n");
	if (files->len > DIFF_VIEW_FILES_MAX) {
		html_put(html, "<p>");
		html_int(html, files->len - DIFF_VIEW_FILES_MAX);
		html_put(html, " more files are not listed.</p>\n");
	}
}

static void write_file(struct html *html, const struct diff_file *file, guint i)
{
	html_put(html, "<details class=\"file\" id=\"f");
	html_int(html, (int64_t)i + 1);
	if (file->first_line <= DIFF_VIEW_OPEN_LINES_MAX)
		html_put(html, "\" open>");
	else
		html_put(html, "\">");
	html_put(html, "<summary>");
	write_name(html, file->name, file->is_quoted);
	write_marks(html, file);
	html_put(html, " ");
	write_counts(html, file, false);
	html_put(html, "</summary>\n");
	write_lines(html, file->lines, file->first_line);
	html_put(html, "</details>\n");
}

static void write_end(struct html *html, size_t lines, const char *raw_url)
{
	if (lines <= DIFF_VIEW_LINES_MAX)
		return;
	html_put(html, "<p><strong>Only the first ");
	html_int(html, DIFF_VIEW_LINES_MAX);
	html_put(html, " of ");
	html_int(html, (int64_t)lines);
	html_put(html, " lines are shown.</strong> ");
	html_link(html, raw_url);
	html_put(html, "The diff as a file</a> is whole.</p>\n");
}

void diff_view_write(struct html *html, struct view diff, const char *raw_url)
{
	struct view before, rest = diff, line;
	g_autoptr(GArray) files = diff_view_files(diff, &before);
	size_t lines = 0;

	while (view_next_line(&rest, &line))
		lines++;
	if (files->len > 0)
		write_list(html, files);
	if (text_trim(before).len > 0)
		write_lines(html, before, 1);
	for (guint i = 0; i < files->len; i++) {
		const struct diff_file *file = &g_array_index(files, struct diff_file, i);

		if (file->first_line <= DIFF_VIEW_LINES_MAX)
			write_file(html, file, i);
	}
	write_end(html, lines, raw_url);
}
