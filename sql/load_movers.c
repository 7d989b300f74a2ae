/* load_movers - comments that may go elsewhere once a batch's messages are there; see load.h */
#include "sql/load.h"

/* Comments that have to be asked again; what they refer to is in their stored headers. */
static int take(struct batch *batch, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct comment *comment =
			load_comment(batch, pg_int(result, i, 0), pg_text(result, i, 1),
				     pg_text(result, i, 2).ptr[0], pg_int(result, i, 3),
				     pg_int(result, i, 4), pg_text(result, i, 5));
		int r = submission_stored_references(batch->arena,
						     pg_text(result, i, 6),
						     &comment->refs,
						     &comment->ref_count);

		if (r < 0)
			return r;
		comment->state = COMMENT_UNASKED;
	}
	return 0;
}

/* What the comments that are asked again refer to, which no message of the batch may have. */
static int load_their_places(struct batch *batch)
{
	const GPtrArray *comments = world_comments(batch->world);
	struct pg_query queries[LOAD_PLACES];
	struct pg_result *results[LOAD_PLACES];
	struct keys keys;
	int r;

	keys_init(&keys);
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		for (size_t k = 0; k < comment->ref_count; k++)
			keys_add(&keys, comment->project_id, comment->refs[k]);
		/* Its doubles, one of which may be where it would go. */
		if (comment->state == COMMENT_UNASKED)
			keys_add(&keys, comment->project_id, comment->msgid);
	}
	load_ask_places(&keys, queries);
	r = batch_run_kept(batch, queries, LOAD_PLACES, results);
	if (r == 0)
		load_take_places(batch, &keys, results);
	keys_done(&keys);
	return r;
}

int load_movers(struct batch *batch, const struct pg_result *result)
{
	int r = take(batch, result);

	return r == 0 && pg_rows(result) > 0 ? load_their_places(batch) : r;
}
