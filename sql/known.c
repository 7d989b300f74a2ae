/* known - which messages are stored already; see known.h */
#include "sql/known.h"

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/seen.h"
#include "sql/statements.h"
#include "sql/transaction.h"

static enum known known_of(char kind, bool is_reply)
{
	switch (kind) {
	case 'p':
		return is_reply ? KNOWN_NOT : KNOWN_STORED;
	case 'P':
		return is_reply ? KNOWN_STORED : KNOWN_NOT;
	case 'w':
		return KNOWN_WAITING;
	default:
		return KNOWN_SEEN;
	}
}

int known_ask(struct pg *pg, struct known_key *keys, size_t count)
{
	_cleanup_(free_array) GArray *projects = new_ints(), *msgids = new_views(),
				     *hashes = new_bigints();
	enum { SETTINGS, KNOWN, COUNT };
	struct pg_query queries[COUNT];
	struct pg_result *results[COUNT], *result;
	int r;

	for (size_t i = 0; i < count; i++) {
		keys[i].known = KNOWN_NOT;
		add_int(projects, keys[i].project_id);
		add_view(msgids, keys[i].msgid);
		add_bigint(hashes, seen_hash(keys[i].msgid));
	}
	transaction_lookup_settings(pg, &queries[SETTINGS]);
	pg_query_init(&queries[KNOWN], sql_known_messages);
	pg_param_ints(&queries[KNOWN], projects);
	pg_param_texts(&queries[KNOWN], msgids);
	pg_param_bigints(&queries[KNOWN], hashes);
	r = pg_run_all(pg, queries, COUNT, results);
	pg_query_done(&queries[SETTINGS]);
	pg_query_done(&queries[KNOWN]);
	pg_result_free(results[SETTINGS]);
	result = results[KNOWN];
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		struct known_key *key = &keys[pg_int(result, i, 0) - 1];
		enum known known = known_of(pg_text(result, i, 1).ptr[0], key->is_reply);

		if (key->known == KNOWN_NOT)
			key->known = known;
	}
	/*
	 * Rows that another import has just committed may not be durable yet, and so be lost in a
	 * crash.
	 */
	if (r == 0 && pg_rows(result) > 0)
		r = pg_sync(pg);
	pg_result_free(result);
	return r;
}
