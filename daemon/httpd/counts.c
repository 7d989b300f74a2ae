/* counts - a cache of the numbers of rows of lists; see counts.h */
#include "daemon/httpd/counts.h"

#include <glib.h>
#include <pthread.h>
#include <string.h>

struct counts {
	pthread_mutex_t lock;
	GHashTable *table; /* char * to struct entry */
};

struct entry {
	int64_t count;
	int64_t until_usecs;
};

struct counts *counts_new(void)
{
	struct counts *counts = g_new0(struct counts, 1);

	(void)pthread_mutex_init(&counts->lock, NULL);
	counts->table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return counts;
}

void counts_free(struct counts *counts)
{
	if (counts == NULL)
		return;
	g_hash_table_destroy(counts->table);
	(void)pthread_mutex_destroy(&counts->lock);
	g_free(counts);
}

bool counts_find(struct counts *counts, const char *key, int64_t *ret_count)
{
	const struct entry *entry;
	bool is_found;

	(void)pthread_mutex_lock(&counts->lock);
	entry = g_hash_table_lookup(counts->table, key);
	is_found = entry != NULL && entry->until_usecs > g_get_monotonic_time();
	if (is_found)
		*ret_count = entry->count;
	(void)pthread_mutex_unlock(&counts->lock);
	return is_found;
}

void counts_keep(struct counts *counts, const char *key, int64_t count)
{
	struct entry entry = { count, g_get_monotonic_time() + COUNTS_SECS * G_USEC_PER_SEC };

	if (strlen(key) > COUNTS_KEY_BYTES_MAX)
		return;
	(void)pthread_mutex_lock(&counts->lock);
	if (g_hash_table_size(counts->table) >= COUNTS_MAX)
		g_hash_table_remove_all(counts->table);
	(void)g_hash_table_replace(counts->table, g_strdup(key), g_memdup2(&entry, sizeof(entry)));
	(void)pthread_mutex_unlock(&counts->lock);
}

void counts_forget(struct counts *counts)
{
	(void)pthread_mutex_lock(&counts->lock);
	g_hash_table_remove_all(counts->table);
	(void)pthread_mutex_unlock(&counts->lock);
}
