/* submission_json - a submission as JSON; see submission_json.h */
#include "daemon/output/submission_json.h"

#include "daemon/output/json_view.h"
#include "parser/date.h"
#include "parser/rule.h"
#include "parser/text.h"

static json_t *json_views(const struct view *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(array, json_view(items[i]));
	return array;
}

static json_t *json_date(const struct submission *s)
{
	char text[DATE_TEXT_BYTES];

	if (!s->has_date)
		return json_null();
	date_format(s->date, text);
	return json_string_nocheck(text);
}

static json_t *json_sender(const struct submission *s)
{
	json_t *object = json_object();

	(void)json_object_set_new_nocheck(object, "name", json_view(s->sender.name));
	(void)json_object_set_new_nocheck(object, "email", json_view(s->sender.email));
	return object;
}

/* Take the next header off stored ones: a line and the continuation lines after it. */
static bool next_stored(struct view *rest, struct view *ret_name, struct view *ret_value)
{
	struct view line;
	size_t colon;

	if (!view_next_line(rest, &line))
		return false;
	colon = view_find(line, ':', 0);
	*ret_name = view_head(line, colon);
	while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t')) {
		struct view more;

		(void)view_next_line(rest, &more);
		line.len = (size_t)(more.ptr + more.len - line.ptr);
	}
	*ret_value = colon + 2 <= line.len ? view_skip(line, colon + 2) : VIEW("");
	return true;
}

/* An object of name and value, or name and list of values for a name that repeats. */
static json_t *json_headers(struct view stored)
{
	json_t *object = json_object();
	struct view name, value;

	while (next_stored(&stored, &name, &value)) {
		char key[256];
		json_t *before;

		if (name.len >= sizeof(key))
			name.len = sizeof(key) - 1;
		memcpy(key, name.ptr, name.len);
		key[name.len] = '\0';
		before = json_object_get(object, key);
		if (json_is_array(before))
			(void)json_array_append_new(before, json_view(value));
		else if (before != NULL)
			(void)json_object_set_new_nocheck(
				object, key, json_pack("[O,o]", before, json_view(value)));
		else
			(void)json_object_set_new_nocheck(object, key, json_view(value));
	}
	return object;
}

static json_t *json_flaws(unsigned flaws)
{
	json_t *array = json_array();

	for (unsigned flaw = 1; flaw_name(flaw) != NULL; flaw <<= 1)
		if ((flaws & flaw) != 0)
			(void)json_array_append_new(array, json_string(flaw_name(flaw)));
	return array;
}

static json_t *json_rules(unsigned flaws)
{
	json_t *array = json_array();

	for (unsigned i = 0; rule_name(i) != NULL; i++)
		if (rule_applies(i, flaws))
			(void)json_array_append_new(array, json_string(rule_name(i)));
	return array;
}

static void set(json_t *object, const char *key, bool applies, json_t *value)
{
	if (!applies) {
		json_decref(value);
		value = json_null();
	}
	(void)json_object_set_new_nocheck(object, key, value);
}

json_t *submission_json(const struct submission *submission, int fault)
{
	const struct submission *s = submission;
	bool has_subject = s->subject.prefixes != NULL;
	bool marked = s->subject.has_marker;
	json_t *object = json_object();

	set(object, "msgid", true, json_view(s->msgid));
	set(object, "list_ids", true, json_views(s->list_ids, s->list_id_count));
	set(object, "kind", true,
	    json_string(fault != 0      ? "invalid"
			: s->is_ignored ? "ignored"
					: submission_kind_name(s->kind)));
	set(object, "reason", fault != 0, json_string(fault_text(fault)));
	set(object, "name", has_subject, json_view(s->name));
	set(object, "prefixes", has_subject,
	    json_views(s->subject.prefixes, s->subject.prefix_count));
	set(object, "version", has_subject, json_integer(s->subject.version));
	set(object, "number", marked, json_integer(s->subject.number));
	set(object, "total", marked, json_integer(s->subject.total));
	set(object, "date", true, json_date(s));
	set(object, "submitter", s->sender.email.ptr != NULL, json_sender(s));
	set(object, "references", s->references != NULL,
	    json_views(s->references, s->reference_count));
	set(object, "headers", s->stored_headers.ptr != NULL, json_headers(s->stored_headers));
	set(object, "content", true, json_view(s->content));
	set(object, "diff", true, json_view(s->diff));
	set(object, "hash", s->hash[0] != '\0', json_string(s->hash));
	set(object, "pull_url", true, json_view(s->pull_url));
	set(object, "flaws", true, json_flaws(s->flaws));
	set(object, "rules", true, json_rules(s->flaws));
	return object;
}
