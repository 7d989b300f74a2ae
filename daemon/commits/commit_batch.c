/* commit_batch - looks up and stores the commits of a log in batches; see commit_batch.h */
#include "daemon/commits/commit_batch.h"

#include <errno.h>

#include "parser/text.h"

/* Memory of a batch: messages are not kept, but titles and names can be long. */
#define BATCH_ARENA_BYTES_MAX ((size_t)1 << 30)

/* Memory of one commit: its message, and a copy of its diff if one is needed. */
#define SCRATCH_BYTES_MAX (2 * COMMIT_LOG_DIFF_BYTES_MAX)

/* Longer names and addresses are truncated. */
#define AUTHOR_BYTES_MAX ((size_t)1024)

struct commit_batch {
	struct commits *commits;
	commit_batch_handler *handler;
	void *context;
	struct arena *arena;
	struct arena *scratch;
	struct commit list[COMMITS_BATCH_MAX];
	struct commits_outcome outcomes[COMMITS_BATCH_MAX];
	size_t count;
};

struct commit_batch *commit_batch_new(struct commits *commits, commit_batch_handler *handler,
				      void *context)
{
	struct commit_batch *batch = g_new0(struct commit_batch, 1);

	batch->commits = commits;
	batch->handler = handler;
	batch->context = context;
	batch->arena = arena_new(BATCH_ARENA_BYTES_MAX);
	batch->scratch = arena_new(SCRATCH_BYTES_MAX);
	if (batch->arena == NULL || batch->scratch == NULL)
		g_error("out of memory");
	return batch;
}

void commit_batch_free(struct commit_batch *batch)
{
	if (batch == NULL)
		return;
	arena_free(batch->arena);
	arena_free(batch->scratch);
	g_free(batch);
}

void commit_batch_free_ptr(struct commit_batch **batch)
{
	commit_batch_free(*batch);
}

/* Convert bytes of git to UTF-8 text. */
static struct view text_from(struct arena *arena, struct view raw)
{
	unsigned flaws = 0;

	return text_repair(arena, raw, 0, &flaws);
}

static struct view author_text(struct arena *arena, struct view raw)
{
	struct view text = text_from(arena, view_head(raw, MIN(raw.len, AUTHOR_BYTES_MAX)));

	return arena_copy(arena, text_trim(text));
}

static bool is_commit_id(struct view id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!g_ascii_isxdigit(id.ptr[i]))
			return false;
	return id.len == 40 || id.len == 64;
}

/* The parts of a message that are needed are copied; the message is not kept. */
static int read_message(struct commit_batch *batch, struct view message, struct commit *commit)
{
	int r = commit_read_message(batch->scratch, text_from(batch->scratch, message), commit);

	commit->subject = arena_copy(batch->arena, commit->subject);
	commit->title = arena_copy(batch->arena, commit->title);
	for (size_t i = 0; i < commit->msgid_count; i++)
		commit->msgids[i] = arena_copy(batch->arena, commit->msgids[i]);
	return r;
}

/* An invalid date, of a broken commit, counts as 1970. */
static int read_record(struct commit_batch *batch, const struct commit_log_record *record,
		       struct commit *commit)
{
	int r;

	*commit = (struct commit){ .id = arena_copy(batch->arena, record->id) };
	if (!is_commit_id(record->id))
		return -EPROTO;
	commit->author.name = author_text(batch->arena, record->name);
	commit->author.email = author_text(batch->arena, record->email);
	if (!view_number(record->date, INT64_C(1) << 40, &commit->author_date))
		commit->author_date = 0;
	arena_reset(batch->scratch);
	r = read_message(batch, record->message, commit);
	if (r == 0 && !record->is_diff_cut)
		r = commit_read_diff(batch->scratch, record->diff, commit);
	if (r == 0)
		r = arena_error(batch->arena);
	return r == 0 ? 0 : -ENOMEM;
}

int commit_batch_flush(struct commit_batch *batch)
{
	int r;

	if (batch->count == 0)
		return 0;
	r = commits_store(batch->commits, batch->list, batch->count, batch->outcomes);
	for (size_t i = 0; r == 0 && i < batch->count; i++)
		batch->handler(batch->context, &batch->list[i], &batch->outcomes[i]);
	batch->count = 0;
	arena_reset(batch->arena);
	return r;
}

int commit_batch_add(struct commit_batch *batch, const struct commit_log_record *record)
{
	int r = read_record(batch, record, &batch->list[batch->count]);

	if (r != 0)
		return r;
	batch->count++;
	return batch->count < COMMITS_BATCH_MAX ? 0 : commit_batch_flush(batch);
}
