/* load_waiting - replies that waited for what a batch brings; see load.h */
#include "sql/load.h"

/* Read a waiting reply again.  One that can no longer be read is left where it is. */
static int add_waiting(struct batch *batch, const struct pg_result *result, int row)
{
	const struct project *project =
		catalog_project(batch->catalog, pg_int(result, row, 1));
	struct submission *submission = arena_alloc(batch->arena, sizeof(*submission));
	struct message *message;
	int r;

	if (submission == NULL)
		return arena_error(batch->arena) < 0 ? arena_error(batch->arena) : 0;
	if (project == NULL)
		return 0;
	r = submission_open(batch->arena, pg_text(result, row, 3), submission);
	if (r == 0 && !submission->is_ignored)
		r = submission_read(batch->arena, submission,
				    view_str(project->link_name),
				    view_str(project->list_email));
	if (r != 0 || submission->is_ignored)
		return r < 0 ? r : 0;
	message = world_add_message(batch->world, project->id, submission);
	message->waiting_id = pg_bigint(result, row, 0);
	load_set_date(message, pg_bigint(result, row, 2));
	return 0;
}

int load_take_waiting(struct batch *batch, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		int r = add_waiting(batch, result, i);

		if (r != 0)
			return r;
	}
	return 0;
}
