/* content - the comment and the diff in the parts of a mail; see content.h */
#include "parser/content.h"

#include <glib.h>

#include "parser/flowed.h"
#include "parser/rule.h"
#include "parser/split.h"
#include "parser/text.h"

/* The texts around the diff.  The text of a single part, the usual case, is not copied. */
struct comment {
	struct view only;
	struct builder all; /* from the second part on: each with an LF */
	size_t count;
};

struct reader {
	struct arena *arena;
	enum content_reading reading;
	struct comment comment;
	struct view diff;
	unsigned *flaws;
};

static void comment_append(struct comment *comment, struct view text)
{
	if (!builder_reserve(&comment->all, text.len + 1))
		return;
	builder_add(&comment->all, text);
	builder_byte(&comment->all, '\n');
}

static void add_comment(struct reader *reader, struct view text)
{
	struct comment *comment = &reader->comment;

	text = text_trim(text);
	if (comment->count == 0)
		comment->only = text;
	if (comment->count == 1) {
		comment->all = builder_init(reader->arena);
		comment_append(comment, comment->only);
	}
	if (comment->count > 0)
		comment_append(comment, text);
	comment->count++;
}

static struct view comment_view(const struct comment *comment)
{
	if (comment->count == 0)
		return VIEW("");
	return comment->count == 1 ? comment->only : builder_view(&comment->all);
}

/* Take the diff out of `text`; *ret_rest is the text without it. */
static int split_part(struct reader *reader, struct view text, struct view *ret_rest)
{
	struct view diff;
	int r = split_patch(reader->arena, text, &diff, ret_rest, reader->flaws);

	if (r == 0 && diff.len > 0)
		reader->diff = diff;
	return r;
}

/* Whether the diff of this attachment is read if the message has no other. */
static bool is_attached_patch(const struct part *part)
{
	static const char *const types[] = { "application/x-patch", "application/x-diff",
					     "application/patch", "application/octet-stream",
					     "application/mbox" };

	if (!view_ends(part->filename, VIEW(".patch")) &&
	    !view_ends(part->filename, VIEW(".diff")) && !view_ends(part->filename, VIEW(".mbox")))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (view_eq(part->type, view_str(types[i])))
			return true;
	return false;
}

bool content_is_relabelled(const struct part *part)
{
	return view_eq(part->type, VIEW("application/octet-stream")) &&
	       part->filename.ptr == NULL && view_find(part->bytes, '\0', 0) == part->bytes.len;
}

unsigned content_attachment_rules(const struct part *part)
{
	if (!is_attached_patch(part))
		return 0;
	return view_eq(part->type, VIEW("application/patch")) ? RULE_ATTACHED | RULE_RELABELLED
							      : RULE_ATTACHED;
}

/* Join the lines of a format=flowed part (RFC 3676), but only if the result has a diff. */
static int read_flowed(struct reader *reader, const struct part *part, struct view *text)
{
	struct view plain, diff, comment;
	unsigned flaws = 0;
	int r;

	if (!part->is_flowed)
		return 0;
	plain = flowed_undo(reader->arena, *text, part->deletes_space);
	r = split_patch(reader->arena, plain, &diff, &comment, &flaws);
	if (r != 0 || diff.len == 0)
		return r;
	if (!view_eq(plain, *text))
		*reader->flaws |= RULE_FLOWED;
	*text = plain;
	return 0;
}

static int read_plain_part(struct reader *reader, struct part *part)
{
	struct view text = part_text(reader->arena, part, reader->flaws);
	int r = 0;

	if (reader->reading == CONTENT_WITH_DIFF)
		r = read_flowed(reader, part, &text);
	if (r == 0 && reader->reading == CONTENT_WITH_DIFF && reader->diff.len == 0)
		r = split_part(reader, text, &text);
	if (r == 0)
		add_comment(reader, text);
	return r;
}

static bool is_patch_text(const struct part *part)
{
	return view_eq(part->type, VIEW("text/x-patch")) ||
	       view_eq(part->type, VIEW("text/x-diff"));
}

static int read_attached(struct reader *reader, struct part *part)
{
	struct view rest;
	int r = split_part(reader, part_text(reader->arena, part, reader->flaws), &rest);

	if (r == 0 && reader->diff.len > 0)
		*reader->flaws |= content_attachment_rules(part);
	return r;
}

static int read_parts(struct reader *reader, const struct parts *parts)
{
	struct part *attached = NULL;
	size_t attached_count = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < parts->count; i++) {
		struct part *part = &parts->items[i];

		if (i == 0 && content_is_relabelled(part)) {
			*reader->flaws |= RULE_RELABELLED;
			r = read_plain_part(reader, part);
		} else if (view_eq(part->type, VIEW("text/plain"))) {
			r = read_plain_part(reader, part);
		} else if (is_patch_text(part) && reader->reading == CONTENT_WITH_DIFF) {
			reader->diff = part_text(reader->arena, part, reader->flaws);
		} else if (is_attached_patch(part)) {
			attached = part;
			attached_count++;
		}
	}
	if (r == 0 && reader->reading == CONTENT_WITH_DIFF && reader->diff.len == 0 &&
	    attached_count == 1)
		r = read_attached(reader, attached);
	return r;
}

/* The comment up to the first line that is `-- ` or consists of underscores. */
static struct view without_signature(struct view comment)
{
	struct view rest = comment, line;

	while (rest.len > 0) {
		struct view before = rest;
		size_t underscores = 0;

		(void)view_next_line(&rest, &line);
		while (underscores < line.len && line.ptr[underscores] == '_')
			underscores++;
		if (view_eq(line, VIEW("-- ")) || (line.len > 0 && underscores == line.len))
			return view_of(comment.ptr, (size_t)(before.ptr - comment.ptr));
	}
	return comment;
}

int content_read(struct arena *arena, const struct headers *headers, enum content_reading reading,
		 struct content *ret_content, unsigned *flaws)
{
	struct reader reader = { .arena = arena, .reading = reading, .flaws = flaws };
	struct parts parts = { 0 };
	struct view comment;
	int r = message_parts(arena, headers, &parts, flaws);

	if (r == 0)
		r = read_parts(&reader, &parts);
	if (r != 0)
		return r;
	comment = text_trim(without_signature(comment_view(&reader.comment)));
	ret_content->comment = text_unix_lines(arena, comment);
	ret_content->diff = reader.diff.len > 0 ? reader.diff : (struct view){ 0 };
	return arena_error(arena);
}
