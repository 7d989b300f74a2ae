/* row - the rows of patchmda.revision; see row.h */
#include "sql/revisions/row.h"

#include "parser/cleanup.h"
#include "sql/revisions/statements.h"

enum {
	ROW_PERSON = ROW_PROJECT + 1,
	ROW_DATE,
	ROW_VERSION,
	ROW_MINOR,
	ROW_RELEASE,
	ROW_SENDER,
	ROW_NAME,
	ROW_FIRST,
	ROW_TITLE,
	ROW_CHANGE_ID,
	ROW_LINKS,
	ROW_REFS,
	ROW_TITLES,
	ROW_HASHES,
	ROW_FILES,
	ROW_SIGNERS,
	ROW_PREVIOUS,
	ROW_RULE,
};

static const char sql_copy[] =
	"copy patchmda.revision (series_id, project_id, submitter_id, date, version, minor, release,"
	" sender, name, first, title, change_id, links, refs, titles, hashes, files, signers, base_commit, prerequisites,"
	" previous_id, rule) from stdin (format binary)";

static const char sql_copy_refs[] =
	"copy patchmda.revision_ref (project_id, ref, series_id) from stdin (format binary)";

static const char sql_copy_signers[] =
	"copy patchmda.revision_signer (signer, project_id, date, series_id) from stdin (format binary)";

bool row_is_there(const struct pg_result *result, int row)
{
	return !pg_is_null(result, row, ROW_PROJECT);
}

static const struct view *read_texts(struct arena *arena, const struct pg_result *result, int row,
				     int column, size_t *ret_count)
{
	g_autoptr(GArray) views = g_array_new(FALSE, FALSE, sizeof(struct view));
	struct view *kept;

	pg_texts(result, row, column, views);
	*ret_count = views->len;
	if (views->len == 0)
		return NULL;
	kept = arena_alloc(arena, views->len * sizeof(*kept));
	if (kept != NULL)
		memcpy(kept, views->data, views->len * sizeof(*kept));
	return kept;
}

static struct revision_keys read_keys(struct arena *arena, const struct pg_result *result, int row,
				      int column)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t *kept;

	pg_bigints(result, row, column, keys);
	if (keys->len == 0)
		return (struct revision_keys){ NULL, 0 };
	kept = arena_alloc(arena, keys->len * sizeof(*kept));
	if (kept == NULL)
		return (struct revision_keys){ NULL, 0 };
	memcpy(kept, keys->data, keys->len * sizeof(*kept));
	return (struct revision_keys){ kept, keys->len };
}

int row_read(struct arena *arena, const struct pg_result *result, int row,
	     struct revision *ret_revision, int32_t *ret_previous_id, enum revision_rule *ret_rule)
{
	struct revision *to = ret_revision;

	*to = (struct revision){ .series_id = pg_int(result, row, ROW_SERIES),
				 .project_id = pg_int(result, row, ROW_PROJECT),
				 .person_id = pg_int(result, row, ROW_PERSON),
				 .date = pg_bigint(result, row, ROW_DATE),
				 .version = { pg_int(result, row, ROW_VERSION),
					      pg_int(result, row, ROW_MINOR) },
				 .release = pg_int(result, row, ROW_RELEASE),
				 .sender = pg_bigint(result, row, ROW_SENDER),
				 .name = pg_bigint(result, row, ROW_NAME),
				 .first = pg_text(result, row, ROW_FIRST),
				 .title = pg_text(result, row, ROW_TITLE),
				 .change_id = pg_text(result, row, ROW_CHANGE_ID) };
	to->links = read_texts(arena, result, row, ROW_LINKS, &to->link_count);
	to->refs = read_texts(arena, result, row, ROW_REFS, &to->ref_count);
	to->titles = read_keys(arena, result, row, ROW_TITLES);
	to->hashes = read_keys(arena, result, row, ROW_HASHES);
	to->files = read_keys(arena, result, row, ROW_FILES);
	to->signers = read_keys(arena, result, row, ROW_SIGNERS);
	*ret_previous_id = pg_int(result, row, ROW_PREVIOUS);
	*ret_rule = revision_rule_named(pg_text(result, row, ROW_RULE));
	return arena_error(arena);
}

void row_copy_begin(struct pg_copy *copy, struct pg *pg)
{
	pg_copy_begin(copy, pg, sql_copy, 22);
}

void row_copy(struct pg_copy *copy, const struct facts *facts, int32_t previous_id,
	      enum revision_rule rule)
{
	const struct revision *of = &facts->revision;

	pg_copy_row(copy);
	pg_copy_int(copy, of->series_id);
	pg_copy_int(copy, of->project_id);
	pg_copy_int(copy, of->person_id);
	pg_copy_bigint(copy, of->date);
	pg_copy_int(copy, of->version.major);
	pg_copy_int(copy, of->version.minor);
	pg_copy_int(copy, of->release);
	pg_copy_bigint(copy, of->sender);
	pg_copy_bigint(copy, of->name);
	pg_copy_text(copy, of->first);
	pg_copy_text(copy, of->title);
	pg_copy_text(copy, of->change_id);
	pg_copy_texts(copy, of->links, of->link_count);
	pg_copy_texts(copy, of->refs, of->ref_count);
	pg_copy_bigints(copy, of->titles.items, of->titles.count);
	pg_copy_bigints(copy, of->hashes.items, of->hashes.count);
	pg_copy_bigints(copy, of->files.items, of->files.count);
	pg_copy_bigints(copy, of->signers.items, of->signers.count);
	pg_copy_text(copy, facts->notes.base_commit);
	pg_copy_texts(copy, facts->notes.prerequisites, facts->notes.prerequisite_count);
	if (previous_id != 0)
		pg_copy_int(copy, previous_id);
	else
		pg_copy_null(copy);
	pg_copy_text(copy, view_str(revision_rule_name(rule)));
}

void row_copy_refs_begin(struct pg_copy *copy, struct pg *pg)
{
	pg_copy_begin(copy, pg, sql_copy_refs, 3);
}

static void copy_ref(struct pg_copy *copy, const struct revision *revision, struct view ref)
{
	pg_copy_row(copy);
	pg_copy_int(copy, revision->project_id);
	pg_copy_text(copy, ref);
	pg_copy_int(copy, revision->series_id);
}

void row_copy_refs(struct pg_copy *copy, const struct revision *revision)
{
	for (size_t i = 0; i < revision->link_count; i++)
		copy_ref(copy, revision, revision->links[i]);
	for (size_t i = 0; i < revision->ref_count; i++)
		copy_ref(copy, revision, revision->refs[i]);
}

void row_copy_signers_begin(struct pg_copy *copy, struct pg *pg)
{
	pg_copy_begin(copy, pg, sql_copy_signers, 4);
}

void row_copy_signers(struct pg_copy *copy, const struct revision *revision)
{
	for (size_t i = 0; revision_may_take_over(revision) && i < revision->signers.count; i++) {
		pg_copy_row(copy);
		pg_copy_bigint(copy, revision->signers.items[i]);
		pg_copy_int(copy, revision->project_id);
		pg_copy_bigint(copy, revision->date);
		pg_copy_int(copy, revision->series_id);
	}
}
