/* commit - the parts of a commit by which its patch is found; see commit.h */
#include "parser/commit.h"

#include "parser/mentioned_id.h"
#include "parser/text.h"
#include "parser/title.h"

static const char *const trailers[] = { "Link:", "Message-ID:", "Lore:" };

/* ---- message ids */

static bool is_known(const struct commit *commit, struct view id)
{
	for (size_t i = 0; i < commit->msgid_count; i++)
		if (view_eq(commit->msgids[i], id))
			return true;
	return false;
}

static void add_id(struct arena *arena, struct commit *commit, struct view v, bool is_encoded)
{
	struct view id;

	if (mentioned_id(arena, v, is_encoded, &id) && !is_known(commit, id) &&
	    commit->msgid_count < COMMIT_MSGIDS_MAX)
		commit->msgids[commit->msgid_count++] = id;
}

/*
 * Add the ids in `value`.  A word is tried as a whole, because an id may contain a slash, and by
 * segments, because it may be a URL.
 */
static void add_ids(struct arena *arena, struct commit *commit, struct view value)
{
	struct view word, segment;

	while (mentioned_piece(&value, " \t\r", &word)) {
		word = mentioned_word(word);
		if (!mentioned_is_url(word))
			add_id(arena, commit, word, false);
		while (mentioned_piece(&word, mentioned_segment_ends, &segment))
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

	if (r == 0 && strcmp(commit->hash, DIFF_HASH_OF_NOTHING) == 0)
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
