/* diff - the patch hash, and the files that a diff changes; see diff.h */
#include "parser/diff.h"

#include <glib.h>

#include "parser/split.h"
#include "parser/text.h"

/* Whether `line` names a file: the word after `--- ` or `+++ `. */
static bool file_word(struct view line, struct view *ret_word)
{
	size_t end = 4, n;

	if (!view_starts(line, VIEW("--- ")) && !view_starts(line, VIEW("+++ ")))
		return false;
	while (end < line.len && !text_is_space(text_char(view_skip(line, end), &n)))
		end += n;
	*ret_word = view_of(line.ptr + 4, end - 4);
	return end > 4;
}

struct view diff_strip_component(struct view path)
{
	size_t slash = view_find(path, '/', 0);

	return slash < path.len ? view_skip(path, slash + 1) : VIEW("");
}

static void hash_add(GChecksum *sum, struct view v)
{
	if (v.len > 0)
		g_checksum_update(sum, (const guchar *)v.ptr, (gssize)v.len);
}

static void hash_line(GChecksum *sum, struct view line)
{
	struct view path, old, new;

	if (file_word(line, &path)) {
		hash_add(sum, view_head(line, 4));
		hash_add(sum, line.ptr[0] == '-' ? VIEW("a/") : VIEW("b/"));
		hash_add(sum, diff_strip_component(path));
	} else if (split_hunk_counts(line, &old, &new)) {
		hash_add(sum, VIEW("@@ -"));
		hash_add(sum, old);
		hash_add(sum, VIEW(" +"));
		hash_add(sum, new);
		hash_add(sum, VIEW(" @@"));
	} else if (line.len > 0 &&
		   (line.ptr[0] == '-' || line.ptr[0] == '+' || line.ptr[0] == ' ')) {
		hash_add(sum, line);
	} else {
		return;
	}
	hash_add(sum, VIEW("\n"));
}

int diff_hash(struct arena *arena, struct view diff, char ret_hash[DIFF_HASH_CHARS + 1])
{
	struct view rest = text_trim(text_without(arena, diff, '\r')), line;
	GChecksum *sum;

	if (arena_error(arena) != 0)
		return arena_error(arena);
	sum = g_checksum_new(G_CHECKSUM_SHA1);
	while (view_next_line(&rest, &line))
		hash_line(sum, line);
	memcpy(ret_hash, g_checksum_get_string(sum), DIFF_HASH_CHARS + 1);
	g_checksum_free(sum);
	return 0;
}

bool diff_next_file(struct view *rest, struct view *ret_file)
{
	struct view line, word;

	while (view_next_line(rest, &line)) {
		if (!file_word(line, &word) || view_eq(word, VIEW("/dev/null")))
			continue;
		*ret_file = diff_strip_component(word);
		return true;
	}
	return false;
}
