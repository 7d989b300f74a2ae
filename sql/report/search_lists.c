/* search_lists - the filters, orders and texts of each list; see search.h */
#include "sql/report/search_private.h"

/* A row is a line. */
/* clang-format off */

#define PROJECT \
	{ "project", FILTER_CHOICE, "x.project_id", "patchwork_project", "linkname", REST_1_0 }
#define SUBMITTER \
	{ "submitter", FILTER_CHOICE, "x.submitter_id", "patchwork_person", "email", REST_1_0 }
#define USER(name, column) { name, FILTER_CHOICE, column, "auth_user", "username", REST_1_0 }
#define DATES \
	{ "since", FILTER_SINCE, "x.date", NULL, NULL, REST_1_0 }, \
	{ "before", FILTER_BEFORE, "x.date", NULL, NULL, REST_1_0 }
#define ID(name, column, table) { name, FILTER_CHOICE, column, table, NULL, REST_1_0 }
#define END { NULL, FILTER_NOTHING, NULL, NULL, NULL, REST_1_0 }

#define BY(column) { #column, "x." #column, NULL, NULL }
#define BY_INDEX(column, index) { #column, "x." #column, NULL, index }
#define BY_SUBMITTER { "submitter", "x.submitter_id", NULL, NULL }
#define BY_END { NULL, NULL, NULL, NULL }

static const char *const name_texts[] = { "x.name", NULL };
static const struct filter no_filters[] = { END };

static const struct order project_orders[] = {
	BY(id), BY(name), { "link_name", "x.linkname", NULL, NULL }, { "list_id", "x.listid", NULL, NULL }, BY_END,
};
static const char *const project_texts[] = {
	"x.linkname", "x.listid", "x.web_url", "x.scm_url", "x.webscm_url", NULL,
};
const struct resource search_projects = {
	"projects", &resource_projects, no_filters, project_orders, "id", project_texts, NULL, NULL,
};

static const struct order user_orders[] = { BY(id), BY(username), BY(email), BY_END };
static const char *const user_texts[] = {
	"x.username", "x.first_name", "x.last_name", "x.email", NULL,
};
const struct resource search_users = {
	"users", &resource_users, no_filters, user_orders, "id", user_texts, NULL, NULL,
};

static const struct order person_orders[] = { BY(id), BY(name), BY(email), BY_END };
static const char *const person_texts[] = { "x.name", "x.email", NULL };
const struct resource search_people = {
	"people", &resource_people, no_filters, person_orders, "id", person_texts, NULL, NULL,
};

static const struct filter patch_filters[] = {
	PROJECT,
	ID("series", "x.series_id", "patchwork_series"),
	SUBMITTER,
	USER("delegate", "x.delegate_id"),
	{ "state", FILTER_STATE, "x.state_id", "patchwork_state", "name", REST_1_0 },
	{ "archived", FILTER_BOOL, "x.archived", NULL, NULL, REST_1_0 },
	{ "hash", FILTER_HASH, "x.hash", NULL, NULL, REST_1_2 },
	{ "msgid", FILTER_MSGID, "x.msgid", NULL, NULL, REST_1_2 },
	DATES,
	END,
};
/* Patchwork joins the checks, and so lists a patch once for each of its checks. */
static const struct order patch_orders[] = {
	BY_INDEX(id, "patchwork_patch_pkey"), BY(name), BY_INDEX(date, "patchmda_patch_date_idx"),
	BY(archived), BY_SUBMITTER,
	{ "project", "(select linkname from patchwork_project j where j.id = x.project_id)", NULL, NULL },
	{ "state", "(select ordering from patchwork_state t where t.id = x.state_id)", NULL, NULL },
	{ "check", "k.id", " left join patchwork_check k on k.patch_id = x.id", NULL },
	BY_END,
};
const struct resource search_patches = {
	"patches", &resource_patches, patch_filters, patch_orders, "id", name_texts, NULL, NULL,
};

/* Patchwork looks up the number of a series among the projects, and finds none. */
static const struct filter cover_filters[] = {
	PROJECT,
	SUBMITTER,
	{ "msgid", FILTER_MSGID, "x.msgid", NULL, NULL, REST_1_0 },
	{ "series", FILTER_NOTHING, NULL, NULL, NULL, REST_1_0 },
	DATES,
	END,
};
static const struct order cover_orders[] = { BY(id), BY(name), BY(date), BY_SUBMITTER, BY_END };
const struct resource search_covers = {
	"covers", &resource_covers, cover_filters, cover_orders, "id", name_texts, NULL, NULL,
};

static const struct filter series_filters[] = { PROJECT, SUBMITTER, DATES, END };
static const struct order series_orders[] = {
	BY_INDEX(id, "patchwork_series_pkey"), BY(name), BY_INDEX(date, "patchmda_series_date_idx"),
	BY_SUBMITTER,
	{ "received_all", "(x.total <= (select count(*) from patchwork_patch q where q.series_id = x.id))",
	  NULL, NULL },
	BY_END,
};
const struct resource search_series = {
	"series", &resource_series, series_filters, series_orders, "id", name_texts, NULL, NULL,
};

static const struct filter event_filters[] = {
	PROJECT,
	{ "category", FILTER_CATEGORY, "x.category", NULL, NULL, REST_1_0 },
	ID("series", "x.series_id", "patchwork_series"),
	ID("patch", "x.patch_id", "patchwork_patch"),
	ID("cover", "x.cover_id", "patchwork_cover"),
	{ "actor", FILTER_ACTOR, "x.actor_id", "auth_user", NULL, REST_1_2 },
	DATES,
	END,
};
static const struct order event_orders[] = { BY_INDEX(date, "patchmda_event_date_idx"), BY_END };
const struct resource search_events = {
	"events", &resource_events, event_filters, event_orders, "-date", NULL, NULL,
	"x.category not in ('cover-comment-created', 'patch-comment-created')",
};

static const struct filter bundle_filters[] = {
	PROJECT,
	USER("owner", "x.owner_id"),
	{ "public", FILTER_BOOL, "x.public", NULL, NULL, REST_1_0 },
	END,
};
static const struct order bundle_orders[] = {
	BY(id), BY(name), { "owner", "x.owner_id", NULL, NULL }, BY_END,
};
const struct resource search_bundles = {
	"bundles", &resource_bundles, bundle_filters, bundle_orders, "id", name_texts,
	"(x.public or x.owner_id = $3)", NULL,
};

static const struct filter check_filters[] = {
	USER("user", "x.user_id"),
	{ "state", FILTER_NUMBER, "x.state", NULL, NULL, REST_1_0 },
	{ "context", FILTER_TEXT, "x.context", NULL, NULL, REST_1_0 },
	DATES,
	END,
};
static const struct order check_orders[] = {
	BY(id), BY(date), BY(state), BY(context), BY(target_url), BY(description),
	{ "user", "x.user_id", NULL, NULL }, BY_END,
};
const struct resource search_checks = {
	"checks", &resource_checks, check_filters, check_orders, "id", NULL, "x.patch_id = $2", NULL,
};

/* A subject is in the stored headers, with the lines that continue it. */
#define SUBJECT "coalesce(substring(x.headers from '(?in)^subject:[ \\t]*(.*(?:\\n[ \\t].*)*)$'), '')"
static const struct order comment_orders[] = {
	BY(id), { "subject", SUBJECT, NULL, NULL }, BY(date), BY_SUBMITTER, BY_END,
};
const struct resource search_patch_comments = {
	"comments", &resource_patch_comments, no_filters, comment_orders, "id", NULL,
	"x.patch_id = $2", NULL,
};
const struct resource search_cover_comments = {
	"comments", &resource_cover_comments, no_filters, comment_orders, "id", NULL,
	"x.cover_id = $2", NULL,
};
/* clang-format on */
