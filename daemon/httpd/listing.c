/* listing - a list of documents, whose JSON is made in pieces if it is large; see listing.h */
#include "daemon/httpd/listing.h"

static int write_documents(struct app_worker *worker, struct listing *listing, const GArray *ids)
{
	struct documents documents = { 0 };
	int r = documents_fetch(worker->pg, listing->object, &listing->shape, ids,
				worker->time_zone, &documents);

	for (int row = 0; r == 0 && row < pg_rows(documents.rows); row++)
		document_write(&listing->emit, &listing->site, &documents, row);
	documents_done(&documents);
	return r;
}

/* Write documents until there are `bytes` of them, or none is left. */
static int write_some(struct app_worker *worker, struct listing *listing, gsize bytes)
{
	int r = 0;

	while (r == 0 && listing->next < listing->ids->len && listing->emit.out->len < bytes) {
		guint count = listing->ids->len - listing->next;
		g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));

		g_array_append_vals(ids, &g_array_index(listing->ids, int32_t, listing->next),
				    count);
		r = documents_within(worker->pg, listing->object, ids,
				     (int64_t)(bytes - listing->emit.out->len), &count);
		g_array_set_size(ids, count);
		if (r == 0)
			r = write_documents(worker, listing, ids);
		listing->next += count;
	}
	return r;
}

static int write_piece(struct app_worker *worker, struct listing *listing, GString *body,
		       bool *ret_is_last)
{
	struct listing before = *listing;
	int r;

	listing->emit.out = body;
	if (listing->next == 0)
		emit_begin_list(&listing->emit);
	r = write_some(worker, listing, HTTP_PIECE_BYTES);
	*ret_is_last = listing->next == listing->ids->len;
	if (r != 0)
		*listing = before;
	else if (*ret_is_last)
		emit_end_list(&listing->emit);
	return r;
}

/* ---- the pieces after the first one */

/* What they need is not that of the request. */
struct rest {
	struct listing listing;
	char *base, *version;
};

static int make_piece(struct app_worker *worker, void *context, GString *body, bool *ret_is_last)
{
	struct rest *rest = context;

	return write_piece(worker, &rest->listing, body, ret_is_last);
}

static void rest_free(void *context)
{
	struct rest *rest = context;

	g_array_unref(rest->listing.ids);
	g_free(rest->base);
	g_free(rest->version);
	g_free(rest);
}

static struct rest *rest_of(const struct listing *listing)
{
	struct rest *rest = g_new(struct rest, 1);

	*rest = (struct rest){ *listing, g_strdup(listing->site.base),
			       g_strdup(listing->site.version) };
	rest->listing.ids = g_array_ref(listing->ids);
	rest->listing.site.base = rest->base;
	rest->listing.site.version = rest->version;
	return rest;
}

int listing_write(struct app_worker *worker, const struct listing *listing, GArray *ids,
		  struct http_response *response)
{
	struct http_pieces pieces = { .make = make_piece, .free = rest_free };
	struct listing own = *listing;
	int r;

	own.ids = ids;
	own.next = 0;
	r = write_piece(worker, &own, response->body, &pieces.is_last);
	if (r != 0 || pieces.is_last)
		return r;
	pieces.context = rest_of(&own);
	response->pieces = pieces;
	return 0;
}
