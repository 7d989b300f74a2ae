/* submission - one mail as the record that leaves this folder; see submission.h */
#include "parser/submission.h"

#include <assert.h>
#include <glib.h>

#include "parser/date.h"
#include "parser/message.h"
#include "parser/pull.h"
#include "parser/split.h"
#include "parser/text.h"
#include "parser/viewkey.h"

/* The first `<...>` with something inside, at or behind *at, which moves behind it. */
static bool next_bracketed(struct view text, size_t *at, struct view *ret_id)
{
	for (size_t open = view_find(text, '<', *at); open < text.len;
	     open = view_find(text, '<', open + 1)) {
		size_t close = view_find(text, '>', open + 1);

		if (close == text.len)
			return false;
		if (close == open + 1)
			continue;
		*ret_id = view_of(text.ptr + open, close + 1 - open);
		*at = close + 1;
		return true;
	}
	return false;
}

static struct view first_id(struct view text)
{
	struct view id;
	size_t at = 0;

	return next_bracketed(text, &at, &id) ? id : text;
}

/* The list id in a decoded value: between the last brackets, or a value without white space. */
static struct view list_id_of(struct view text)
{
	size_t open = text.len, close = text.len;

	while (close > 0 && text.ptr[close - 1] != '>')
		close--;
	if (close > 0) {
		for (size_t i = 0; i < close - 1; i++)
			if (text.ptr[i] == '<')
				open = i;
		if (open < text.len) {
			struct view id = view_skip(text, open + 1);

			return view_head(id, view_find(id, '>', 0));
		}
	}
	for (size_t i = 0, n; i < text.len; i += n)
		if (text_is_space(text_char(view_skip(text, i), &n)))
			return (struct view){ 0 };
	return text;
}

static void read_list_ids(struct arena *arena, struct submission *s)
{
	static const char *const names[SUBMISSION_LIST_IDS_MAX] = { "List-ID", "X-Mailing-List",
								    "X-list" };

	for (size_t i = 0; i < SUBMISSION_LIST_IDS_MAX; i++) {
		struct view value = headers_find(&s->headers, view_str(names[i]));
		struct view id;

		if (value.ptr == NULL)
			continue;
		id = list_id_of(header_text(arena, value, &s->flaws));
		if (id.ptr != NULL)
			s->list_ids[s->list_id_count++] = id;
	}
}

/* The decoded value of a header; absent if it is missing. */
static struct view text_of(struct arena *arena, struct submission *s, struct view name)
{
	struct view value = headers_find(&s->headers, name);

	return value.ptr != NULL ? header_text(arena, value, &s->flaws) : value;
}

int submission_open(struct arena *arena, struct view raw, struct submission *ret_submission)
{
	struct submission *s = ret_submission;
	int r;

	*s = (struct submission){ 0 };
	if (raw.len > SUBMISSION_BYTES_MAX)
		return FAULT_TOO_LARGE;
	r = headers_split(arena, raw, &s->headers);
	if (r != 0)
		return r;
	s->is_ignored = view_ieq(text_of(arena, s, VIEW("X-Patchwork-Hint")), VIEW("ignore"));
	if (s->is_ignored)
		return arena_error(arena);
	read_list_ids(arena, s);
	s->msgid = text_cut(first_id(text_of(arena, s, VIEW("Message-Id"))), TEXT_COLUMN_CHARS);
	s->subject_text = text_of(arena, s, VIEW("Subject"));
	if (text_of(arena, s, VIEW("From")).len == 0)
		return FAULT_NO_FROM;
	if (s->msgid.len == 0)
		return FAULT_NO_MESSAGE_ID;
	if (s->subject_text.ptr == NULL)
		return FAULT_NO_SUBJECT;
	return arena_error(arena);
}

/* Message ids in the order in which they are looked up, each once. */
struct id_list {
	struct view items[SUBMISSION_REFERENCES_MAX];
	size_t count;
	GHashTable *seen; /* of struct view, by content */
	bool overflow;
};

static void add_id(struct id_list *ids, struct view id)
{
	if (id.len == 0 || g_hash_table_contains(ids->seen, &id))
		return;
	if (ids->count == SUBMISSION_REFERENCES_MAX) {
		ids->overflow = true;
		return;
	}
	ids->items[ids->count] = id;
	(void)g_hash_table_add(ids->seen, &ids->items[ids->count]);
	ids->count++;
}

/* All `<...>` of a References value, the last first. */
static void add_reversed(struct arena *arena, struct id_list *ids, struct view text)
{
	struct builder found = builder_init(arena);
	const struct view *items;
	struct view id;
	size_t at = 0;

	while (next_bracketed(text, &at, &id))
		builder_add(&found, view_of((const char *)&id, sizeof(id)));
	items = (const struct view *)(const void *)found.ptr;
	for (size_t i = found.len / sizeof(id); i > 0; i--)
		add_id(ids, items[i - 1]);
}

static int read_references(struct arena *arena, const struct headers *headers,
			   const struct view **ret_references, size_t *ret_count, unsigned *flaws)
{
	struct id_list ids;
	struct view value, *kept;
	size_t index = 0;

	ids.count = 0;
	ids.overflow = false;
	ids.seen = g_hash_table_new(viewkey_hash, viewkey_equal);
	while ((value = headers_next(headers, VIEW("In-Reply-To"), &index)).ptr != NULL)
		add_id(&ids, first_id(header_text(arena, value, flaws)));
	index = 0;
	while ((value = headers_next(headers, VIEW("References"), &index)).ptr != NULL)
		add_reversed(arena, &ids, header_text(arena, value, flaws));
	g_hash_table_destroy(ids.seen);
	if (ids.overflow)
		*flaws |= FLAW_TOO_MANY_REFERENCES;
	kept = arena_alloc(arena, (ids.count + 1) * sizeof(*kept));
	if (kept == NULL)
		return arena_error(arena);
	for (size_t i = 0; i < ids.count; i++)
		kept[i] = text_cut(ids.items[i], TEXT_COLUMN_CHARS);
	*ret_references = kept;
	*ret_count = ids.count;
	return arena_error(arena);
}

static void read_date(struct arena *arena, struct submission *s)
{
	struct view text = text_of(arena, s, VIEW("Date"));

	s->has_date = text.ptr != NULL && date_parse(text, &s->date);
	if (!s->has_date)
		s->flaws |= FLAW_NO_DATE;
}

/* What the parts say beside the diff.  That of one part, the usual case, is not copied. */
struct comment {
	struct arena *arena;
	struct view only;
	struct builder all; /* from the second part on: each with an LF */
	size_t count;
};

static void comment_append(struct comment *comment, struct view text)
{
	if (!builder_reserve(&comment->all, text.len + 1))
		return;
	builder_add(&comment->all, text);
	builder_byte(&comment->all, '\n');
}

static void add_comment(struct comment *comment, struct view text)
{
	text = text_trim(text);
	if (comment->count == 0)
		comment->only = text;
	if (comment->count == 1) {
		comment->all = builder_init(comment->arena);
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

static int split_part(struct arena *arena, struct submission *s, struct view text,
		      struct comment *comment)
{
	struct view diff, rest;
	int r = split_patch(arena, text, &diff, &rest, &s->flaws);

	if (r != 0)
		return r;
	if (diff.len > 0)
		s->diff = diff;
	if (comment != NULL)
		add_comment(comment, rest);
	return 0;
}

/* Attachments that are read as a patch where the message has no other. */
static bool is_attached_patch(const struct part *part)
{
	static const char *const types[] = { "application/x-patch", "application/x-diff",
					     "application/octet-stream", "application/mbox" };

	if (!view_ends(part->filename, VIEW(".patch")) &&
	    !view_ends(part->filename, VIEW(".diff")) && !view_ends(part->filename, VIEW(".mbox")))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (view_eq(part->type, view_str(types[i])))
			return true;
	return false;
}

static int read_text_part(struct arena *arena, struct submission *s, struct part *part,
			  struct comment *comment)
{
	bool is_plain = view_eq(part->type, VIEW("text/plain"));
	bool is_patch = view_eq(part->type, VIEW("text/x-patch")) ||
			view_eq(part->type, VIEW("text/x-diff"));
	struct view text;

	if (!is_plain && (!is_patch || s->subject.is_reply))
		return 0;
	text = part_text(arena, part, &s->flaws);
	if (is_patch)
		s->diff = text;
	else if (s->subject.is_reply || s->diff.len > 0)
		add_comment(comment, text);
	else
		return split_part(arena, s, text, comment);
	return 0;
}

/*
 * The comment without signatures: cut at the first line that is `-- ` or all underscores.
 */
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

static int read_body(struct arena *arena, struct submission *s)
{
	struct comment comment = { .arena = arena };
	struct part *attached = NULL;
	size_t attached_count = 0;
	struct parts parts = { 0 };
	int r = message_parts(arena, &s->headers, &parts, &s->flaws);

	for (size_t i = 0; r == 0 && i < parts.count; i++) {
		struct part *part = &parts.items[i];

		if (view_starts(part->type, VIEW("text/"))) {
			r = read_text_part(arena, s, part, &comment);
		} else if (is_attached_patch(part)) {
			attached = part;
			attached_count++;
		}
	}
	if (r == 0 && !s->subject.is_reply && s->diff.len == 0 && attached_count == 1)
		r = split_part(arena, s, part_text(arena, attached, &s->flaws), NULL);
	if (r != 0)
		return r;
	if (s->diff.len == 0)
		s->diff = (struct view){ 0 };
	s->content = text_unix_lines(arena, text_trim(without_signature(comment_view(&comment))));
	return arena_error(arena);
}

int submission_read_depends(struct arena *arena, struct submission *s)
{
	const struct view key = VIEW("Depends-on:");
	struct depends *kept = arena_alloc(arena, SUBMISSION_DEPENDS_MAX * sizeof(*kept));
	struct view rest = s->content, line;

	if (kept == NULL)
		return arena_error(arena);
	s->depends = kept;
	while (s->depends_count < SUBMISSION_DEPENDS_MAX && view_next_line(&rest, &line)) {
		if (!view_istarts(line, key))
			continue;
		line = text_trim(view_skip(line, key.len));
		if (depends_read(arena, line, &kept[s->depends_count]))
			s->depends_count++;
	}
	return 0;
}

static enum submission_kind kind_of(const struct submission *s)
{
	if (s->diff.len == 0 && s->content.len == 0)
		return SUBMISSION_EMPTY;
	if (s->subject.is_reply)
		return SUBMISSION_REPLY;
	if (s->diff.len > 0 || s->pull_url.ptr != NULL)
		return SUBMISSION_PATCH;
	if (!s->subject.has_marker || s->subject.number != 0)
		return SUBMISSION_REPLY;
	/* A forwarded cover letter is a comment on what it refers to. */
	return s->subject.is_forwarded && s->reference_count > 0 ? SUBMISSION_REPLY
								 : SUBMISSION_COVER;
}

int submission_read(struct arena *arena, struct submission *submission, struct view link_name,
		    struct view list_address)
{
	struct submission *s = submission;
	int r;

	assert(!s->is_ignored);
	r = sender_find(arena, &s->headers, list_address, &s->sender, &s->flaws);
	if (r == 0)
		r = read_references(arena, &s->headers, &s->references, &s->reference_count,
				    &s->flaws);
	if (r == 0)
		r = subject_read(arena, s->subject_text, link_name, &s->subject, &s->flaws);
	if (r == 0)
		r = read_body(arena, s);
	if (r == 0 && s->diff.ptr != NULL)
		r = diff_hash(arena, s->diff, s->hash);
	if (r != 0)
		return r;
	read_date(arena, s);
	s->name = text_cut(s->subject.name, TEXT_COLUMN_CHARS);
	if (!s->subject.is_reply)
		s->pull_url = pull_url(arena, s->content);
	s->stored_headers = headers_stored(arena, &s->headers, &s->flaws);
	s->state = text_of(arena, s, VIEW("X-Patchwork-State"));
	s->delegate = text_of(arena, s, VIEW("X-Patchwork-Delegate"));
	s->action_required =
		headers_find(&s->headers, VIEW("X-Patchwork-Action-Required")).ptr != NULL;
	s->kind = kind_of(s);
	return submission_read_depends(arena, s);
}

int submission_stored_references(struct arena *arena, struct view stored_headers,
				 const struct view **ret_references, size_t *ret_count)
{
	struct headers headers;
	unsigned flaws = 0;
	int r = headers_split(arena, stored_headers, &headers);

	if (r != 0)
		return r;
	return read_references(arena, &headers, ret_references, ret_count, &flaws);
}

int submission_read_stored(struct arena *arena, struct view stored_headers, struct view link_name,
			   struct view list_address, struct submission *ret_submission)
{
	struct submission *s = ret_submission;
	int r;

	*s = (struct submission){ 0 };
	r = headers_split(arena, stored_headers, &s->headers);
	if (r != 0)
		return r;
	s->subject_text = text_of(arena, s, VIEW("Subject"));
	if (s->subject_text.ptr == NULL)
		s->subject_text = VIEW("");
	if (sender_find(arena, &s->headers, list_address, &s->sender, &s->flaws) != 0)
		s->sender = (struct address){ .email = VIEW("") };
	r = read_references(arena, &s->headers, &s->references, &s->reference_count, &s->flaws);
	if (r == 0)
		r = subject_read(arena, s->subject_text, link_name, &s->subject, &s->flaws);
	return r;
}

const char *submission_kind_name(enum submission_kind kind)
{
	static const char *const names[] = {
		[SUBMISSION_EMPTY] = "empty",
		[SUBMISSION_PATCH] = "patch",
		[SUBMISSION_COVER] = "cover",
		[SUBMISSION_REPLY] = "reply",
	};

	return names[kind];
}
