/* describe - the response to OPTIONS; see describe.h */
#include "daemon/httpd/describe.h"

#include <string.h>

#include "daemon/httpd/write.h"

/* Patchwork's descriptions, where neither table of members has them. */
struct detail {
	const struct resource *resource;
	const char *name; /* "settings.show_ids": the member show_ids of the member settings */
	const char *type, *label, *help;
	size_t chars_max; /* of a member that cannot be written */
};

/* Each row is on one line. */
/* clang-format off */
static const struct detail details[] = {
	{ &search_projects, "link_name", .chars_max = 255 },
	{ &search_projects, "list_id", .chars_max = 255 },
	{ &search_projects, "list_email", .chars_max = 200 },
	{ &search_projects, "subject_match", .help =
	  "Regex to match the subject against if only part of emails sent to the list belongs to this"
	  " project. Will be used with IGNORECASE and MULTILINE flags. If rules for more projects match"
	  " the first one returned from DB is chosen; empty field serves as a default for every email"
	  " which has no other match." },
	{ &search_projects, "list_archive_url_format", .help =
	  "URL format for the list archive's Message-ID redirector. {} will be replaced by the"
	  " Message-ID." },
	{ &search_projects, "commit_url_format", .help =
	  "URL format for a particular commit. {} will be replaced by the commit SHA." },
	{ &search_projects, "show_dependencies", .help =
	  "Enable dependency tracking for patches and cover letters." },
	{ &search_users, "username", .help =
	  "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only." },
	{ &search_users, "email", .type = "email", .label = "Email address" },
	{ &search_users, "settings.send_email", .help =
	  "Selecting this option allows patchwork to send email on your behalf" },
	{ &search_users, "settings.items_per_page", .help = "Number of items to display per page" },
	{ &search_users, "settings.show_ids", .help = "Show click-to-copy patch IDs in the list view" },
	{ &search_checks, "state", .help = "The state of the check." },
	{ &search_checks, "target_url", .help =
	  "The target URL to associate with this check. This should be specific to the patch." },
	{ &search_checks, "context", .help =
	  "A label to discern check from checks of other testing systems." },
	{ &search_checks, "description", .help = "A brief description of the check." },
};
/* clang-format on */

static const struct detail *detail_of(const struct resource *resource, const char *name)
{
	static const struct detail none;

	for (size_t i = 0; i < G_N_ELEMENTS(details); i++)
		if (details[i].resource == resource && g_str_equal(details[i].name, name))
			return &details[i];
	return &none;
}

/* ---- one member */

static const char *type_of_member(const struct member *member)
{
	switch (member->kind) {
	case MEMBER_INT:
		return "integer";
	case MEMBER_BOOL:
		return "boolean";
	case MEMBER_TEXT:
		return "string";
	case MEMBER_DATE:
		return "datetime";
	case MEMBER_CHECK_STATE:
	case MEMBER_HEADERS:
	case MEMBER_PREFIXES:
	case MEMBER_SUBJECT:
	case MEMBER_ARCHIVE_URL:
	case MEMBER_NOTHING:
	case MEMBER_NULL:
	case MEMBER_URL:
	case MEMBER_API_URL:
	case MEMBER_OBJECT:
	case MEMBER_SINGLETON:
	case MEMBER_PAYLOAD:
	case MEMBER_LIST:
		break;
	}
	return "field";
}

static const char *type_of_field(const struct field *field)
{
	static const char *const types[] = {
		[FIELD_TEXT] = "string", [FIELD_BOOL] = "boolean", [FIELD_COUNT] = "integer",
		[FIELD_STATE] = "field", [FIELD_CHECK] = "choice", [FIELD_SLUG] = "slug",
		[FIELD_URL] = "url",     [FIELD_ID] = "field",     [FIELD_IDS] = "field",
	};

	return types[field->kind];
}

/* "list_id" is shown as "List id". */
static void emit_label(struct emit *emit, const char *name)
{
	g_autofree char *label = g_strdelimit(g_strdup(name), "_", ' ');

	label[0] = g_ascii_toupper(label[0]);
	emit_named_text(emit, "label", view_str(g_str_equal(name, "id") ? "ID" : label));
}

static void emit_choices(struct emit *emit)
{
	emit_name(emit, "choices");
	emit_begin_list(emit);
	for (int i = 0; i < RESOURCE_CHECK_STATES; i++) {
		emit_begin_object(emit);
		emit_named_int(emit, "value", i);
		emit_named_text(emit, "display_name", view_str(resource_check_states[i]));
		emit_end_object(emit);
	}
	emit_end_list(emit);
}

static void emit_limits(struct emit *emit, const struct field *field, size_t chars_max)
{
	if (field != NULL && field->chars_max != SIZE_MAX)
		chars_max = field->chars_max;
	if (chars_max != 0)
		emit_named_int(emit, "max_length", (int64_t)chars_max);
	if (field != NULL && field->kind == FIELD_COUNT) {
		emit_named_int(emit, "min_value", 0);
		emit_named_int(emit, "max_value", INT32_MAX);
	}
	if (field != NULL && field->kind == FIELD_CHECK)
		emit_choices(emit);
}

static void describe_members(const struct api *api, struct emit *emit, const struct object *object,
			     const char *within);

/* The settings of a user: an object whose members can be written. */
static void describe_nested(const struct api *api, struct emit *emit, const struct member *member)
{
	g_autofree char *within = g_strconcat(member->name, ".", NULL);

	emit_named_text(emit, "type", view_str("nested object"));
	emit_named_bool(emit, "required", true);
	emit_named_bool(emit, "read_only", false);
	emit_label(emit, member->name);
	emit_name(emit, "children");
	describe_members(api, emit, member->object, within);
}

static void describe_member(const struct api *api, struct emit *emit, const struct member *member,
			    const char *within)
{
	const struct resource *resource = api->match->route->resource;
	g_autofree char *name = g_strconcat(within, member->name, NULL);
	const struct detail *detail = detail_of(resource, name);
	const struct field *field = write_field(resource, name);
	const char *type = field != NULL ? type_of_field(field) : type_of_member(member);

	emit_named_text(emit, "type", view_str(detail->type != NULL ? detail->type : type));
	emit_named_bool(emit, "required", field != NULL && field->is_required);
	emit_named_bool(emit, "read_only", field == NULL);
	if (detail->label != NULL)
		emit_named_text(emit, "label", view_str(detail->label));
	else
		emit_label(emit, member->name);
	if (detail->help != NULL)
		emit_named_text(emit, "help_text", view_str(detail->help));
	emit_limits(emit, field, detail->chars_max);
}

static void describe_members(const struct api *api, struct emit *emit, const struct object *object,
			     const char *within)
{
	struct shape shape = api_shape(api, SHAPE_ALONE);

	/* Members are written in all versions, also in those that do not show them. */
	shape.version = REST_LATEST;
	shape.is_self = true;
	emit_begin_object(emit);
	for (size_t i = 0; i < object->count; i++) {
		const struct member *member = &object->members[i];

		if (!resource_shows(member, &shape))
			continue;
		emit_name(emit, member->name);
		emit_begin_object(emit);
		if (member->when == MEMBER_SELF)
			describe_nested(api, emit, member);
		else
			describe_member(api, emit, member, within);
		emit_end_object(emit);
	}
	emit_end_object(emit);
}

/* ---- the response */

static void emit_texts(struct emit *emit, const char *name, const char *const *texts)
{
	emit_name(emit, name);
	emit_begin_list(emit);
	for (; *texts != NULL; texts++)
		emit_text(emit, view_str(*texts));
	emit_end_list(emit);
}

static void describe_actions(const struct api *api, struct emit *emit)
{
	const struct route *route = api->match->route;

	emit_name(emit, "actions");
	emit_begin_object(emit);
	emit_name(emit, (route->methods & ROUTE_PUT) != 0 ? "PUT" : "POST");
	describe_members(api, emit, route->resource->object, "");
	emit_end_object(emit);
}

int describe_answer(struct api *api)
{
	static const char *const renders[] = { "application/json", "text/html", NULL };
	static const char *const parses[] = { "application/json",
					      "application/x-www-form-urlencoded",
					      "multipart/form-data", NULL };
	const struct route *route = api->match->route;
	/* Patchwork checks the permission to create a check only when one is created. */
	bool may_write = route->resource == &search_checks && route->methods != 0;
	bool is_asking = route->methods != 0 && !may_write && write_is_supported(api);
	struct emit emit;
	int r = is_asking ? write_may(api, &may_write) : 0;

	if (r != 0)
		return r;
	api_begin(api, 200, &emit);
	emit_begin_object(&emit);
	emit_named_text(&emit, "name", view_str(route->title));
	emit_named_text(&emit, "description", view_str(route->about));
	emit_texts(&emit, "renders", renders);
	emit_texts(&emit, "parses", parses);
	if (may_write)
		describe_actions(api, &emit);
	emit_end_object(&emit);
	return 0;
}
