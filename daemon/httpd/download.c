/* download - mails and diffs, and redirects to them; see download.h */
#include "daemon/httpd/download.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/httpd/auth.h"
#include "daemon/output/document.h"
#include "daemon/output/patchwork_mail.h"
#include "daemon/pages/mail_page.h"
#include "daemon/pages/page.h"
#include "parser/cleanup.h"

#define PLAIN      "text/plain"
#define PLAIN_UTF8 "text/plain; charset=utf-8"
#define DIFF       "text/x-patch"

struct download {
	struct app_worker *worker;
	const struct http_request *request;
	const struct route_match *match;
	struct http_response *response;
};

static int not_found(struct download *d)
{
	page_error(d->request, d->response, 404);
	return 0;
}

/* Begin a response that is saved as the file `name` + `ending`. */
static void begin_file(struct download *d, const char *type, const char *name, const char *ending)
{
	g_autoptr(GString) value = g_string_new("attachment; filename=");

	patchwork_mail_filename(value, view_str(name));
	g_string_append(value, ending);
	http_response_begin(d->response, 200, type);
	http_response_header(d->response, "Content-Disposition", value->str);
	d->response->may_be_cached = true;
}

/* ---- mails, with an empty line between them */

/* Mails whose sizes are asked for at once. */
#define BATCH_MAILS 100u

struct mails {
	GArray *ids; /* int32_t */
	enum shown_kind kind;
	guint next; /* the index of the first one that was not written */
	bool has_written;
};

static void mails_free(void *context)
{
	struct mails *mails = context;

	g_array_unref(mails->ids);
	g_free(mails);
}

static int write_batch(struct app_worker *worker, struct mails *mails, const GArray *ids,
		       GString *body)
{
	struct shown_patches found;
	int r = mails->kind == SHOWN_COVER
			? show_covers(worker->pg, ids, worker->time_zone, &found)
			: show_patches(worker->pg, ids, worker->time_zone, TAGS_OF_PATCHES, &found);

	for (guint i = 0; r == 0 && i < found.items->len; i++) {
		if (mails->has_written)
			g_string_append_c(body, '\n');
		mails->has_written = true;
		r = patchwork_mail_write(&g_array_index(found.items, struct shown_patch, i), body);
	}
	show_patches_free(&found);
	/* A fault of stored headers is not a fault of the request. */
	return r > 0 ? -EIO : r;
}

/* Write mails until there are `bytes` of them, or none is left. */
static int write_some(struct app_worker *worker, struct mails *mails, gsize bytes, GString *body)
{
	int r = 0;

	while (r == 0 && mails->next < mails->ids->len && body->len < bytes) {
		guint count = MIN(mails->ids->len - mails->next, BATCH_MAILS);
		g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));

		g_array_append_vals(ids, &g_array_index(mails->ids, int32_t, mails->next), count);
		if (count > 1)
			r = show_patches_within(worker->pg, ids, (int64_t)(bytes - body->len),
						&count);
		g_array_set_size(ids, count);
		if (r == 0)
			r = write_batch(worker, mails, ids, body);
		mails->next += count;
	}
	return r;
}

static int make_piece(struct app_worker *worker, void *context, GString *body, bool *ret_is_last)
{
	struct mails *mails = context, before = *mails;
	int r = write_some(worker, mails, HTTP_PIECE_BYTES, body);

	if (r != 0)
		*mails = before;
	*ret_is_last = mails->next == mails->ids->len;
	return r;
}

/* Mails that fit into one piece are a whole response, which can be cached and compressed. */
static int write_mails(struct download *d, GArray *ids, enum shown_kind kind)
{
	struct mails *mails = g_new0(struct mails, 1);
	struct http_pieces pieces = { .context = mails, .make = make_piece, .free = mails_free };
	int r;

	mails->ids = g_array_ref(ids);
	mails->kind = kind;
	r = make_piece(d->worker, mails, d->response->body, &pieces.is_last);
	if (r != 0 || pieces.is_last) {
		mails_free(mails);
		return r;
	}
	d->response->pieces = pieces;
	d->response->may_be_cached = false;
	return 0;
}

/* ---- patches and cover letters by message id */

static int find_mail(struct download *d, enum shown_kind kind, struct shown_mail *ret_mail)
{
	const char *project = d->match->captures[0], *raw = d->match->captures[1];
	g_autofree char *msgid = route_msgid(d->match, 1);
	int r;

	/* Patchwork takes %2F for a slash only in the path of a patch. */
	if (kind == SHOWN_COVER && !g_str_equal(raw, msgid)) {
		r = show_mail_by_msgid(d->worker->pg, kind, project, raw, ret_mail);
		if (r != 0 || ret_mail->id != 0)
			return r;
		show_mail_done(ret_mail);
	}
	return show_mail_by_msgid(d->worker->pg, kind, project, msgid, ret_mail);
}

/*
 * The earlier patches of the series for ?series=* or ?series=ID; NULL if the patch is not in that
 * series.
 */
static int find_before(struct download *d, const struct shown_mail *mail, GArray **ret_ids)
{
	const char *series = http_param(d->request, "series");
	int64_t id = 0;

	*ret_ids = NULL;
	if (series == NULL) {
		*ret_ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
		return 0;
	}
	if (mail->series_id == 0)
		return 0;
	if (!g_str_equal(series, "*") &&
	    (!view_number(view_str(series), INT32_MAX, &id) || id != mail->series_id))
		return 0;
	return show_series_before(d->worker->pg, mail->series_id, mail->number, ret_ids);
}

int download_patch_mbox(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };
	_cleanup_(show_mail_done) struct shown_mail mail;
	g_autoptr(GArray) ids = NULL;
	int r = find_mail(&d, SHOWN_PATCH, &mail);

	if (r == 0 && mail.id != 0)
		r = find_before(&d, &mail, &ids);
	if (r != 0)
		return r;
	if (ids == NULL)
		return not_found(&d);
	g_array_append_val(ids, mail.id);
	begin_file(&d, PLAIN_UTF8, mail.name, ".patch");
	return write_mails(&d, ids, SHOWN_PATCH);
}

int download_cover_mbox(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };
	_cleanup_(show_mail_done) struct shown_mail mail;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int r = find_mail(&d, SHOWN_COVER, &mail);

	if (r != 0)
		return r;
	if (mail.id == 0)
		return not_found(&d);
	g_array_append_val(ids, mail.id);
	begin_file(&d, PLAIN, mail.name, ".mbox");
	return write_mails(&d, ids, SHOWN_COVER);
}

/* The download of a patch without a diff is the word None, as Patchwork's. */
int download_patch_raw(struct app_worker *worker, const struct http_request *request,
		       const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };
	_cleanup_(show_mail_done) struct shown_mail mail;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct shown_patches patches;
	struct view diff = { 0 };
	int r = find_mail(&d, SHOWN_PATCH, &mail);

	if (r != 0)
		return r;
	if (mail.id == 0)
		return not_found(&d);
	g_array_append_val(ids, mail.id);
	r = show_patches(d.worker->pg, ids, d.worker->time_zone, TAGS_OF_NONE, &patches);
	if (r == 0 && patches.items->len > 0)
		diff = g_array_index(patches.items, struct shown_patch, 0).diff;
	if (r == 0) {
		begin_file(&d, DIFF, mail.name, ".diff");
		g_string_append_len(d.response->body, diff.ptr != NULL ? diff.ptr : "None",
				    diff.ptr != NULL ? (gssize)diff.len : -1);
	}
	show_patches_free(&patches);
	return r;
}

/* ---- series and bundles */

int download_series(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };
	int32_t id = route_number(d.match, 0);
	g_autofree char *name = NULL, *untitled = g_strdup_printf("Untitled series #%" PRId32, id);
	g_autoptr(GArray) ids = NULL;
	bool is_there;
	int r = show_series_name(d.worker->pg, id, &is_there, &name);

	if (r == 0 && is_there)
		r = show_series_before(d.worker->pg, id, INT32_MAX, &ids);
	if (r != 0)
		return r;
	if (!is_there)
		return not_found(&d);
	begin_file(&d, PLAIN, name != NULL ? name : untitled, ".patch");
	return write_mails(&d, ids, SHOWN_PATCH);
}

int download_bundle(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };
	g_autoptr(GArray) ids = NULL;
	g_autofree char *name = NULL;
	const char *problem;
	struct auth_user user;
	unsigned status;
	int32_t id;
	int r = auth_find(d.worker->pg, d.worker->app->passwords, d.request, &user, &problem,
			  &status);

	if (r == 0)
		r = show_bundle(d.worker->pg, d.match->captures[0], d.match->captures[1], user.id,
				&id, &ids);
	if (r != 0)
		return r;
	if (id == 0) {
		(void)not_found(&d);
	} else {
		name = g_strdup_printf("bundle-%" PRId32 "-%s", id, d.match->captures[1]);
		begin_file(&d, PLAIN, name, ".mbox");
	}
	/* A shared cache must give neither a private bundle nor its absence to others. */
	http_response_header(d.response, "Cache-Control", "private");
	http_response_header(d.response, "Vary", "Cookie");
	return id != 0 ? write_mails(&d, ids, SHOWN_PATCH) : 0;
}

/* ---- redirects */

/* The comment, on the page of comments that has it. */
static int append_comment(struct download *d, bool is_patch, GString *location)
{
	int64_t number;
	int r = mail_page_of_comment(d->worker, is_patch, route_number(d->match, 0), &number);

	if (number > 1)
		g_string_append_printf(location, "?page=%" PRId64, number);
	g_string_append_printf(location, "#%s", d->match->captures[0]);
	return r;
}

static int answer_redirect(struct download *d, enum shown_kind kind, bool *ret_is_found)
{
	_cleanup_(show_mail_done) struct shown_mail mail;
	g_autoptr(GString) location = g_string_new("/project/");
	bool is_comment = kind == SHOWN_PATCH_COMMENT || kind == SHOWN_COVER_COMMENT;
	bool is_patch = kind == SHOWN_PATCH || kind == SHOWN_PATCH_COMMENT;
	int r = show_mail_by_id(d->worker->pg, kind, route_number(d->match, 0), &mail);

	*ret_is_found = r == 0 && mail.id != 0;
	if (!*ret_is_found)
		return r;
	document_append_path(location, view_str(mail.project));
	g_string_append(location, is_patch ? "/patch/" : "/cover/");
	document_append_msgid(location, view_str(mail.msgid));
	g_string_append_printf(location, "/%s", d->match->route->tail);
	r = is_comment ? append_comment(d, is_patch, location) : 0;
	if (r != 0)
		return r;
	http_response_redirect(d->response, 302, location->str);
	return 0;
}

static int answer_redirects(struct download *d, enum shown_kind first, enum shown_kind second)
{
	bool is_found;
	int r = answer_redirect(d, first, &is_found);

	if (r == 0 && !is_found && second != first)
		r = answer_redirect(d, second, &is_found);
	return r == 0 && !is_found ? not_found(d) : r;
}

int download_to_patch(struct app_worker *worker, const struct http_request *request,
		      const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };

	return answer_redirects(&d, SHOWN_PATCH, SHOWN_PATCH);
}

int download_to_cover(struct app_worker *worker, const struct http_request *request,
		      const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };

	return answer_redirects(&d, SHOWN_COVER, SHOWN_COVER);
}

int download_to_comment(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response)
{
	struct download d = { worker, request, match, response };

	return answer_redirects(&d, SHOWN_PATCH_COMMENT, SHOWN_COVER_COMMENT);
}
