/* keys - (project, message id) pairs as the parameters of a query; see keys.h */
#include "sql/batch/keys.h"

#include "parser/viewkey.h"
#include "sql/batch/batch.h"

void keys_init(struct keys *keys)
{
	keys->projects = new_ints();
	keys->msgids = new_views();
	keys->seen = g_hash_table_new_full(scoped_key_hash, scoped_key_equal, g_free, NULL);
}

void keys_done(struct keys *keys)
{
	g_array_unref(keys->projects);
	g_array_unref(keys->msgids);
	g_hash_table_destroy(keys->seen);
}

bool keys_have(const struct keys *keys, int32_t project_id, struct view msgid)
{
	struct scoped_key key = { project_id, msgid };

	return g_hash_table_contains(keys->seen, &key);
}

void keys_add(struct keys *keys, int32_t project_id, struct view msgid)
{
	struct scoped_key key = { project_id, msgid };

	if (keys_have(keys, project_id, msgid))
		return;
	(void)g_hash_table_add(keys->seen, g_memdup2(&key, sizeof(key)));
	add_int(keys->projects, project_id);
	add_view(keys->msgids, msgid);
}

void keys_param(const struct keys *keys, struct pg_query *query)
{
	pg_param_ints(query, keys->projects);
	pg_param_texts(query, keys->msgids);
}

static guint key_of(const struct pg_result *result, int row)
{
	return (guint)pg_int(result, row, 0) - 1;
}

int32_t keys_project(const struct keys *keys, const struct pg_result *result, int row)
{
	return g_array_index(keys->projects, int32_t, key_of(result, row));
}

struct view keys_msgid(const struct keys *keys, const struct pg_result *result, int row)
{
	return g_array_index(keys->msgids, struct view, key_of(result, row));
}
