/* known - which messages are stored already; see known.h */
#include "sql/known.h"

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/seen.h"

#define KEYS "unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i)"

/*
 * Each lookup is written as in statements.h: by key, whatever the planner assumes about the tables.
 */
static const char sql_known[] =
	"select k.i::int, 'p'::\"char\" from " KEYS ","
	" lateral (select 1 from patchwork_patch p"
	" where p.msgid = k.msgid and p.project_id + 0 = k.project_id offset 0) x"
	" union all select k.i::int, 'p'::\"char\" from " KEYS ","
	" lateral (select 1 from patchwork_cover p"
	" where p.msgid = k.msgid and p.project_id + 0 = k.project_id offset 0) x"
	" union all select k.i::int, 'P'::\"char\" from " KEYS ","
	" lateral (select patch_id from patchwork_patchcomment c where c.msgid = k.msgid offset 0) c,"
	" lateral (select 1 from patchwork_patch p"
	" where p.id = c.patch_id and p.project_id + 0 = k.project_id offset 0) x"
	" union all select k.i::int, 'P'::\"char\" from " KEYS ","
	" lateral (select cover_id from patchwork_covercomment c where c.msgid = k.msgid offset 0) c,"
	" lateral (select 1 from patchwork_cover p"
	" where p.id = c.cover_id and p.project_id + 0 = k.project_id offset 0) x"
	" union all select k.i::int, 'w'::\"char\" from " KEYS ","
	" lateral (select 1 from patchmda.waiting w"
	" where w.msgid = k.msgid and w.project_id + 0 = k.project_id offset 0) x"
	" union all select k.i::int, 's'::\"char\""
	" from unnest($1::int[], $3::bigint[]) with ordinality k(project_id, hash, i),"
	" lateral (select 1 from patchmda.seen s"
	" where s.hash = k.hash and s.project_id + 0 = k.project_id offset 0) x";

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
	enum { PATIENCE, KNOWN, COUNT };
	struct pg_query queries[COUNT];
	struct pg_result *results[COUNT], *result;
	char secs[16];
	int r;

	for (size_t i = 0; i < count; i++) {
		keys[i].known = KNOWN_NOT;
		add_int(projects, keys[i].project_id);
		add_view(msgids, keys[i].msgid);
		add_bigint(hashes, seen_hash(keys[i].msgid));
	}
	pg_query_init(&queries[PATIENCE], sql_lookup_settings);
	g_snprintf(secs, sizeof(secs), "%d", pg_lock_timeout_secs(pg));
	pg_param_text(&queries[PATIENCE], view_str(secs));
	pg_query_init(&queries[KNOWN], sql_known);
	pg_param_ints(&queries[KNOWN], projects);
	pg_param_texts(&queries[KNOWN], msgids);
	pg_param_bigints(&queries[KNOWN], hashes);
	r = pg_run_all(pg, queries, COUNT, results);
	pg_query_done(&queries[PATIENCE]);
	pg_query_done(&queries[KNOWN]);
	pg_result_free(results[PATIENCE]);
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
