/*
 * replay - runs recorded commits through the code that `patchmda commits` uses after git
 *
 *	replay PROJECT <commits.tsv
 *
 * A line of input has a commit's name, its author's name, address and date, the subject, the hash
 * of the diff, message ids (or `-`), and the expected rule and message id of the patch.  Nothing is
 * stored; a line of output has the commit, the expected rule and patch, and those that were found.
 */
#include <stdio.h>
#include <stdlib.h>

#include "parser/cleanup.h"
#include "sql/commits/commits.h"
#include "sql/pg/connection.h"

enum { COLUMNS = 9 };

struct recorded {
	char **words;
	struct commit commit;
};

static void read_ids(struct arena *arena, const char *ids, struct commit *commit)
{
	g_autofree char *message = g_strdup_printf("x\n\nLink: %s\n", ids);
	struct commit read = { 0 };

	if (strcmp(ids, "-") == 0)
		return;
	(void)commit_read_message(arena, arena_copy(arena, view_str(message)), &read);
	commit->msgid_count = read.msgid_count;
	for (size_t i = 0; i < read.msgid_count; i++)
		commit->msgids[i] = read.msgids[i];
}

static bool read_line(struct arena *arena, const char *line, struct recorded *record)
{
	struct commit *commit = &record->commit;
	char **w = g_strsplit(line, "\t", -1);

	*record = (struct recorded){ .words = w };
	if (g_strv_length(w) != COLUMNS)
		return false;
	(void)commit_read_message(arena, view_str(w[4]), commit);
	commit->id = view_str(w[0]);
	commit->author = (struct address){ view_str(w[1]), view_str(w[2]) };
	commit->author_date = g_ascii_strtoll(w[3], NULL, 10);
	(void)g_strlcpy(commit->hash, w[5], sizeof(commit->hash));
	read_ids(arena, w[6], commit);
	return true;
}

static int replay(struct commits *commits, struct recorded *records, size_t count)
{
	struct commit list[COMMITS_BATCH_MAX] = { 0 };
	struct commits_outcome outcomes[COMMITS_BATCH_MAX];
	int r;

	if (count == 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		list[i] = records[i].commit;
	r = commits_store(commits, list, count, outcomes);
	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct commit_patch *patch = outcomes[i].patch;

		printf("%s\t%s\t%s\t%s\t%.*s\n", records[i].words[0], records[i].words[7],
		       records[i].words[8],
		       patch != NULL ? commit_rule_name(outcomes[i].rule) : "-",
		       patch != NULL ? (int)patch->msgid.len : 1,
		       patch != NULL ? patch->msgid.ptr : "-");
	}
	for (size_t i = 0; i < count; i++)
		g_strfreev(records[i].words);
	return r;
}

/* Returns 0, or a negative errno of the database. */
static int replay_all(struct commits *commits, struct arena *arena)
{
	struct recorded records[COMMITS_BATCH_MAX];
	g_autofree char *line = NULL;
	size_t size = 0, count = 0;
	int r = 0;

	while (r == 0 && getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!read_line(arena, line, &records[count++])) {
			fprintf(stderr, "replay: not %d columns: %s\n", COLUMNS, line);
			return -1;
		}
		if (count == COMMITS_BATCH_MAX) {
			r = replay(commits, records, count);
			count = 0;
		}
	}
	return r == 0 ? replay(commits, records, count) : r;
}

int main(int argc, char **argv)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new((size_t)1 << 30);
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	_cleanup_(commits_free_ptr) struct commits *commits = NULL;
	g_autoptr(GPtrArray) projects = g_ptr_array_new();
	struct commits_request request = { .projects = projects,
					   .state = "accepted",
					   .is_dry = true };
	g_autofree char *unknown = NULL;
	int r;

	if (argc != 2 || arena == NULL) {
		fprintf(stderr, "usage: replay PROJECT <commits.tsv\n");
		return 64;
	}
	g_ptr_array_add(projects, argv[1]);
	r = pg_open(NULL, 10, &pg);
	if (r == 0)
		r = commits_begin(pg, &request, &commits, &unknown);
	if (r == 0)
		r = replay_all(commits, arena);
	if (r != 0)
		fprintf(stderr, "replay: %s\n", unknown != NULL ? unknown : pg_error(pg));
	return r == 0 ? 0 : 1;
}
