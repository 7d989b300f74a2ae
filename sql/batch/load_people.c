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

/* Look them up among all people. */
static int ask_all_people(struct batch *batch, const GArray *emails)
{
	enum { LAST, PEOPLE, COUNT };
	struct pg_query queries[COUNT];
	struct pg_result *results[COUNT];
	int r;

	/* The last id is asked for first, so that no other person has a smaller one. */
	pg_query_init(&queries[LAST], sql_last_person);
	pg_query_init(&queries[PEOPLE], sql_people_any_case);
	queries[PEOPLE].is_unprepared = true;
	pg_param_texts(&queries[PEOPLE], emails);
	pg_param_int(&queries[PEOPLE], 0);
	r = batch_run_kept(batch, queries, COUNT, results);
	if (r != 0)
		return r;
	batch->last_person_id = pg_int(results[LAST], 0, 0);
	load_take_people(batch, results[PEOPLE]);
	return 0;
}

/* Look them up among the people that the index finds; all people if it is not sure. */
static int ask_by_index(struct batch *batch, const GArray *emails)
{
	_cleanup_(free_array) GArray *ids = new_ints();
	struct pg_query query;
	struct pg_result *result;
	bool is_sure;
	int r = people_index_find(batch->people_index, batch->pg, emails, ids, &is_sure);

	if (r != 0)
		return r;
	if (!is_sure)
		return ask_all_people(batch, emails);
	batch->last_person_id = people_index_last_id(batch->people_index);
	if (ids->len == 0)
		return 0;
	pg_query_init(&query, sql_people_of_ids);
	query.is_unprepared = true;
	pg_param_texts(&query, emails);
	pg_param_ints(&query, ids);
	r = batch_run_kept(batch, &query, 1, &result);
	if (r == 0)
		load_take_people(batch, result);
	return r;
}

/* Look up people whose address is not stored in this spelling. */
static int ask_any_case(struct batch *batch)
{
	_cleanup_(free_array) GArray *emails = load_senders(batch, 0);
	_cleanup_(free_array) GArray *missing = new_views();

	for (guint i = 0; i < emails->len; i++) {
		struct view email = g_array_index(emails, struct view, i);

		if (workset_find_person(batch->workset, email) == NULL)
			add_view(missing, email);
	}
	if (missing->len == 0)
		return 0;
	return batch->people_index != NULL && !batch->is_thorough ? ask_by_index(batch, missing)
								  : ask_all_people(batch, missing);
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
