/* revision_notes - what a text says of its series and of older versions; see revision_notes.h */
#include "parser/revision_notes.h"

#include "parser/mentioned_id.h"
#include "parser/text.h"

struct reader {
	struct arena *arena;
	struct view links[REVISION_LINKS_MAX];
	size_t link_count;
	struct view prerequisites[REVISION_PREREQUISITES_MAX];
	size_t prerequisite_count;
	int near_lines; /* lines in which a link counts, this one included */
};

static void add_once(struct view *list, size_t *count, size_t most, struct view item)
{
	for (size_t i = 0; i < *count; i++)
		if (view_eq(list[i], item))
			return;
	if (*count < most)
		list[(*count)++] = item;
}

/* ---- `NAME: VALUE` lines */

/* The single word after `name` at the beginning of a line; false for any other line. */
static bool read_value(struct view line, struct view name, struct view *ret_value)
{
	struct view value;

	if (!view_istarts(line, name))
		return false;
	value = text_trim(view_skip(line, name.len));
	if (value.len == 0 || view_find(value, ' ', 0) < value.len ||
	    view_find(value, '\t', 0) < value.len)
		return false;
	*ret_value = text_cut(value, TEXT_COLUMN_CHARS);
	return true;
}

static bool is_object_name(struct view v)
{
	for (size_t i = 0; i < v.len; i++)
		if (!view_is_digit(v.ptr[i]) && (v.ptr[i] < 'a' || v.ptr[i] > 'f'))
			return false;
	return v.len >= 7 && v.len <= 64;
}

static void add_prerequisite(struct reader *reader, const char *kind, struct view value)
{
	struct builder text = builder_init(reader->arena);

	builder_add(&text, view_str(kind));
	builder_byte(&text, ' ');
	builder_add(&text, value);
	add_once(reader->prerequisites, &reader->prerequisite_count, REVISION_PREREQUISITES_MAX,
		 builder_view(&text));
}

static void read_prerequisite(struct reader *reader, struct view line)
{
	static const char *const kinds[] = { "change-id", "message-id", "patch-id" };
	const struct view front = VIEW("prerequisite-");
	struct view rest, value;

	if (!view_istarts(line, front))
		return;
	rest = view_skip(line, front.len);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct view kind = view_str(kinds[i]);

		if (view_istarts(rest, kind) &&
		    read_value(view_skip(rest, kind.len), VIEW(":"), &value))
			add_prerequisite(reader, kinds[i], value);
	}
}

/* ---- links */

/* The length in bytes of the letter or digit at `at`; 0 if there is none. */
static size_t word_char(struct view text, size_t at)
{
	size_t n;
	uint32_t c;

	if (at == text.len)
		return 0;
	c = text_char(view_skip(text, at), &n);
	return c != '_' && text_is_word(c) ? n : 0;
}

/* Take the next word of letters and digits off *rest; *ret_gap is the bytes before it. */
static bool next_word(struct view *rest, struct view *ret_gap, struct view *ret_word)
{
	size_t from = 0, to, n;

	while (from < rest->len && word_char(*rest, from) == 0) {
		(void)text_char(view_skip(*rest, from), &n);
		from += n;
	}
	for (to = from; (n = word_char(*rest, to)) > 0;)
		to += n;
	*ret_gap = view_head(*rest, from);
	*ret_word = view_of(rest->ptr + from, to - from);
	*rest = view_skip(*rest, to);
	return to > from;
}

static bool is_version(struct view word)
{
	if (word.len < 2 || (word.ptr[0] | 0x20) != 'v')
		return false;
	for (size_t i = 1; i < word.len; i++)
		if (!view_is_digit(word.ptr[i]))
			return false;
	return true;
}

static bool is_one_of(struct view word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (view_ieq(word, view_str(words[i])))
			return true;
	return false;
}

/* Two words that introduce an older version when they follow each other. */
static bool is_pair(struct view before, struct view gap, struct view word)
{
	bool is_blank = view_eq(gap, VIEW(" "));

	return is_blank && (((view_ieq(before, VIEW("link")) || view_ieq(before, VIEW("links"))) &&
			     view_ieq(word, VIEW("to"))) ||
			    (view_ieq(before, VIEW("changes")) && view_ieq(word, VIEW("since"))));
}

/* Whether the line names what the series needs; links in it are to other series. */
static bool tells_dependency(struct view line)
{
	static const char *const words[] = {
		"based",      "rebase",       "rebased",      "rebases",       "rebasing",
		"depend",     "depends",      "depended",     "depending",     "dependent",
		"dependency", "dependencies", "prerequisite", "prerequisites",
	};
	struct view gap, word;

	while (next_word(&line, &gap, &word))
		if (is_one_of(word, words, sizeof(words) / sizeof(*words)))
			return true;
	return false;
}

static bool introduces_version(struct view line)
{
	static const char *const words[] = { "version",    "versions",  "previous", "previously",
					     "supersedes", "supersede", "changelog" };
	struct view before = VIEW(""), gap, word;

	while (next_word(&line, &gap, &word)) {
		if (is_version(word) || is_one_of(word, words, sizeof(words) / sizeof(*words)) ||
		    is_pair(before, gap, word))
			return true;
		before = word;
	}
	return false;
}

static void add_link(struct reader *reader, struct view v, bool is_encoded)
{
	struct view id;

	if (mentioned_id(reader->arena, v, is_encoded, &id))
		add_once(reader->links, &reader->link_count, REVISION_LINKS_MAX, id);
}

/* Add the segments of a URL that may be message ids. */
static void add_segments(struct reader *reader, struct view url)
{
	struct view segment;

	while (mentioned_piece(&url, mentioned_segment_ends, &segment))
		if (view_find(segment, '@', 0) < segment.len ||
		    view_search(segment, VIEW("%40"), 0) < segment.len)
			add_link(reader, segment, true);
}

static void add_links(struct reader *reader, struct view line)
{
	struct view word;

	while (mentioned_piece(&line, " \t\r", &word)) {
		word = mentioned_word(word);
		if (mentioned_is_url(word))
			add_segments(reader, word);
	}
}

static void read_links(struct reader *reader, struct view line)
{
	struct view value;

	if (read_value(line, VIEW("Supersedes:"), &value))
		add_link(reader, mentioned_word(value), false);
	if (tells_dependency(line))
		reader->near_lines = 0;
	else if (introduces_version(line))
		reader->near_lines = REVISION_NEAR_LINES + 1;
	if (reader->near_lines > 0)
		add_links(reader, line);
	reader->near_lines--;
}

/* ---- all of it */

/* Most texts have none of this, and are not read line by line for links. */
static bool may_have_links(struct view content)
{
	return mentioned_is_url(content) ||
	       view_search(content, VIEW("upersedes:"), 0) < content.len;
}

static const struct view *kept(struct arena *arena, const struct view *list, size_t count)
{
	struct view *copy = arena_alloc(arena, (count + 1) * sizeof(*copy));

	if (copy != NULL && count > 0)
		memcpy(copy, list, count * sizeof(*copy));
	return copy;
}

static void read_line(struct reader *reader, struct view line, struct revision_notes *notes)
{
	struct view value;

	if (line.len == 0)
		return;
	if (read_value(line, VIEW("change-id:"), &value))
		notes->change_id = value;
	else if (read_value(line, VIEW("base-commit:"), &value) && is_object_name(value))
		notes->base_commit = value;
	else
		read_prerequisite(reader, line);
}

int revision_notes_read(struct arena *arena, struct view content, struct revision_notes *ret_notes)
{
	struct reader reader = { .arena = arena };
	struct revision_notes notes = { 0 };
	bool has_links = may_have_links(content);
	struct view line;

	while (view_next_line(&content, &line)) {
		read_line(&reader, line, &notes);
		if (has_links)
			read_links(&reader, line);
	}
	notes.link_count = reader.link_count;
	notes.links = kept(arena, reader.links, reader.link_count);
	notes.prerequisite_count = reader.prerequisite_count;
	notes.prerequisites = kept(arena, reader.prerequisites, reader.prerequisite_count);
	if (arena_error(arena) != 0)
		return arena_error(arena);
	*ret_notes = notes;
	return 0;
}
