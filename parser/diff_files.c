/* diff_files - the paths that a diff changes, and the blobs it names; see diff_files.h */
#include "parser/diff_files.h"

#include <stdlib.h>

#include "parser/diff.h"
#include "parser/split.h"
#include "parser/text.h"

struct names {
	struct view *items;
	size_t count, capacity;
};

static bool is_last(const struct names *names, struct view name)
{
	return names->count > 0 && view_eq(names->items[names->count - 1], name);
}

static void add(struct arena *arena, struct names *names, struct view name)
{
	if (name.len == 0 || names->count == DIFF_FILES_MAX || is_last(names, name))
		return;
	if (names->count == names->capacity) {
		size_t capacity = names->capacity * 2 + 8;
		struct view *items = arena_alloc(arena, capacity * sizeof(*items));

		if (items == NULL)
			return;
		if (names->count > 0)
			memcpy(items, names->items, names->count * sizeof(*items));
		names->items = items;
		names->capacity = capacity;
	}
	names->items[names->count++] = name;
}

static int compare(const void *a, const void *b)
{
	const struct view *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = len > 0 ? memcmp(x->ptr, y->ptr, len) : 0;

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static void sort_unique(struct names *names)
{
	size_t kept = 0;

	if (names->count > 1)
		qsort(names->items, names->count, sizeof(*names->items), compare);
	for (size_t i = 0; i < names->count; i++)
		if (kept == 0 || !view_eq(names->items[kept - 1], names->items[i]))
			names->items[kept++] = names->items[i];
	names->count = kept;
}

/* ---- lines outside of hunks */

static struct view unquoted(struct view path)
{
	path = text_trim_right(view_head(path, view_find(path, '\t', 0)));
	if (path.len >= 2 && path.ptr[0] == '"' && path.ptr[path.len - 1] == '"')
		return view_of(path.ptr + 1, path.len - 2);
	return path;
}

static void add_path(struct arena *arena, struct names *paths, struct view word)
{
	struct view path = unquoted(word);

	if (!view_eq(path, VIEW("/dev/null")))
		add(arena, paths, diff_strip_component(path));
}

/*
 * `a/PATH b/PATH`: the only line that names a file whose text does not change, such as one with a
 * new mode.  Of other files it repeats the path.
 */
static void add_git_path(struct arena *arena, struct names *paths, struct view words)
{
	struct view old, new;

	words = text_trim_right(words);
	if (words.len < 3 || words.len % 2 == 0 || words.ptr[words.len / 2] != ' ')
		return;
	old = diff_strip_component(unquoted(view_head(words, words.len / 2)));
	new = diff_strip_component(unquoted(view_skip(words, words.len / 2 + 1)));
	if (view_eq(old, new))
		add(arena, paths, new);
}

static bool is_hexadecimal(char c)
{
	return view_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Take the blob off the front of *text; empty if there is none. */
static struct view take_blob(struct view *text)
{
	size_t n = 0, zeros = 0;
	struct view blob;

	for (; n < text->len && is_hexadecimal(text->ptr[n]); n++)
		zeros += text->ptr[n] == '0';
	blob = view_head(*text, n);
	*text = view_skip(*text, n);
	return n >= 4 && n <= 64 && zeros < n ? blob : VIEW("");
}

/* `OLD..NEW MODE`; of a merge `OLD,OLD..NEW`. */
static void add_blobs(struct arena *arena, struct names *blobs, struct view text)
{
	while (text.len > 0 && text.ptr[0] != ' ') {
		size_t before = text.len;

		add(arena, blobs, take_blob(&text));
		while (text.len > 0 && (text.ptr[0] == '.' || text.ptr[0] == ','))
			text = view_skip(text, 1);
		if (text.len == before)
			return;
	}
}

static void read_header(struct arena *arena, struct names *paths, struct names *blobs,
			struct view line)
{
	static const char *const moves[] = { "rename from ", "rename to ", "copy from ",
					     "copy to " };

	if (view_starts(line, VIEW("--- ")) || view_starts(line, VIEW("+++ ")))
		add_path(arena, paths, view_skip(line, 4));
	else if (view_starts(line, VIEW("index ")))
		add_blobs(arena, blobs, view_skip(line, 6));
	else if (view_starts(line, VIEW("diff --git ")))
		add_git_path(arena, paths, view_skip(line, 11));
	else if (line.len > 0 && (line.ptr[0] == 'r' || line.ptr[0] == 'c'))
		for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++)
			if (view_starts(line, view_str(moves[i])))
				add(arena, paths, unquoted(view_skip(line, strlen(moves[i]))));
}

/* ---- hunks */

struct hunk {
	int64_t old, new; /* lines that are still to come */
};

static bool begin_hunk(struct view line, struct hunk *hunk)
{
	struct view old, new;

	if (!split_hunk_counts(line, &old, &new) || !view_number(old, INT32_MAX, &hunk->old) ||
	    !view_number(new, INT32_MAX, &hunk->new))
		return false;
	return true;
}

static void count_line(struct view line, struct hunk *hunk)
{
	char first = line.len > 0 ? line.ptr[0] : ' ';

	if (first == '\\')
		return;
	hunk->old -= first != '+';
	hunk->new -= first != '-';
}

int diff_files_read(struct arena *arena, struct view diff, struct diff_files *ret_files)
{
	struct names paths = { 0 }, blobs = { 0 };
	struct hunk hunk = { 0 };
	struct view line;

	while (view_next_line(&diff, &line)) {
		if (hunk.old > 0 || hunk.new > 0)
			count_line(line, &hunk);
		else if (!view_starts(line, VIEW("@@ -")) || !begin_hunk(line, &hunk))
			read_header(arena, &paths, &blobs, line);
	}
	if (arena_error(arena) != 0)
		return arena_error(arena);
	sort_unique(&paths);
	sort_unique(&blobs);
	*ret_files = (struct diff_files){ paths.items, paths.count, blobs.items, blobs.count };
	return 0;
}
