/* change_log - what has changed between versions; see change_log.h */
#include "daemon/pages/change_log.h"

#include <glib.h>
#include <string.h>

#include "parser/text.h"

/* Of a heading; longer lines are prose. */
#define HEADING_BYTES_MAX 60

/* "v3" at the front of `text`; returns its length, or 0. */
static size_t version_length(struct view text)
{
	size_t n = 1;

	if (text.len < 2 || (text.ptr[0] != 'v' && text.ptr[0] != 'V'))
		return 0;
	while (n < text.len && view_is_digit(text.ptr[n]))
		n++;
	return n > 1 ? n : 0;
}

/* Whether a version stands in `text` as a word. */
static bool has_version(struct view text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((i == 0 || !g_ascii_isalpha(text.ptr[i - 1])) &&
		    version_length(view_skip(text, i)) > 0)
			return true;
	return false;
}

/* Without the signs in front by which some mark a heading, and the colon. */
static struct view bare_heading(struct view line)
{
	line = text_trim(line);
	while (line.len > 0 && strchr("-*=#[( ", line.ptr[0]) != NULL)
		line = view_skip(line, 1);
	while (line.len > 0 && strchr(":-*=#]) ", line.ptr[line.len - 1]) != NULL)
		line = view_head(line, line.len - 1);
	return line;
}

/* "v2 -> v3", "v3", "V2 (rebased)", followed by a colon unless it is alone or has an arrow. */
static bool is_version_heading(struct view line, struct view bare)
{
	size_t n = version_length(bare);
	struct view rest = view_skip(bare, n);

	if (n == 0)
		return false;
	return rest.len == 0 || rest.ptr[0] == ':' || view_ends(text_trim(line), VIEW(":")) ||
	       view_starts(text_trim_left(rest), VIEW("->")) ||
	       view_starts(text_trim_left(rest), VIEW("=>"));
}

static bool is_heading(struct view line)
{
	const struct view words[] = { VIEW("change"), VIEW("difference"),   VIEW("diff "),
				      VIEW("since "), VIEW("what changed"), VIEW("new in ") };
	const struct view alone[] = { VIEW("changelog"),        VIEW("change log"),
				      VIEW("changes"),          VIEW("history"),
				      VIEW("revision history"), VIEW("version history") };
	struct view bare = bare_heading(line);

	if (line.len > HEADING_BYTES_MAX || line.len == 0 || line.ptr[0] == '>')
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(alone); i++)
		if (view_ieq(bare, alone[i]))
			return view_ends(text_trim(line), VIEW(":")) || line.ptr[0] == '#' ||
			       line.ptr[0] == '=';
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (view_istarts(bare, words[i]))
			return has_version(bare);
	return is_version_heading(line, bare);
}

/* Headings that end the text of a cover letter. */
static bool ends_text(struct view line)
{
	const struct view starts[] = { VIEW("diff --git "), VIEW("base-commit:"),
				       VIEW("prerequisite-"), VIEW("change-id:"),
				       VIEW("Signed-off-by:") };

	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
		if (view_starts(line, starts[i]))
			return true;
	line = text_trim_right(line);
	if (view_eq(line, VIEW("---")) || view_eq(line, VIEW("--")))
		return true;
	/* "Ada Quill (3):" of a shortlog, " a/file | 12 ++" of a diffstat. */
	return (view_ends(line, VIEW("):")) && view_find(line, '(', 0) < line.len &&
		view_is_digit(line.ptr[line.len - 3])) ||
	       (view_starts(line, VIEW(" ")) && view_search(line, VIEW(" | "), 0) < line.len);
}

/* A line that may follow an empty one. */
static bool goes_on(struct view line)
{
	return is_heading(line) || strchr(" \t-*+o#", line.ptr[0]) != NULL ||
	       view_is_digit(line.ptr[0]);
}

struct view change_log_find(struct view text)
{
	struct view rest = text, line, found = VIEW("");
	bool is_behind_empty = false;
	size_t lines = 0;

	while (lines < CHANGE_LOG_LINES_MAX && view_next_line(&rest, &line)) {
		bool is_empty = text_trim(line).len == 0;

		if (found.len == 0 && (is_empty || !is_heading(line)))
			continue;
		if (found.len == 0)
			found = view_of(line.ptr, line.len);
		else if (ends_text(line) || (is_behind_empty && !is_empty && !goes_on(line)))
			break;
		if (!is_empty)
			found.len = (size_t)(line.ptr + line.len - found.ptr);
		is_behind_empty = is_empty;
		lines++;
	}
	return found;
}
