/* submission - one mail as the record that leaves this folder; see submission.h */
#include "parser/submission.h"

#include <assert.h>
#include <glib.h>

#include "parser/date.h"
#include "parser/flowed.h"
#include "parser/message.h"
#include "parser/pull.h"
#include "parser/rule.h"
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

/*
 * Whether a mailer wrote a message id without its brackets: no blank or bracket, and one `@`
 * inside.
 */
static bool is_bare_id(struct view text)
{
	size_t at = view_find(text, '@', 0), n;

	if (at == 0 || at + 1 >= text.len || view_find(text, '@', at + 1) < text.len)
		return false;
	for (size_t i = 0; i < text.len; i += n)
		if (text.ptr[i] == '<' || text.ptr[i] == '>' ||
		    text_is_space(text_char(view_skip(text, i), &n)))
			return false;
	return true;
}

/* In as many bytes as it takes: there may be half a million of them. */
static struct view with_brackets(struct arena *arena, struct view id, unsigned *flaws)
{
	char *made = arena_alloc(arena, id.len + 2);

	if (made == NULL)
		return VIEW("");
	*flaws |= RULE_BARE_ID;
	made[0] = '<';
	memcpy(made + 1, id.ptr, id.len);
	made[id.len + 1] = '>';
	return view_of(made, id.len + 2);
}

static struct view first_id(struct arena *arena, struct view text, unsigned *flaws)
{
	struct view id;
	size_t at = 0;

	if (next_bracketed(text, &at, &id))
		return id;
	return is_bare_id(text) ? with_brackets(arena, text, flaws) : text;
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

static struct view message_id(struct arena *arena, struct submission *s)
{
	struct view text = text_of(arena, s, VIEW("Message-Id"));

	return text_cut(first_id(arena, text, &s->flaws), TEXT_COLUMN_CHARS);
}

/* An mbox that was quoted once more leaves a `>From ` line in front of the headers. */
static struct view without_quoted_from(struct view raw)
{
	struct view rest = raw, line, bare;

	while (view_next_mail_line(&rest, &line, &bare)) {
		if (view_starts(bare, VIEW(">From ")))
			return rest;
		if (line.ptr != raw.ptr || !view_starts(bare, VIEW("From ")))
			break;
	}
	return raw;
}

int submission_open(struct arena *arena, struct view raw, struct submission *ret_submission)
{
	struct submission *s = ret_submission;
	struct view unquoted;
	int r;

	*s = (struct submission){ 0 };
	if (raw.len > SUBMISSION_BYTES_MAX)
		return FAULT_TOO_LARGE;
	unquoted = without_quoted_from(raw);
	if (unquoted.ptr != raw.ptr)
		s->flaws |= RULE_QUOTED_FROM;
	r = headers_split(arena, unquoted, &s->headers);
	if (r != 0)
		return r;
	s->is_ignored = view_ieq(text_of(arena, s, VIEW("X-Patchwork-Hint")), VIEW("ignore"));
	if (s->is_ignored)
		return arena_error(arena);
	read_list_ids(arena, s);
	s->msgid = message_id(arena, s);
	s->subject_text = text_of(arena, s, VIEW("Subject"));
	s->from_text = text_of(arena, s, VIEW("From"));
	if (s->from_text.len == 0)
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
	size_t repeated;  /* ids that a full list had already */
	bool overflow;
};

/*
 * Ids can be made of which each is compared with all that are there, so a full list is not searched
 * as often as one likes.
 */
static void add_id(struct id_list *ids, struct view id)
{
	bool is_full = ids->count == SUBMISSION_REFERENCES_MAX;

	if (id.len == 0 || ids->overflow)
		return;
	if (is_full && ids->repeated == SUBMISSION_REFERENCES_MAX) {
		ids->overflow = true;
		return;
	}
	if (g_hash_table_contains(ids->seen, &id)) {
		ids->repeated += is_full;
		return;
	}
	if (is_full) {
		ids->overflow = true;
		return;
	}
	ids->items[ids->count] = id;
	(void)g_hash_table_add(ids->seen, &ids->items[ids->count]);
	ids->count++;
}

/* The words of `text` that are ids without brackets, with them. */
static void find_bare_ids(struct arena *arena, struct view text, struct builder *found,
			  unsigned *flaws)
{
	while (text.len > 0) {
		size_t blank = view_find(text, ' ', 0);
		struct view word = view_head(text, blank);

		if (is_bare_id(word)) {
			word = with_brackets(arena, word, flaws);
			builder_add(found, view_of((const char *)&word, sizeof(word)));
		}
		text = view_skip(text, blank < text.len ? blank + 1 : blank);
	}
}

/* All `<...>` of a References value, or all ids if none has brackets, the last first. */
static void add_reversed(struct arena *arena, struct id_list *ids, struct view text,
			 unsigned *flaws)
{
	struct builder found = builder_init(arena);
	const struct view *items;
	struct view id;
	size_t at = 0;

	while (next_bracketed(text, &at, &id))
		builder_add(&found, view_of((const char *)&id, sizeof(id)));
	if (found.len == 0)
		find_bare_ids(arena, text, &found, flaws);
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
	ids.repeated = 0;
	ids.overflow = false;
	ids.seen = g_hash_table_new(viewkey_hash, viewkey_equal);
	while ((value = headers_next(headers, VIEW("In-Reply-To"), &index)).ptr != NULL)
		add_id(&ids, first_id(arena, header_text(arena, value, flaws), flaws));
	index = 0;
	while ((value = headers_next(headers, VIEW("References"), &index)).ptr != NULL)
		add_reversed(arena, &ids, header_text(arena, value, flaws), flaws);
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

/* What is looked for in the text of a message. */
enum reading {
	READ_PATCH,   /* a diff, and what stands around it */
	READ_COMMENT, /* nothing: all is comment */
};

/* A gateway has called the text of a mail something else. */
static bool is_relabelled(const struct part *part)
{
	return view_eq(part->type, VIEW("application/octet-stream")) &&
	       part->filename.ptr == NULL && view_find(part->bytes, '\0', 0) == part->bytes.len;
}

/* The text as it was before it was broken into lines (RFC 3676), if there is a diff in it then. */
static int read_flowed(struct arena *arena, struct submission *s, const struct part *part,
		       struct view *text)
{
	struct view plain, diff, comment;
	unsigned flaws = 0;
	int r;

	if (!part->is_flowed)
		return 0;
	plain = flowed_undo(arena, *text, part->deletes_space);
	r = split_patch(arena, plain, &diff, &comment, &flaws);
	if (r != 0 || diff.len == 0)
		return r;
	if (!view_eq(plain, *text))
		s->flaws |= RULE_FLOWED;
	*text = plain;
	return 0;
}

static int read_plain_part(struct arena *arena, struct submission *s, struct part *part,
			   enum reading reading, struct comment *comment)
{
	struct view text = part_text(arena, part, &s->flaws);
	int r = reading == READ_PATCH ? read_flowed(arena, s, part, &text) : 0;

	if (r == 0 && reading == READ_PATCH && s->diff.len == 0)
		return split_part(arena, s, text, comment);
	add_comment(comment, text);
	return r;
}

static bool is_patch_text(const struct part *part)
{
	return view_eq(part->type, VIEW("text/x-patch")) ||
	       view_eq(part->type, VIEW("text/x-diff"));
}

static unsigned rules_of_attached(const struct part *part)
{
	if (!is_attached_patch(part))
		return 0;
	return view_eq(part->type, VIEW("application/patch")) ? RULE_ATTACHED | RULE_RELABELLED
							      : RULE_ATTACHED;
}

static int read_attached(struct arena *arena, struct submission *s, struct part *part)
{
	int r = split_part(arena, s, part_text(arena, part, &s->flaws), NULL);

	if (r == 0 && s->diff.len > 0)
		s->flaws |= rules_of_attached(part);
	return r;
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

static int read_parts(struct arena *arena, struct submission *s, enum reading reading)
{
	struct comment comment = { .arena = arena };
	struct part *attached = NULL;
	size_t attached_count = 0;
	struct parts parts = { 0 };
	int r = message_parts(arena, &s->headers, &parts, &s->flaws);

	s->diff = (struct view){ 0 };
	for (size_t i = 0; r == 0 && i < parts.count; i++) {
		struct part *part = &parts.items[i];

		if (i == 0 && is_relabelled(part)) {
			s->flaws |= RULE_RELABELLED;
			r = read_plain_part(arena, s, part, reading, &comment);
		} else if (view_eq(part->type, VIEW("text/plain"))) {
			r = read_plain_part(arena, s, part, reading, &comment);
		} else if (is_patch_text(part) && reading == READ_PATCH) {
			s->diff = part_text(arena, part, &s->flaws);
		} else if (is_attached_patch(part)) {
			attached = part;
			attached_count++;
		}
	}
	if (r == 0 && reading == READ_PATCH && s->diff.len == 0 && attached_count == 1)
		r = read_attached(arena, s, attached);
	if (r != 0)
		return r;
	if (s->diff.len == 0)
		s->diff = (struct view){ 0 };
	s->content = text_unix_lines(arena, text_trim(without_signature(comment_view(&comment))));
	return arena_error(arena);
}

/* The line that `git format-patch` puts between the commit message and what is no part of it. */
static bool has_separator(struct view content)
{
	struct view line;

	while (view_next_line(&content, &line))
		if (view_starts(line, VIEW("---")) && text_trim(view_skip(line, 3)).len == 0)
			return true;
	return false;
}

/*
 * A cover letter may show a diff of two versions.  A patch that is numbered 0 by mistake has what
 * git has written around it.
 */
static bool is_cover_with_diff(const struct submission *s)
{
	return s->subject.has_marker && s->subject.number == 0 && s->diff.len > 0 &&
	       !has_separator(s->content);
}

static int read_body(struct arena *arena, struct submission *s)
{
	unsigned flaws_before = s->flaws;
	int r;

	if (s->subject.is_reply)
		return read_parts(arena, s, READ_COMMENT);
	r = read_parts(arena, s, READ_PATCH);
	if (r != 0 || !is_cover_with_diff(s))
		return r;
	s->flaws = flaws_before | RULE_INTERDIFF;
	return read_parts(arena, s, READ_COMMENT);
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

/* All but the sender.  A message without a Subject, which has to have one, has no name here. */
static int read_rest(struct arena *arena, struct submission *s, struct view link_name)
{
	int r = read_references(arena, &s->headers, &s->references, &s->reference_count, &s->flaws);

	if (r == 0 && s->subject_text.ptr != NULL)
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

int submission_read(struct arena *arena, struct submission *submission, struct view link_name,
		    struct view list_address)
{
	struct submission *s = submission;
	int r;

	assert(!s->is_ignored);
	r = sender_read(arena, &s->headers, s->from_text, list_address, &s->sender, &s->flaws);
	return r == 0 ? read_rest(arena, s, link_name) : r;
}

/* Whether any header says that this is a mail, or part of one. */
static bool has_mail_header(const struct headers *headers)
{
	static const char *const names[] = { "From",     "Sender", "To",         "Cc",
					     "Subject",  "Date",   "Message-Id", "Received",
					     "Reply-To", "X-list", "List-ID",    "Content-Type" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (headers_find(headers, view_str(names[i])).ptr != NULL)
			return true;
	return false;
}

int submission_read_invalid(struct arena *arena, struct view raw, struct submission *submission,
			    struct view link_name, struct view list_address)
{
	struct submission *s = submission;
	struct address sender;
	int r = sender_find(arena, &s->headers, list_address, &sender, &s->flaws);

	if (r < 0)
		return r;
	if (r == 0)
		s->sender = sender;
	if (!has_mail_header(&s->headers))
		s->headers = (struct headers){ .body = raw };
	return read_rest(arena, s, link_name);
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

/* The one part that a message is, but for its bytes; absent of a multipart. */
static int stored_part(struct arena *arena, const struct headers *headers, struct part *ret_part)
{
	struct parts parts = { 0 };
	int r = message_parts(arena, headers, &parts, &(unsigned){ 0 });

	*ret_part = r == 0 && parts.count == 1 ? parts.items[0] : (struct part){ 0 };
	return r;
}

static int rules_of_stored(struct arena *arena, const struct submission_stored *stored,
			   const struct part *part, unsigned *rules)
{
	bool is_text = view_eq(part->type, VIEW("text/plain"));
	struct view diff, comment;
	int r;

	if (is_relabelled(part))
		*rules |= RULE_RELABELLED;
	if (stored->is_comment)
		return 0;
	if (stored->is_cover) {
		r = split_patch(arena, stored->content, &diff, &comment, &(unsigned){ 0 });
		*rules |= r == 0 && diff.len > 0 ? RULE_INTERDIFF : 0;
		return r;
	}
	if (stored->diff.len == 0)
		return 0;
	if (part->is_flowed && (is_text || is_relabelled(part)))
		*rules |= RULE_FLOWED;
	*rules |= rules_of_attached(part);
	return split_patch(arena, stored->diff, &diff, &comment, rules);
}

int submission_stored_rules(struct arena *arena, const struct submission_stored *stored,
			    struct view link_name, struct view list_address, unsigned *ret_rules)
{
	struct submission s;
	struct part part;
	int r = submission_read_stored(arena, stored->headers, link_name, list_address, &s);

	if (r != 0)
		return r;
	(void)message_id(arena, &s);
	/* A comment has neither version nor prefixes. */
	if (stored->is_comment)
		s.flaws &= ~(unsigned)(RULE_GLUED_VERSION | RULE_INNER_BRACKETS);
	r = stored_part(arena, &s.headers, &part);
	if (r == 0)
		r = rules_of_stored(arena, stored, &part, &s.flaws);
	*ret_rules = s.flaws;
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
