/* submission - one mail as a record; see submission.h */
#include "parser/submission.h"

#include <assert.h>
#include <glib.h>

#include "parser/content.h"
#include "parser/date.h"
#include "parser/msgid.h"
#include "parser/pull.h"
#include "parser/rule.h"
#include "parser/text.h"
#include "parser/title.h"

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

/* An mbox that was quoted twice has a `>From ` line before the headers. */
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
	s->msgid = msgid_read(arena, &s->headers, &s->flaws);
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

static void read_date(struct arena *arena, struct submission *s)
{
	struct view text = text_of(arena, s, VIEW("Date"));

	s->has_date = text.ptr != NULL && date_parse(text, &s->date);
	if (!s->has_date)
		s->flaws |= FLAW_NO_DATE;
}

static int read_content(struct arena *arena, struct submission *s, enum content_reading reading)
{
	struct content content;
	int r = content_read(arena, &s->headers, reading, &content, &s->flaws);

	if (r != 0)
		return r;
	s->content = content.comment;
	s->diff = content.diff;
	return 0;
}

/*
 * Whether git-format-patch(1)'s line between the commit message and the diffstat is in `content`.
 */
static bool has_separator(struct view content)
{
	struct view line;

	while (view_next_line(&content, &line))
		if (view_starts(line, VIEW("---")) && text_trim(view_skip(line, 3)).len == 0)
			return true;
	return false;
}

/*
 * Whether the mail is a cover letter that shows the difference of two versions.  A patch that is
 * numbered 0 by mistake has the separator that git writes.
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
		return read_content(arena, s, CONTENT_ALL_COMMENT);
	r = read_content(arena, s, CONTENT_WITH_DIFF);
	if (r != 0 || !is_cover_with_diff(s))
		return r;
	s->flaws = flaws_before | RULE_INTERDIFF;
	return read_content(arena, s, CONTENT_ALL_COMMENT);
}

int submission_read_depends(struct arena *arena, struct submission *s)
{
	const struct view key = VIEW("Depends-on:");
	struct view rest = s->content, line;
	struct depends *kept = NULL;

	while (s->depends_count < SUBMISSION_DEPENDS_MAX && view_next_line(&rest, &line)) {
		if (!view_istarts(line, key))
			continue;
		if (kept == NULL)
			kept = arena_alloc(arena, SUBMISSION_DEPENDS_MAX * sizeof(*kept));
		if (kept == NULL)
			return arena_error(arena);
		line = text_trim(view_skip(line, key.len));
		if (depends_read(arena, line, &kept[s->depends_count]))
			s->depends_count++;
	}
	s->depends = kept;
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

/* All but the sender.  A message that lacks the required Subject has no name. */
static int read_rest(struct arena *arena, struct submission *s, struct view link_name)
{
	int r = msgid_references(arena, &s->headers, &s->references, &s->reference_count,
				 &s->flaws);

	if (r == 0 && s->subject_text.ptr != NULL)
		r = subject_read(arena, s->subject_text, link_name, &s->subject, &s->flaws);
	if (r == 0)
		r = read_body(arena, s);
	if (r == 0 && s->diff.ptr != NULL)
		r = diff_hash(arena, s->diff, s->hash);
	if (r == 0)
		r = diff_files_read(arena, s->diff, &s->files);
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
	if (s->kind == SUBMISSION_PATCH || s->kind == SUBMISSION_COVER)
		s->title = title_of(arena, s->name);
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

/* Whether any header shows that this is a mail, or a part of one. */
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
