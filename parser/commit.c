/* commit - the parts of a commit by which its patch is found; see commit.h */
#include "parser/commit.h"

#include "parser/text.h"
#include "parser/title.h"

/* SHA-1 of an empty text, the hash for the diff of a binary file. */
#define HASH_OF_NOTHING "da39a3ee5e6b4b0d3255bfef95601890afd80709"

static const char *const trailers[] = { "Link:", "Message-ID:", "Lore:" };

/* ---- message ids */

static int hex_digit(char c)
{
	if (view_is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte for the `%XX` at the beginning of `v`, or -1. */
static int percent_byte(struct view v)
{
	int high, low;

	if (v.len < 3 || v.ptr[0] != '%')
		return -1;
	high = hex_digit(v.ptr[1]);
	low = hex_digit(v.ptr[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* `v` in angle brackets; with `is_encoded` its percent-encoding is undone. */
static struct view in_brackets(struct arena *arena, struct view v, bool is_encoded)
{
	struct builder id = builder_init(arena);

	builder_byte(&id, '<');
	while (v.len > 0) {
		int byte = is_encoded ? percent_byte(v) : -1;

		builder_byte(&id, byte > 0 ? (char)byte : v.ptr[0]);
		v = view_skip(v, byte > 0 ? 3 : 1);
	}
	builder_byte(&id, '>');
	return builder_view(&id);
}

static bool is_known(const struct commit *commit, struct view id)
{
	for (size_t i = 0; i < commit->msgid_count; i++)
		if (view_eq(commit->msgids[i], id))
			return true;
	return false;
}

/* Keep `v` if it looks like a message id; a text that was percent-encoded is repaired. */
static void add_id(struct arena *arena, struct commit *commit, struct view v, bool is_encoded)
{
	struct view id = in_brackets(arena, v, is_encoded);
	unsigned flaws = 0;

	id = text_cut(text_repair(arena, id, 0, &flaws), TEXT_COLUMN_CHARS);
	if (id.len > 3 && view_find(id, '@', 0) < id.len && !is_known(commit, id) &&
	    commit->msgid_count < COMMIT_MSGIDS_MAX)
		commit->msgids[commit->msgid_count++] = id;
}

/* Cut *rest at the first of `ends`; false at the end of *rest. */
static bool next_piece(struct view *rest, const char *ends, struct view *ret_piece)
{
	size_t n = 0;

	if (rest->len == 0)
		return false;
	while (n < rest->len && (rest->ptr[n] == '\0' || strchr(ends, rest->ptr[n]) == NULL))
		n++;
	*ret_piece = view_head(*rest, n);
	*rest = view_skip(*rest, n < rest->len ? n + 1 : n);
	return true;
}

/* A word without the punctuation that text has around an address. */
static struct view bare_word(struct view word)
{
	static const char around[] = "<>()[]\"',;.";

	while (word.len > 0 && word.ptr[0] != '\0' && strchr(around, word.ptr[0]) != NULL)
		word = view_skip(word, 1);
	while (word.len > 0 && word.ptr[word.len - 1] != '\0' &&
	       strchr(around, word.ptr[word.len - 1]) != NULL)
		word.len--;
	return word;
}

/* As a whole, for an id that contains a slash, and by segments, for an address. */
static void add_ids(struct arena *arena, struct commit *commit, struct view value)
{
	struct view word, segment;

	while (next_piece(&value, " \t\r", &word)) {
		word = bare_word(word);
		if (view_search(word, VIEW("://"), 0) == word.len)
			add_id(arena, commit, word, false);
		while (next_piece(&word, "/?#&=", &segment))
			add_id(arena, commit, segment, true);
	}
}

static void read_trailer(struct arena *arena, struct commit *commit, struct view line)
{
	for (size_t i = 0; i < sizeof(trailers) / sizeof(*trailers); i++) {
		struct view key = view_str(trailers[i]);

		if (view_istarts(line, key))
			add_ids(arena, commit, view_skip(line, key.len));
	}
}

/* ---- a commit */

/* Take the lines up to an empty one off *rest and join them with blanks. */
static struct view take_subject(struct arena *arena, struct view *rest)
{
	struct builder subject = builder_init(arena);
	struct view line;

	while (view_next_line(rest, &line)) {
		line = text_trim(line);
		if (line.len == 0 && subject.len > 0)
			break;
		if (line.len > 0 && subject.len > 0)
			builder_byte(&subject, ' ');
		builder_add(&subject, line);
	}
	return builder_view(&subject);
}

int commit_read_message(struct arena *arena, struct view message, struct commit *commit)
{
	struct view rest = message, line;

	commit->subject = take_subject(arena, &rest);
	commit->title = title_of(arena, commit->subject);
	commit->msgid_count = 0;
	while (view_next_line(&rest, &line))
		read_trailer(arena, commit, line);
	return arena_error(arena);
}

int commit_read_diff(struct arena *arena, struct view diff, struct commit *commit)
{
	int r = diff_hash(arena, diff, commit->hash);

	if (r == 0 && strcmp(commit->hash, HASH_OF_NOTHING) == 0)
		commit->hash[0] = '\0';
	return r;
}

bool commit_in_body_from(struct arena *arena, struct view content, struct address *ret_from)
{
	static const char *const others[] = { "Subject:", "Date:" };
	const struct view from = VIEW("From:");
	struct view rest = text_trim_left(content), line;

	while (view_next_line(&rest, &line)) {
		if (view_istarts(line, from)) {
			*ret_from = address_read(arena, text_trim(view_skip(line, from.len)));
			return true;
		}
		if (!view_istarts(line, view_str(others[0])) &&
		    !view_istarts(line, view_str(others[1])))
			return false;
	}
	return false;
}
