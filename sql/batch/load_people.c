/* load_people - the people who sent a batch's messages; see load.h */
#include "parser/cleanup.h"
#include "parser/viewkey.h"
#include "sql/batch/load.h"
#include "sql/batch/statements.h"

static void take_person(struct batch *batch, const struct pg_result *result, int row,
			struct view email)
{
	struct person *person = workset_find_person_id(batch->workset, pg_int(result, row, 1));

	if (person == NULL) {
		person = workset_add_person(batch->workset, pg_int(result, row, 1),
					    pg_text(result, row, 2));
		person->name = pg_text(result, row, 3);
		person->is_user = pg_bool(result, row, 4);
		person->has_name_at = !pg_is_null(result, row, 5);
		person->name_date = pg_bigint(result, row, 5);
		person->name_msgid = pg_text(result, row, 6);
	}
	if (workset_find_person(batch->workset, email) == NULL)
		workset_alias_person(batch->workset, person, email);
}

void load_take_people(struct batch *batch, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct view email = pg_text(result, i, 0);

		if (workset_find_person(batch->workset, email) == NULL)
			take_person(batch, result, i, email);
	}
}

GArray *load_senders(const struct batch *batch, guint from)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	GHashTable *seen = g_hash_table_new(viewkey_hash, viewkey_equal);
	GArray *emails = new_views();

	for (guint i = from; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct address *sender = &message->submission->sender;

		if (g_hash_table_add(seen, (gpointer)(uintptr_t)&sender->email))
			add_view(emails, sender->email);
	}
	g_hash_table_destroy(seen);
	return emails;
}

/* Look up people whose address is not stored in this spelling. */
static int ask_any_case(struct batch *batch)
{
	_cleanup_(free_array) GArray *emails = load_senders(batch, 0);
	_cleanup_(free_array) GArray *missing = new_views();
	struct pg_query query;
	struct pg_result *result;
	int r;

	for (guint i = 0; i < emails->len; i++) {
		struct view email = g_array_index(emails, struct view, i);

		if (workset_find_person(batch->workset, email) == NULL)
			add_view(missing, email);
	}
	if (missing->len == 0)
		return 0;
	pg_query_init(&query, sql_people_any_case);
	query.is_unprepared = true;
	pg_param_texts(&query, missing);
	r = batch_run_kept(batch, &query, 1, &result);
	if (r == 0)
		load_take_people(batch, result);
	return r;
}

/* Set the person of every message, a stored or a new one. */
static void give_people(struct batch *batch)
{
	const GPtrArray *messages = workset_messages(batch->workset);

	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];
		struct view email = message->submission->sender.email;

		message->person = workset_find_person(batch->workset, email);
		if (message->person == NULL)
			message->person = workset_add_person(batch->workset, 0, email);
	}
}

int load_people(struct batch *batch)
{
	int r = ask_any_case(batch);

	if (r == 0)
		give_people(batch);
	return r;
}
