/* pull - the repository that a pull request names; see pull.h */
#include "parser/pull.h"

#include "parser/text.h"

static bool in_class(struct view v, size_t at, const char *more, size_t *ret_len)
{
	uint32_t c;

	if (at >= v.len)
		return false;
	c = text_char(view_skip(v, at), ret_len);
	return text_is_word(c) || (c != 0 && c < 0x80 && strchr(more, (int)c) != NULL);
}

/* Length of the characters at `at` that are word characters or in `more`. */
static size_t run_len(struct view v, size_t at, const char *more)
{
	size_t end = at, n;

	while (in_class(v, end, more, &n))
		end += n;
	return end - at;
}

static bool is_gap(struct view v, size_t at, size_t *ret_len)
{
	uint32_t c;

	if (at >= v.len)
		return false;
	c = text_char(view_skip(v, at), ret_len);
	return text_is_space(c) || c == '\\';
}

/* Whether there is only white space between `at` and the end of its line. */
static bool line_ends(struct view v, size_t at)
{
	size_t n;

	while (at < v.len && v.ptr[at] != '\n') {
		if (!text_is_space(text_char(view_skip(v, at), &n)))
			return false;
		at += n;
	}
	return true;
}

/* Length of `scheme://` or `user@` at the beginning of `v`, or 0. */
static size_t scheme_len(struct view v)
{
	size_t word = run_len(v, 0, "+-");

	if (word == 0)
		return 0;
	if (view_starts(view_skip(v, word), VIEW("://")))
		return word + 3;
	return view_starts(view_skip(v, word), VIEW("@")) ? word + 1 : 0;
}

/*
 * The URL at the beginning of `v`, which has to end its line: in two pieces with blanks,
 * backslashes or line ends between them, or otherwise in one piece, at the last line end of the
 * gap.
 */
static struct view url_at(struct view v)
{
	size_t scheme = scheme_len(v), first, gap, n, last_end = 0;

	if (scheme == 0)
		return (struct view){ 0 };
	first = scheme + run_len(v, scheme, "/.@:~-");
	if (first == scheme)
		return (struct view){ 0 };
	for (gap = first; is_gap(v, gap, &n); gap += n)
		if (v.ptr[gap] == '\n')
			last_end = gap;
	if (line_ends(v, gap + run_len(v, gap, "/._-")))
		return view_head(v, gap + run_len(v, gap, "/._-"));
	return last_end > 0 ? view_head(v, last_end) : (struct view){ 0 };
}

/*
 * The text after a line that consists of `are available in the git repository at:`; there must be a
 * line end before it.
 */
static struct view url_after(struct view rest)
{
	const struct view phrase = VIEW("are available in the git repository at:");
	struct view text = text_trim_left(view_skip(rest, phrase.len));
	struct view space =
		view_of(rest.ptr + phrase.len, (size_t)(text.ptr - rest.ptr) - phrase.len);

	if (view_find(space, '\n', 0) == space.len)
		return (struct view){ 0 };
	return url_at(text);
}

struct view pull_url(struct arena *arena, struct view comment)
{
	struct view rest = comment, line, url = { 0 };
	bool started = false;

	while (rest.len > 0) {
		struct view here = rest, found;

		(void)view_next_line(&rest, &line);
		if (!started)
			started = view_istarts(line, VIEW("The following changes since commit"));
		if (!started ||
		    !view_istarts(line, VIEW("are available in the git repository at:")))
			continue;
		found = url_after(here);
		if (found.ptr != NULL)
			url = found;
	}
	if (url.ptr == NULL)
		return url;
	return text_cut(text_fold(arena, url), TEXT_COLUMN_CHARS);
}
