/* submission_json - a submission as JSON; see submission_json.h */
#include "daemon/output/submission_json.h"

#include "daemon/output/document.h"
#include "parser/date.h"
#include "parser/rule.h"
#include "parser/text.h"

static void write_views(struct emit *emit, const char *name, const struct view *items, size_t count)
{
	emit_name(emit, name);
	emit_begin_list(emit);
	for (size_t i = 0; i < count; i++)
		emit_text(emit, items[i]);
	emit_end_list(emit);
}

static void write_flaws(struct emit *emit, unsigned flaws)
{
	emit_name(emit, "flaws");
	emit_begin_list(emit);
	for (unsigned flaw = 1; flaw_name(flaw) != NULL; flaw <<= 1)
		if ((flaws & flaw) != 0)
			emit_text(emit, view_str(flaw_name(flaw)));
	emit_end_list(emit);
}

static void write_rules(struct emit *emit, unsigned flaws)
{
	emit_name(emit, "rules");
	emit_begin_list(emit);
	for (unsigned i = 0; rule_name(i) != NULL; i++)
		if (rule_applies(i, flaws))
			emit_text(emit, view_str(rule_name(i)));
	emit_end_list(emit);
}

static void write_null(struct emit *emit, const char *name)
{
	emit_name(emit, name);
	emit_null(emit);
}

static void write_subject(struct emit *emit, const struct submission *s)
{
	if (s->subject.prefixes == NULL) {
		write_null(emit, "name");
		write_null(emit, "prefixes");
		write_null(emit, "version");
	} else {
		emit_named_text(emit, "name", s->name);
		write_views(emit, "prefixes", s->subject.prefixes, s->subject.prefix_count);
		emit_named_int(emit, "version", s->subject.version);
	}
	if (s->subject.has_marker) {
		emit_named_int(emit, "number", s->subject.number);
		emit_named_int(emit, "total", s->subject.total);
	} else {
		write_null(emit, "number");
		write_null(emit, "total");
	}
}

static void write_date(struct emit *emit, const struct submission *s)
{
	char text[DATE_TEXT_BYTES];

	if (s->has_date)
		date_format(s->date, text);
	emit_named_text(emit, "date", view_str(s->has_date ? text : NULL));
}

static void write_submitter(struct emit *emit, const struct submission *s)
{
	if (s->sender.email.ptr == NULL) {
		write_null(emit, "submitter");
		return;
	}
	emit_name(emit, "submitter");
	emit_begin_object(emit);
	emit_named_text(emit, "name", s->sender.name);
	emit_named_text(emit, "email", s->sender.email);
	emit_end_object(emit);
}

static void write_headers(struct emit *emit, const struct submission *s)
{
	if (s->references == NULL)
		write_null(emit, "references");
	else
		write_views(emit, "references", s->references, s->reference_count);
	emit_name(emit, "headers");
	if (s->stored_headers.ptr == NULL)
		emit_null(emit);
	else
		document_headers(emit, s->stored_headers);
}

void submission_json(struct emit *emit, const struct submission *s, int fault)
{
	const char *kind = fault != 0      ? "invalid"
			   : s->is_ignored ? "ignored"
					   : submission_kind_name(s->kind);

	emit_begin_object(emit);
	emit_named_text(emit, "msgid", s->msgid);
	write_views(emit, "list_ids", s->list_ids, s->list_id_count);
	emit_named_text(emit, "kind", view_str(kind));
	emit_named_text(emit, "reason", view_str(fault != 0 ? fault_text(fault) : NULL));
	write_subject(emit, s);
	write_date(emit, s);
	write_submitter(emit, s);
	write_headers(emit, s);
	emit_named_text(emit, "content", s->content);
	emit_named_text(emit, "diff", s->diff);
	emit_named_text(emit, "hash", view_str(s->hash[0] != '\0' ? s->hash : NULL));
	emit_named_text(emit, "pull_url", s->pull_url);
	write_flaws(emit, s->flaws);
	write_rules(emit, s->flaws);
	emit_end_object(emit);
}
