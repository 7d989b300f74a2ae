/* write - requests that make changes; see write.h */
#include "daemon/httpd/write.h"

#include <errno.h>

#include "daemon/httpd/write_private.h"

/* Attempts at a change that conflicts with others. */
#define TRIES_MAX 10

/* ---- permissions */

/*
 * Whether a page of another site made the browser send the request with a stored password (CSRF).
 * Browsers tell that by Sec-Fetch-Site (Fetch Metadata) or Origin (RFC 6454).
 */
static bool is_foreign(const struct api *api)
{
	const char *site = api->request->headers[HTTP_SEC_FETCH_SITE];
	const char *origin = api->request->headers[HTTP_ORIGIN];

	if (!api->user.has_password)
		return false;
	if (site != NULL)
		return !g_str_equal(site, "same-origin") && !g_str_equal(site, "none");
	return origin != NULL && !g_str_equal(origin, api->request->base);
}

static int may_write(struct writing *w, const struct write_resource *writing, bool *ret_may)
{
	const struct api *api = w->api;

	*ret_may = api->user.id != 0;
	if (!*ret_may || (writing->resource == &search_bundles && w->id == 0))
		return 0;
	if (writing->resource == &search_users) {
		*ret_may = w->id == api->user.id;
		return 0;
	}
	return lookup_right(api->worker->pg, writing->right, w->id, api->user.id, ret_may);
}

/*
 * Find the row to change, or the one to which a new row belongs; *ret_is_there says whether it
 * exists.
 */
static int find_target(struct writing *w, bool *ret_is_there)
{
	struct api *api = w->api;
	const struct route *route = api->match->route;
	int r = 0;

	*ret_is_there = true;
	if (route->kind == ROUTE_ONE) {
		r = api_find(api, &w->id);
		if (r == 0)
			r = search_is_there(w->api->worker->pg, route->resource->object->table,
					    w->id, ret_is_there);
	} else if (route->parent != NULL) {
		w->id = route_number(api->match, 0);
		r = search_is_there(w->api->worker->pg, route->parent, w->id, ret_is_there);
	}
	return r;
}

bool write_is_supported(const struct api *api)
{
	return api->match->route->resource != &search_bundles || api->match->version >= REST_1_2;
}

int write_may(struct api *api, bool *ret_may)
{
	struct writing w = { .api = api };
	bool is_there;
	int r = find_target(&w, &is_there);

	*ret_may = false;
	if (r != 0 || !is_there)
		return r;
	return may_write(&w, write_resource_find(api->match->route->resource), ret_may);
}

/* Check the permission.  Without it, *ret_may is false and the response is an error. */
static int admit(struct writing *w, const struct write_resource *writing, bool *ret_may)
{
	bool is_there;
	int r = find_target(w, &is_there);

	*ret_may = false;
	if (r != 0)
		return r;
	if (!is_there) {
		api_fail(w->api, 404, API_NOT_FOUND);
		return 0;
	}
	r = may_write(w, writing, ret_may);
	if (r != 0)
		return r;
	if (!*ret_may)
		api_fail(w->api, 403,
			 w->api->user.id == 0 && writing->resource != &search_checks ? API_NOBODY
										     : API_MAY_NOT);
	else if (is_foreign(w->api))
		api_fail(w->api, 403, API_FOREIGN);
	*ret_may = *ret_may && !is_foreign(w->api);
	return 0;
}

/* ---- members */

static void fail_body(struct writing *w)
{
	struct emit emit;

	if (!w->body.is_listed) {
		api_fail(w->api, w->body.status, w->body.problem);
		return;
	}
	api_begin(w->api, w->body.status, &emit);
	emit_begin_object(&emit);
	emit_name(&emit, "detail");
	emit_begin_list(&emit);
	emit_text(&emit, view_str(w->body.problem));
	emit_end_list(&emit);
	emit_end_object(&emit);
}

static void fail_fields(struct writing *w, const struct write_resource *writing)
{
	struct emit emit;

	api_begin(w->api, 400, &emit);
	fields_errors_write(w->errors, writing->fields, writing->count, &emit);
}

/*
 * Patchwork has its own error message for a check without a state, which it looks for before it
 * looks whether the body is an object.
 */
static bool lacks_state(const struct writing *w, const struct write_resource *writing)
{
	const json_t *state = json_object_get(w->body.members, "state");

	return writing->resource == &search_checks && (w->body.status == 0 || w->body.is_listed) &&
	       (state == NULL || (json_is_string(state) && json_string_length(state) == 0));
}

/* Read the body.  If it has errors, *ret_is_good is false and the response lists them. */
static int read_fields(struct writing *w, const struct write_resource *writing, bool *ret_is_good)
{
	struct fields_request request = { .version = w->api->match->version,
					  .is_partial = api_is_method(w->api, "PATCH") };
	int r;

	*ret_is_good = false;
	body_read(w->api->request, &w->body);
	if (lacks_state(w, writing)) {
		fields_errors_add(w->errors, "state", "A check must have a state.");
		fail_fields(w, writing);
		return 0;
	}
	if (w->body.status != 0) {
		fail_body(w);
		return 0;
	}
	r = fields_read(w->api->worker->pg, writing->fields, writing->count, &w->body, request,
			w->values, w->errors);
	if (r == 0 && writing->check != NULL)
		r = writing->check(w);
	*ret_is_good = r == 0 && w->errors->pairs->len == 0;
	if (r == 0 && !*ret_is_good)
		fail_fields(w, writing);
	return r;
}

/* ---- responses */

static void answer_refusal(struct writing *w, const struct write_resource *writing,
			   enum change_outcome outcome)
{
	switch (outcome) {
	case CHANGE_NOT_MAINTAINED:
		api_fail(w->api, 403,
			 "At least one patch is part of a project you are not maintaining.");
		break;
	case CHANGE_TWO_RELATIONS:
		api_fail(w->api, 409,
			 "At least one patch is already part of another relation. You have to"
			 " explicitly remove a patch from its existing relation before moving it to"
			 " this one.");
		break;
	case CHANGE_NAME_TAKEN:
		fields_errors_add(w->errors, "name", "You have a bundle of this name already.");
		fail_fields(w, writing);
		break;
	case CHANGE_DONE:
		break;
	}
}

static int answer_done(struct writing *w, int32_t id)
{
	struct api *api = w->api;
	bool is_new = api_is_method(api, "POST");
	int r;

	counts_forget(api->worker->app->counts);
	api->is_patched = api_is_method(api, "PATCH");
	r = api_show(api, is_new ? 201 : 200, id);
	api->response->may_be_cached = false;
	if (r == 0 && is_new) {
		g_autofree char *path = http_path(api->request);
		g_autofree char *location = g_strdup_printf("%s%s%d/%s", api->request->base, path,
							    id, api->negotiated.suffix);

		http_response_header(api->response, "Location", location);
	}
	return r;
}

static int write_fields(struct writing *w, const struct write_resource *writing)
{
	enum change_outcome outcome = CHANGE_DONE;
	int32_t id = 0;
	int r = writing->change(w, &id, &outcome);

	if (r != 0)
		return r;
	w->has_changed = outcome == CHANGE_DONE;
	if (w->has_changed)
		return answer_done(w, id);
	answer_refusal(w, writing, outcome);
	return 0;
}

static int delete_bundle(struct writing *w)
{
	int r = change_delete_bundle(w->api->worker->pg, w->id);
	struct emit emit;

	if (r != 0)
		return r;
	w->has_changed = true;
	counts_forget(w->api->worker->app->counts);
	api_begin(w->api, 204, &emit);
	w->api->response->type = NULL;
	return 0;
}

static int answer(struct writing *w, const struct write_resource *writing)
{
	bool is_good;
	int r = admit(w, writing, &is_good);

	if (r != 0 || !is_good)
		return r;
	if (w->api->request->body == NULL) {
		http_response_begin(w->api->response, HTTP_CONTINUE, NULL);
		return 0;
	}
	if (api_is_method(w->api, "DELETE"))
		return delete_bundle(w);
	r = read_fields(w, writing, &is_good);
	return r == 0 && is_good ? write_fields(w, writing) : r;
}

const struct field *write_field(const struct resource *resource, const char *name)
{
	const struct write_resource *writing = write_resource_find(resource);

	for (size_t i = 0; i < writing->count; i++)
		if (g_str_equal(writing->fields[i].name, name))
			return &writing->fields[i];
	return NULL;
}

/* One attempt; *ret_is_over says whether the rows have been changed. */
static int attempt(struct api *api, bool *ret_is_over)
{
	const struct write_resource *writing = write_resource_find(api->match->route->resource);
	struct writing w = { .api = api, .errors = fields_errors_new() };
	int r = answer(&w, writing);

	*ret_is_over = w.has_changed;
	api->before = NULL;
	fields_done(w.values, writing->count);
	fields_errors_free(w.errors);
	documents_done(&w.before);
	body_done(&w.body);
	return r;
}

/*
 * After a conflict everything is looked up again: the other transaction may have deleted the row,
 * or one that the request names.
 */
int write_answer(struct api *api)
{
	bool is_over = false;
	int r = -EAGAIN;

	if (api->worker->app->options->is_read_only) {
		api_fail(api, 403, API_READ_ONLY);
		return 0;
	}
	for (int tries = 0; r == -EAGAIN && !is_over && tries < TRIES_MAX; tries++)
		r = attempt(api, &is_over);
	return r;
}
