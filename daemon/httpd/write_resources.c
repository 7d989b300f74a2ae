/* write_resources - the members of each resource that can be written; see write_private.h */
#include <string.h>

#include "daemon/httpd/write_private.h"

/* The text of a field, or NULL if the request does not have it. */
static const char *text_of(const struct value *value)
{
	return value->is_given ? value->text : NULL;
}

/* The number or boolean of a field, or -1 if the request does not have it. */
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
	r = lookup_maintainer(w->api->worker->pg, w->id, delegate->number, &problem);
	if (problem != NULL)
		fields_errors_add(w->errors, "delegate", problem);
	return r;
}

/*
 * Patchwork's response to PATCH shows the relation as it was before the change; a new relation is
 * shown as it is after it.
 */
static int read_relation(struct writing *w)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct shape shape = api_shape(w->api, SHAPE_ALONE);

	shape.is_patched = true;
	g_array_append_val(ids, w->id);
	documents_done(&w->before);
	w->api->before = &w->before;
	return api_fetch(w->api, &shape, ids, &w->before);
}

static int change_of_patch(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int32_t));
	const struct value *values = w->values, *related = &w->values[PATCH_RELATED];
	struct change_patch change = {
		.id = w->id,
		.actor_id = w->api->user.id,
		.state_id = values[PATCH_STATE].number,
		.has_delegate = values[PATCH_DELEGATE].is_given,
		.delegate_id = values[PATCH_DELEGATE].number,
		.has_archived = values[PATCH_ARCHIVED].is_given,
		.archived = values[PATCH_ARCHIVED].number != 0,
		.commit_ref = { values[PATCH_COMMIT_REF].is_given, values[PATCH_COMMIT_REF].text },
		.pull_url = { values[PATCH_PULL_URL].is_given, values[PATCH_PULL_URL].text },
		.related = related->is_given ? related->ids : NULL,
	};
	int r = 0;

	/* A PUT without relations removes those of the patch. */
	if (api_is_method(w->api, "PUT") && !related->is_given)
		change.related = none;
	if (api_is_method(w->api, "PATCH") && related->is_given)
		r = read_relation(w);
	*ret_id = w->id;
	if (r != 0)
		return r;
	return change_patch(w->api->worker->pg, &change, w->api->worker->time_zone, ret_outcome);
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
		.user_id = user->number != 0 ? user->number : w->api->user.id,
		.state = values[CHECK_STATE].number,
		.context = values[CHECK_CONTEXT].is_given ? values[CHECK_CONTEXT].text : "default",
		.target_url = values[CHECK_TARGET_URL].text,
		.description = values[CHECK_DESCRIPTION].text,
	};

	*ret_outcome = CHANGE_DONE;
	return change_add_check(w->api->worker->pg, &check, w->api->worker->time_zone, ret_id);
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
		       ? change_patch_comment(w->api->worker->pg, w->id, given,
					      w->api->worker->time_zone)
		       : change_cover_comment(w->api->worker->pg, w->id, given,
					      w->api->worker->time_zone);
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
	return change_project(w->api->worker->pg, w->id, &change);
}

/* ---- users */

static const struct field user_fields[] = {
	{ "first_name", FIELD_TEXT, .may_be_blank = true, .chars_max = 150 },
	{ "last_name", FIELD_TEXT, .may_be_blank = true, .chars_max = 150 },
	{ "settings.send_email", .kind = FIELD_BOOL, .since = REST_1_2 },
	{ "settings.items_per_page", .kind = FIELD_COUNT, .since = REST_1_2 },
	{ "settings.show_ids", .kind = FIELD_BOOL, .since = REST_1_2 },
};

/* Settings must be an object, and PUT requires them. */
static int check_user(struct writing *w)
{
	const json_t *settings = json_object_get(w->body.members, "settings");
	g_autofree char *problem = NULL;

	if (w->api->match->version < REST_1_2)
		return 0;
	if (!fields_has_inner(&w->body, "settings")) {
		if (api_is_method(w->api, "PUT"))
			fields_errors_add(w->errors, "settings", "This field is required.");
		return 0;
	}
	if (w->body.is_form || json_is_object(settings))
		return 0;
	if (json_is_null(settings)) {
		fields_errors_add(w->errors, "settings", "This field may not be null.");
		return 0;
	}
	problem = g_strdup_printf("Invalid data. Expected a dictionary, but got %s.",
				  body_type_name(settings));
	fields_errors_add(w->errors, "settings.detail", problem);
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
	return change_user(w->api->worker->pg, w->id, &change);
}

/* ---- bundles */

enum { BUNDLE_NAME, BUNDLE_PATCHES, BUNDLE_PUBLIC };

static const struct field bundle_fields[] = {
	[BUNDLE_NAME] = { "name", FIELD_TEXT, .is_required = true, .chars_max = 50 },
	[BUNDLE_PATCHES] = { "patches", FIELD_IDS, .is_required = true, .table = "patchwork_patch",
			     .message_if_empty = "Bundles cannot be empty" },
	[BUNDLE_PUBLIC] = { "public", .kind = FIELD_BOOL },
};

static int check_bundle(struct writing *w)
{
	const struct value *name = &w->values[BUNDLE_NAME], *patches = &w->values[BUNDLE_PATCHES];
	bool is_one = true;
	int r = 0;

	/* Patchwork stores such a name but cannot show the bundle. */
	if (name->text != NULL && strchr(name->text, '/') != NULL)
		fields_errors_add(w->errors, "name", "A name must not contain a slash.");
	if (patches->ids == NULL || fields_errors_has(w->errors, "patches"))
		return 0;
	r = lookup_project_of(w->api->worker->pg, patches->ids, &w->other, &is_one);
	if (r == 0 && !is_one)
		fields_errors_add(w->errors, "patches",
				  "Bundle patches must belong to the same project");
	return r;
}

static int change_of_bundle(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome)
{
	struct change_bundle change = { .id = w->id,
					.owner_id = w->api->user.id,
					.project_id = w->other,
					.name = text_of(&w->values[BUNDLE_NAME]),
					.patches = w->values[BUNDLE_PATCHES].ids,
					.is_public = number_of(&w->values[BUNDLE_PUBLIC]) };

	return change_bundle(w->api->worker->pg, &change, ret_id, ret_outcome);
}

/* ---- the table */

#define FIELDS(table) table, G_N_ELEMENTS(table)

static const struct write_resource resources[] = {
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

const struct write_resource *write_resource_find(const struct resource *resource)
{
	const struct write_resource *found = resources;

	while (found->resource != resource)
		found++;
	return found;
}
