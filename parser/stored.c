/* stored - reading the messages of Patchwork's tables; see stored.h */
#include "parser/stored.h"

#include "parser/content.h"
#include "parser/message.h"
#include "parser/msgid.h"
#include "parser/rule.h"
#include "parser/split.h"

int stored_references(struct arena *arena, struct view headers, const struct view **ret_references,
		      size_t *ret_count)
{
	struct headers split;
	unsigned flaws = 0;
	int r = headers_split(arena, headers, &split);

	if (r != 0)
		return r;
	return msgid_references(arena, &split, ret_references, ret_count, &flaws);
}

int stored_from(struct arena *arena, struct view headers, struct view *ret_from)
{
	struct headers split;
	struct view from;
	int r = headers_split(arena, headers, &split);

	if (r != 0)
		return r;
	from = headers_find(&split, VIEW("From"));
	*ret_from = from.ptr != NULL ? header_text(arena, from, &(unsigned){ 0 }) : from;
	return arena_error(arena);
}

int stored_read(struct arena *arena, struct view headers, struct view link_name,
		struct view list_address, struct submission *ret_submission)
{
	struct submission *s = ret_submission;
	struct view subject;
	int r;

	*s = (struct submission){ 0 };
	r = headers_split(arena, headers, &s->headers);
	if (r != 0)
		return r;
	subject = headers_find(&s->headers, VIEW("Subject"));
	s->subject_text = subject.ptr != NULL ? header_text(arena, subject, &s->flaws) : VIEW("");
	if (sender_find(arena, &s->headers, list_address, &s->sender, &s->flaws) != 0)
		s->sender = (struct address){ .email = VIEW("") };
	r = msgid_references(arena, &s->headers, &s->references, &s->reference_count, &s->flaws);
	if (r == 0)
		r = subject_read(arena, s->subject_text, link_name, &s->subject, &s->flaws);
	return r;
}

/* The only part of a message, without its bytes, which are not stored; zeroed if it has several. */
static int find_part(struct arena *arena, const struct headers *headers, struct part *ret_part)
{
	struct parts parts = { 0 };
	int r = message_parts(arena, headers, &parts, &(unsigned){ 0 });

	*ret_part = r == 0 && parts.count == 1 ? parts.items[0] : (struct part){ 0 };
	return r;
}

static int add_body_rules(struct arena *arena, const struct stored *stored, const struct part *part,
			  unsigned *rules)
{
	bool is_text = view_eq(part->type, VIEW("text/plain"));
	struct view diff, comment;
	int r;

	if (content_is_relabelled(part))
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
	if (part->is_flowed && (is_text || content_is_relabelled(part)))
		*rules |= RULE_FLOWED;
	*rules |= content_attachment_rules(part);
	return split_patch(arena, stored->diff, &diff, &comment, rules);
}

int stored_rules(struct arena *arena, const struct stored *stored, struct view link_name,
		 struct view list_address, unsigned *ret_rules)
{
	struct submission s;
	struct part part;
	int r = stored_read(arena, stored->headers, link_name, list_address, &s);

	if (r != 0)
		return r;
	(void)msgid_read(arena, &s.headers, &s.flaws);
	/* A comment has neither version nor prefixes. */
	if (stored->is_comment)
		s.flaws &= ~(unsigned)(RULE_GLUED_VERSION | RULE_INNER_BRACKETS);
	r = find_part(arena, &s.headers, &part);
	if (r == 0)
		r = add_body_rules(arena, stored, &part, &s.flaws);
	*ret_rules = s.flaws;
	return r;
}
