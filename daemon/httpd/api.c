/* api - the REST interface; see api.h */
#include "daemon/httpd/api.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/httpd/listing.h"
#include "daemon/httpd/scalar.h"
#include "parser/cleanup.h"
#include "sql/report/documents.h"

#define PER_PAGE_DEFAULT 30
#define PER_PAGE_INDENT  4

/* A longer Link header would not fit into MHD's memory for headers (server.h); it is left out. */
#define LINK_BYTES_MAX ((size_t)12 << 10)

bool api_is_method(const struct api *api, const char *method)
{
	return g_str_equal(api->request->method, method);
}

/* ---- responses */

/* Whether the response depends on the user. */
static bool is_for_user(const struct api *api)
{
	const struct route *route = api->match->route;

	return route->needs_user || route->resource == &search_bundles;
}

static void add_headers(struct api *api)
{
	g_autofree char *allow = route_allow(api->match->route);

	http_response_header(api->response, "Allow", allow);
	http_response_header(api->response, "Vary", "Accept");
	/*
	 * A shared cache must not give it to others.  All resources answer to wrong credentials
	 * with an error.
	 */
	if (is_for_user(api) || api->request->headers[HTTP_AUTHORIZATION] != NULL)
		http_response_header(api->response, "Cache-Control", "private");
	http_response_header(api->response, "X-Frame-Options", "DENY");
}

void api_begin(struct api *api, unsigned status, struct emit *emit)
{
	bool is_page = api->negotiated.form == FORM_PAGE;

	http_response_begin(api->response, status, "application/json");
	add_headers(api);
	emit_init(emit, api->response->body, is_page ? PER_PAGE_INDENT : api->negotiated.indent);
}

void api_fail(struct api *api, unsigned status, const char *detail)
{
	struct emit emit;

	api_begin(api, status, &emit);
	emit_begin_object(&emit);
	emit_named_text(&emit, "detail", view_str(detail));
	emit_end_object(&emit);
	if (status == 503)
		http_response_header(api->response, "Retry-After", "60");
}

void api_fail_method(struct api *api)
{
	g_autofree char *detail =
		g_strdup_printf("Method \"%s\" not allowed.", api->request->method);

	api_fail(api, 405, detail);
}

int api_find_user(struct api *api, bool *ret_is_admitted)
{
	const char *problem;
	unsigned status;
	int r = auth_find(api->worker->pg, api->worker->app->passwords, api->request, &api->user,
			  &problem, &status);

	*ret_is_admitted = false;
	if (r != 0)
		return r;
	if (problem == NULL && api->match->route->needs_user && api->user.id == 0)
		problem = API_NOBODY;
	*ret_is_admitted = problem == NULL;
	if (problem != NULL)
		api_fail(api, status, problem);
	return 0;
}

static struct document_site site_of(const struct api *api)
{
	return (struct document_site){ .base = api->request->base,
				       .version = api->match->prefix,
				       .suffix = api->negotiated.suffix };
}

struct shape api_shape(const struct api *api, enum shape_place place)
{
	return (struct shape){ .version = api->match->version,
			       .is_alone = place == SHAPE_ALONE,
			       .has_dependencies = api->worker->has_dependencies };
}

/* ---- the index */

static void answer_index(struct api *api)
{
	static const char *const lists[] = { "projects", "users",  "people", "patches",
					     "covers",   "series", "events", "bundles" };
	struct emit emit;

	api_begin(api, 200, &emit);
	emit_begin_object(&emit);
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *url =
			g_strdup_printf("%s/api%s/%s/%s", api->request->base, api->match->prefix,
					lists[i], api->negotiated.suffix);

		emit_named_text(&emit, lists[i], view_str(url));
	}
	emit_end_object(&emit);
}

/* ---- lists */

static int64_t per_page_of(const struct api *api)
{
	const char *text = http_param(api->request, "per_page");
	int64_t number;

	if (text == NULL || !scalar_number(view_str(text), &number) || number <= 0)
		return PER_PAGE_DEFAULT;
	return MIN(number, (int64_t)api->worker->app->options->page_max);
}

/* Returns 0 if there is no such page. */
static int64_t page_of(const struct api *api, int64_t page_count)
{
	const char *text = http_param(api->request, "page");
	int64_t page;

	if (text == NULL)
		return 1;
	if (g_str_equal(text, "last"))
		return page_count;
	if (!scalar_number(view_str(text), &page) || page < 1 || page > page_count)
		return 0;
	return page;
}

static void append_link(const struct api *api, GString *link, const char *relation, int64_t page,
			bool is_named)
{
	g_autofree char *number = g_strdup_printf("%" PRId64, page);
	g_autofree char *path = http_path(api->request);
	g_autofree char *query = http_query_with(api->request, "page", is_named ? number : NULL);

	g_string_append_printf(link, "%s<%s%s%s>; rel=\"%s\"", link->len > 0 ? ", " : "",
			       api->request->base, path, query, relation);
}

/* RFC 8288.  The header has the query string four times, with escapes. */
static void add_link(const struct api *api, int64_t page, int64_t page_count)
{
	g_autoptr(GString) link = g_string_new(NULL);

	if (page < page_count)
		append_link(api, link, "next", page + 1, true);
	if (page > 1)
		append_link(api, link, "prev", page - 1, page > 2);
	append_link(api, link, "first", 1, true);
	append_link(api, link, "last", page_count, true);
	if (link->len <= LINK_BYTES_MAX)
		http_response_header(api->response, "Link", link->str);
}

static int count_rows(struct api *api, const struct search *search, int64_t *ret_count)
{
	struct counts *counts = api->worker->app->counts;
	int r;

	if (counts_find(counts, search_key(search), ret_count))
		return 0;
	r = search_count(api->worker->pg, search, ret_count);
	if (r == 0)
		counts_keep(counts, search_key(search), *ret_count);
	return r;
}

int api_fetch(struct api *api, const struct shape *shape, const GArray *ids,
	      struct documents *ret_documents)
{
	return documents_fetch(api->worker->pg, api->match->route->resource->object, shape, ids,
			       api->worker->time_zone, ret_documents);
}

static int write_list(struct api *api, GArray *ids)
{
	struct listing listing = { .object = api->match->route->resource->object,
				   .site = site_of(api),
				   .shape = api_shape(api, SHAPE_IN_LIST) };

	api_begin(api, 200, &listing.emit);
	return listing_write(api->worker, &listing, ids, api->response);
}

static int answer_page(struct api *api, const struct search *search)
{
	int64_t per_page = per_page_of(api), count, page_count, page;
	g_autoptr(GArray) ids = NULL;
	int r = count_rows(api, search, &count);

	if (r != 0)
		return r;
	page_count = MAX((count + per_page - 1) / per_page, 1);
	page = page_of(api, page_count);
	if (page == 0) {
		api_fail(api, 404, "Invalid page.");
		return 0;
	}
	r = search_page(api->worker->pg, search, count, (page - 1) * per_page, per_page, &ids);
	if (r == 0)
		r = write_list(api, ids);
	if (r == 0)
		add_link(api, page, page_count);
	return r;
}

/* Find the patch or cover letter of checks or comments; *ret_is_there says whether it exists. */
static int find_parent(struct api *api, int32_t *ret_parent, bool *ret_is_there)
{
	*ret_parent = 0;
	*ret_is_there = true;
	if (api->match->route->parent == NULL)
		return 0;
	*ret_parent = route_number(api->match, 0);
	return search_is_there(api->worker->pg, api->match->route->parent, *ret_parent,
			       ret_is_there);
}

static int answer_list(struct api *api)
{
	_cleanup_(search_free_ptr) struct search *search = NULL;
	struct search_request request = { .resource = api->match->route->resource,
					  .version = api->match->version,
					  .params = api->request->params,
					  .user_id = api->user.id,
					  .time_zone = api->worker->time_zone };
	bool is_there;
	int r = find_parent(api, &request.parent, &is_there);

	if (r != 0)
		return r;
	if (!is_there) {
		api_fail(api, 404, API_NOT_FOUND);
		return 0;
	}
	r = search_new(api->worker->pg, &request, &search);
	return r == 0 ? answer_page(api, search) : r;
}

/* ---- one resource */

int api_show(struct api *api, unsigned status, int32_t id)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct document_site site = site_of(api);
	struct shape shape = api_shape(api, SHAPE_ALONE);
	struct documents documents = { 0 };
	struct emit emit;
	int r;

	g_array_append_val(ids, id);
	shape.is_self = api->user.id == id;
	shape.is_patched = api->is_patched;
	r = api_fetch(api, &shape, ids, &documents);
	if (r == 0 && api->before != NULL)
		documents_take_lists(&documents, api->before);
	if (r == 0 && pg_rows(documents.rows) == 0) {
		api_fail(api, 404, API_NOT_FOUND);
	} else if (r == 0) {
		api_begin(api, status, &emit);
		document_write(&emit, &site, &documents, 0);
		api->response->may_be_cached = true;
	}
	documents_done(&documents);
	return r;
}

int api_find(struct api *api, int32_t *ret_id)
{
	const struct route *route = api->match->route;
	size_t last = api->match->capture_count - 1;
	bool is_there = true;
	int r = 0;

	*ret_id = route_number(api->match, last);
	if (route->resource == &search_projects)
		r = search_project(api->worker->pg, api->match->captures[last], ret_id);
	else if (route->resource->scope != NULL)
		r = search_has(api->worker->pg, route->resource, *ret_id,
			       route->parent != NULL ? route_number(api->match, 0) : 0,
			       api->user.id, &is_there);
	if (!is_there)
		*ret_id = 0;
	return r;
}

static int answer_one(struct api *api)
{
	int32_t id;
	int r = api_find(api, &id);

	return r == 0 ? api_show(api, 200, id) : r;
}

static int answer_read(struct api *api)
{
	switch (api->match->route->kind) {
	case ROUTE_LIST:
		return answer_list(api);
	case ROUTE_ONE:
		return answer_one(api);
	case ROUTE_INDEX:
		break;
	}
	answer_index(api);
	return 0;
}

static int read_for_user(struct api *api)
{
	bool is_admitted;
	int r = api_find_user(api, &is_admitted);

	return r == 0 && is_admitted ? answer_read(api) : r;
}

/* A response that is the same for all users is discarded if the token turns out to be wrong. */
int api_read(struct api *api)
{
	_cleanup_(account_question_done) struct account_question question = { 0 };
	const char *problem;
	int r;

	if (is_for_user(api) || !auth_ask(api->worker->pg, api->request, &question))
		return read_for_user(api);
	r = answer_read(api);
	if (r == 0)
		r = auth_take(&question, &api->user, &problem);
	if (r == 0 && problem != NULL)
		api_fail(api, 403, problem);
	return r;
}
