/* write - requests that change something; see write.h */
#include "daemon/httpd/write.h"

#include <errno.h>
#include <string.h>

#include "daemon/httpd/fields.h"
#include "parser/cleanup.h"
#include "sql/change/change.h"
#include "sql/change/lookup.h"

#define FIELDS_MAX 8

/* A change that lost a race with another is made again. */
#define TRIES_MAX 10

/* One request. */
struct writing {
	struct api *api;
	struct body body;
	struct value values[FIELDS_MAX];
	struct fields_errors *errors;
	int32_t id;    /* of what is changed; 0: it is new */
	int32_t other; /* the user that a check is by, the project that a bundle is of */
};

struct resource_writing {
	const struct resource *resource;
	const struct field *fields;
	size_t count;
	enum right right;
	/* What a table cannot say; may be NULL. */
	int (*check)(struct writing *w);
	/* Change it; *ret_id is what is shown then. */
	int (*change)(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome);
};

static struct pg *pg_of(const struct writing *w)
{
	return w->api->worker->pg;
}

static bool is_method(const struct api *api, const char *method)
{
	return g_str_equal(api->request->method, method);
}

/* What was sent of a text, or NULL. */
static const char *text_of(const struct value *value)
{
	return value->is_given ? value->text : NULL;
}

/* What was sent of a number or boolean, or -1. */
static int number_of(const struct value *value)
{
	return value->is_given && !value->is_null ? value->number : -1;
}

/* ---- patches */

enum {
	PATCH_COMMIT_REF,
	PATCH_PULL_URL,
	PATCH_STATE,
	PATCH_ARCHIVED,
	PATCH_DELEGATE,
	PATCH_RELATED
};

static const struct field patch_fields[] = {
	[PATCH_COMMIT_REF] = { "commit_ref", FIELD_TEXT, .may_be_null = true, .may_be_blank = true,
			       .chars_max = 255 },
	[PATCH_PULL_URL] = { "pull_url", FIELD_TEXT, .may_be_null = true, .may_be_blank = true,
			     .chars_max = 255 },
	[PATCH_STATE] = { "state", FIELD_STATE, .is_required = true },
	[PATCH_ARCHIVED] = { "archived", .kind = FIELD_BOOL },
	[PATCH_DELEGATE] = { "delegate", FIELD_ID, .is_required = true, .may_be_null = true,
			     .table = "auth_user" },
	[PATCH_RELATED] = { "related", FIELD_IDS, .table = "patchwork_patch" },
};

static int check_patch(struct writing *w)
{
	const struct value *delegate = &w->values[PATCH_DELEGATE];
	g_autofree char *problem = NULL;
	int r;

	if (!delegate->is_given || delegate->number == 0)
		return 0;
	r = lookup_maintainer(pg_of(w), w->id, delegate->number, &problem);
	if (problem != NULL)
		fields_errors_add(w->errors, "delegate", problem);
	return r;
}

static int change_of_patch(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int32_t));
	const struct value *values = w->values, *related = &w->values[PATCH_RELATED];
	struct change_patch change = {
		.id = w->id,
		.actor_id = w->api->asker.id,
		.state_id = values[PATCH_STATE].number,
		.has_delegate = values[PATCH_DELEGATE].is_given,
		.delegate_id = values[PATCH_DELEGATE].number,
		.has_archived = values[PATCH_ARCHIVED].is_given,
		.archived = values[PATCH_ARCHIVED].number != 0,
		.commit_ref = { values[PATCH_COMMIT_REF].is_given, values[PATCH_COMMIT_REF].text },
		.pull_url = { values[PATCH_PULL_URL].is_given, values[PATCH_PULL_URL].text },
		.related = related->is_given ? related->ids : NULL,
	};

	/* Whoever puts a whole patch without any puts one without relations. */
	if (is_method(w->api, "PUT") && !related->is_given)
		change.related = none;
	*ret_id = w->id;
	return change_patch(pg_of(w), &change, w->api->worker->time_zone, ret_outcome);
}

/* ---- checks */

enum { CHECK_USER, CHECK_STATE, CHECK_TARGET_URL, CHECK_CONTEXT, CHECK_DESCRIPTION };

static const struct field check_fields[] = {
	[CHECK_USER] = { "user", FIELD_ID, .table = "auth_user" },
	[CHECK_STATE] = { "state", .kind = FIELD_CHECK },
	[CHECK_TARGET_URL] = { "target_url", FIELD_URL, .may_be_null = true, .may_be_blank = true,
			       .chars_max = 200 },
	[CHECK_CONTEXT] = { "context", FIELD_SLUG, .chars_max = 255 },
	[CHECK_DESCRIPTION] = { "description", FIELD_TEXT, .may_be_null = true,
				.may_be_blank = true, .chars_max = SIZE_MAX },
};

static int change_of_check(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	const struct value *values = w->values, *user = &w->values[CHECK_USER];
	struct change_check check = {
		.patch_id = w->id,
		.user_id = user->number != 0 ? user->number : w->api->asker.id,
		.state = values[CHECK_STATE].number,
		.context = values[CHECK_CONTEXT].is_given ? values[CHECK_CONTEXT].text : "default",
		.target_url = values[CHECK_TARGET_URL].text,
		.description = values[CHECK_DESCRIPTION].text,
	};

	*ret_outcome = CHANGE_DONE;
	return change_add_check(pg_of(w), &check, w->api->worker->time_zone, ret_id);
}

/* ---- comments */

static const struct field comment_fields[] = {
	{ "addressed", FIELD_BOOL, .may_be_null = true },
};

static int change_of_comment(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	int addressed = number_of(&w->values[0]);
	const int *given = w->values[0].is_given ? &addressed : NULL;

	*ret_id = w->id;
	*ret_outcome = CHANGE_DONE;
	return w->api->match->route->resource == &search_patch_comments
		       ? change_patch_comment(pg_of(w), w->id, given, w->api->worker->time_zone)
		       : change_cover_comment(pg_of(w), w->id, given, w->api->worker->time_zone);
}

/* ---- projects */

#define PROJECT_TEXT(name)                                                \
	{                                                                 \
		name, FIELD_TEXT, .may_be_blank = true, .chars_max = 2000 \
	}

static const struct field project_fields[] = {
	PROJECT_TEXT("web_url"),
	PROJECT_TEXT("scm_url"),
	PROJECT_TEXT("webscm_url"),
	PROJECT_TEXT("list_archive_url"),
	PROJECT_TEXT("list_archive_url_format"),
	PROJECT_TEXT("commit_url_format"),
	{ "show_dependencies", .kind = FIELD_BOOL },
};

static int change_of_project(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	const struct value *values = w->values;
	struct change_project change = {
		.web_url = text_of(&values[0]),
		.scm_url = text_of(&values[1]),
		.webscm_url = text_of(&values[2]),
		.list_archive_url = text_of(&values[3]),
		.list_archive_url_format = text_of(&values[4]),
		.commit_url_format = text_of(&values[5]),
		.show_dependencies = w->api->worker->has_dependencies ? number_of(&values[6]) : -1,
	};

	*ret_id = w->id;
	*ret_outcome = CHANGE_DONE;
	return change_project(pg_of(w), w->id, &change);
}

/* ---- users */

static const struct field user_fields[] = {
	{ "first_name", FIELD_TEXT, .may_be_blank = true, .chars_max = 150 },
	{ "last_name", FIELD_TEXT, .may_be_blank = true, .chars_max = 150 },
	{ "settings.send_email", .kind = FIELD_BOOL },
	{ "settings.items_per_page", .kind = FIELD_COUNT },
	{ "settings.show_ids", .kind = FIELD_BOOL },
};

/* Settings came with 1.2; a whole user has some. */
static int check_user(struct writing *w)
{
	const json_t *settings = json_object_get(w->body.members, "settings");

	if (w->api->match->version < REST_1_2)
		fields_done(&w->values[2], 3), memset(&w->values[2], 0, 3 * sizeof(*w->values));
	else if (settings == NULL && is_method(w->api, "PUT"))
		fields_errors_add(w->errors, "settings", "This field is required.");
	return 0;
}

static int change_of_user(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	struct change_user change = {
		.first_name = text_of(&w->values[0]),
		.last_name = text_of(&w->values[1]),
		.send_email = number_of(&w->values[2]),
		.items_per_page = number_of(&w->values[3]),
		.show_ids = number_of(&w->values[4]),
	};

	*ret_id = w->id;
	*ret_outcome = CHANGE_DONE;
	return change_user(pg_of(w), w->id, &change);
}

/* ---- bundles */

enum { BUNDLE_NAME, BUNDLE_PATCHES, BUNDLE_PUBLIC };

static const struct field bundle_fields[] = {
	[BUNDLE_NAME] = { "name", FIELD_TEXT, .is_required = true, .chars_max = 50 },
	[BUNDLE_PATCHES] = { "patches", FIELD_IDS, .is_required = true,
			     .table = "patchwork_patch" },
	[BUNDLE_PUBLIC] = { "public", .kind = FIELD_BOOL },
};

static int check_bundle(struct writing *w)
{
	const struct value *name = &w->values[BUNDLE_NAME], *patches = &w->values[BUNDLE_PATCHES];
	bool is_one = true;
	int r = 0;

	/* A Patchwork stores such a name, and fails whenever it has to show it. */
	if (name->text != NULL && strchr(name->text, '/') != NULL)
		fields_errors_add(w->errors, "name", "A name has no slash.");
	if (patches->ids == NULL || w->errors->pairs->len > 0)
		return 0;
	if (patches->ids->len == 0) {
		fields_errors_add(w->errors, "patches", "Bundles cannot be empty");
		return 0;
	}
	r = lookup_project_of(pg_of(w), patches->ids, &w->other, &is_one);
	if (r == 0 && !is_one)
		fields_errors_add(w->errors, "patches",
				  "Bundle patches must belong to the same project");
	return r;
}

static int change_of_bundle(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	struct change_bundle change = { .id = w->id,
					.owner_id = w->api->asker.id,
					.project_id = w->other,
					.name = text_of(&w->values[BUNDLE_NAME]),
					.patches = w->values[BUNDLE_PATCHES].ids,
					.is_public = number_of(&w->values[BUNDLE_PUBLIC]) };

	return change_bundle(pg_of(w), &change, ret_id, ret_outcome);
}

/* ---- the table */

#define FIELDS(table) table, G_N_ELEMENTS(table)

static const struct resource_writing writings[] = {
	{ &search_patches, FIELDS(patch_fields), RIGHT_PATCH, check_patch, change_of_patch },
	{ &search_checks, FIELDS(check_fields), RIGHT_PATCH, NULL, change_of_check },
	{ &search_patch_comments, FIELDS(comment_fields), RIGHT_PATCH_COMMENT, NULL,
	  change_of_comment },
	{ &search_cover_comments, FIELDS(comment_fields), RIGHT_COVER_COMMENT, NULL,
	  change_of_comment },
	{ &search_projects, FIELDS(project_fields), RIGHT_PROJECT, NULL, change_of_project },
	{ &search_users, FIELDS(user_fields), RIGHT_PATCH, check_user, change_of_user },
	{ &search_bundles, FIELDS(bundle_fields), RIGHT_BUNDLE, check_bundle, change_of_bundle },
};

static const struct resource_writing *writing_of(const struct resource *resource)
{
	const struct resource_writing *writing = writings;

	while (writing->resource != resource)
		writing++;
	return writing;
}

/* ---- who may */

/*
 * A browser sends a password that it keeps with whatever a page of another site makes it ask for;
 * it says so in Sec-Fetch-Site or Origin (Fetch Metadata, RFC 6454).
 */
static bool is_foreign(const struct api *api)
{
	const char *site = api->request->headers[HTTP_SEC_FETCH_SITE];
	const char *origin = api->request->headers[HTTP_ORIGIN];

	if (!api->asker.has_password)
		return false;
	if (site != NULL)
		return !g_str_equal(site, "same-origin") && !g_str_equal(site, "none");
	return origin != NULL && !g_str_equal(origin, api->request->base);
}

static int may_write(struct writing *w, const struct resource_writing *writing, bool *ret_may)
{
	const struct api *api = w->api;

	*ret_may = api->asker.id != 0;
	if (!*ret_may || (writing->resource == &search_bundles && w->id == 0))
		return 0;
	if (writing->resource == &search_users) {
		*ret_may = w->id == api->asker.id;
		return 0;
	}
	return lookup_right(api->worker->pg, writing->right, w->id, api->asker.id, ret_may);
}

/* What is changed, or whom a new row belongs to; 404 where that is not there. */
static int find_target(struct writing *w, bool *ret_is_there)
{
	struct api *api = w->api;
	const struct route *route = api->match->route;
	int r = 0;

	*ret_is_there = true;
	if (route->kind == ROUTE_ONE) {
		r = api_find(api, &w->id);
		if (r == 0)
			r = search_is_there(pg_of(w), route->resource->object->table, w->id,
					    ret_is_there);
	} else if (route->parent != NULL) {
		w->id = route_number(api->match, 0);
		r = search_is_there(pg_of(w), route->parent, w->id, ret_is_there);
	}
	return r;
}

/* Whether to go on; otherwise there is an answer. */
static int admit(struct writing *w, const struct resource_writing *writing, bool *ret_may)
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
			 w->api->asker.id == 0 && writing->resource != &search_checks
				 ? API_NOBODY
				 : API_MAY_NOT);
	else if (is_foreign(w->api))
		api_fail(w->api, 403, API_FOREIGN);
	*ret_may = *ret_may && !is_foreign(w->api);
	return 0;
}

/* ---- what was sent */

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

static void fail_fields(struct writing *w)
{
	struct emit emit;

	api_begin(w->api, 400, &emit);
	fields_errors_write(w->errors, &emit);
}

/* Patchwork has words of its own for a check without a state. */
static bool lacks_state(const struct writing *w, const struct resource_writing *writing)
{
	const json_t *state = json_object_get(w->body.members, "state");

	return writing->resource == &search_checks &&
	       (state == NULL || (json_is_string(state) && json_string_length(state) == 0));
}

/* Whether to go on; otherwise there is an answer. */
static int read_fields(struct writing *w, const struct resource_writing *writing, bool *ret_is_good)
{
	bool is_partial = is_method(w->api, "PATCH");
	int r;

	*ret_is_good = false;
	body_read(w->api->request, &w->body);
	if (w->body.status != 0) {
		fail_body(w);
		return 0;
	}
	if (lacks_state(w, writing)) {
		fields_errors_add(w->errors, "state", "A check must have a state.");
		fail_fields(w);
		return 0;
	}
	r = fields_read(pg_of(w), writing->fields, writing->count, &w->body, is_partial, w->values,
			w->errors);
	if (r == 0 && writing->check != NULL)
		r = writing->check(w);
	*ret_is_good = r == 0 && w->errors->pairs->len == 0;
	if (r == 0 && !*ret_is_good)
		fail_fields(w);
	return r;
}

/* ---- answers */

static void answer_refusal(struct writing *w, enum change_outcome outcome)
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
		fail_fields(w);
		break;
	case CHANGE_DONE:
		break;
	}
}

static int answer_done(struct writing *w, int32_t id)
{
	struct api *api = w->api;
	bool is_new = is_method(api, "POST");
	int r;

	counts_forget(api->worker->app->counts);
	api->is_patched = is_method(api, "PATCH");
	r = api_show(api, is_new ? 201 : 200, id);
	api->response->may_be_cached = false;
	if (r == 0 && is_new) {
		g_autofree char *location =
			g_strdup_printf("%s%s%d/%s", api->request->base, api->request->raw_path, id,
					api->negotiated.suffix);

		http_response_header(api->response, "Location", location);
	}
	return r;
}

static int write_fields(struct writing *w, const struct resource_writing *writing)
{
	enum change_outcome outcome = CHANGE_DONE;
	int32_t id = 0;
	int r = -EAGAIN;

	for (int tries = 0; r == -EAGAIN && tries < TRIES_MAX; tries++)
		r = writing->change(w, &id, &outcome);
	if (r != 0)
		return r;
	if (outcome == CHANGE_DONE)
		return answer_done(w, id);
	answer_refusal(w, outcome);
	return 0;
}

static int delete_bundle(struct writing *w)
{
	int r = change_delete_bundle(pg_of(w), w->id);
	struct emit emit;

	if (r != 0)
		return r;
	counts_forget(w->api->worker->app->counts);
	api_begin(w->api, 204, &emit);
	w->api->response->type = NULL;
	return 0;
}

static int answer(struct writing *w, const struct resource_writing *writing)
{
	bool goes_on;
	int r = admit(w, writing, &goes_on);

	if (r != 0 || !goes_on)
		return r;
	if (is_method(w->api, "DELETE"))
		return delete_bundle(w);
	r = read_fields(w, writing, &goes_on);
	return r == 0 && goes_on ? write_fields(w, writing) : r;
}

int write_answer(struct api *api)
{
	const struct resource_writing *writing = writing_of(api->match->route->resource);
	struct writing w = { .api = api, .errors = fields_errors_new() };
	int r;

	if (api->worker->app->options->is_read_only)
		api_fail(api, 403, API_READ_ONLY);
	r = api->worker->app->options->is_read_only ? 0 : answer(&w, writing);
	fields_done(w.values, writing->count);
	fields_errors_free(w.errors);
	body_done(&w.body);
	return r;
}
