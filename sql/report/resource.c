/* resource - what Patchwork's REST interface shows of the tables; see resource.h */
#include "sql/report/resource.h"

/* clang-format off: a row is a line */
#define OBJECT(table, joins, members)                                       \
	{                                                                   \
		table, joins, members, sizeof(members) / sizeof(*(members)) \
	}

#define ID                                          \
	{                                           \
		"id", MEMBER_INT, .columns = "@.id" \
	}
#define URL(of)                                                                \
	{                                                                      \
		"url", MEMBER_API_URL, .columns = "@.id", .path = "/" of "/#/" \
	}

/* ---- what other documents show of an object */

#define PROJECT_HEAD                                                       \
	ID, URL("projects"), { "name", MEMBER_TEXT, .columns = "@.name" }, \
		{ "link_name", MEMBER_TEXT, .columns = "@.linkname" },     \
		{ "list_id", MEMBER_TEXT, .columns = "@.listid" },         \
		{ "list_email", MEMBER_TEXT, .columns = "@.listemail" },   \
		{ "web_url", MEMBER_TEXT, .columns = "@.web_url" },        \
		{ "scm_url", MEMBER_TEXT, .columns = "@.scm_url" },        \
	{                                                                  \
		"webscm_url", MEMBER_TEXT, .columns = "@.webscm_url"       \
	}

#define PROJECT_TAIL                                                                         \
	{ "list_archive_url", MEMBER_TEXT, REST_1_2, .columns = "@.list_archive_url" },      \
		{ "list_archive_url_format", MEMBER_TEXT, REST_1_2,                          \
		  .columns = "@.list_archive_url_format" },                                  \
	{                                                                                    \
		"commit_url_format", MEMBER_TEXT, REST_1_2, .columns = "@.commit_url_format" \
	}

static const struct member project_members[] = { PROJECT_HEAD, PROJECT_TAIL };
static const struct object project = OBJECT("patchwork_project", NULL, project_members);

static const struct member person_members[] = {
	ID,
	URL("people"),
	{ "name", MEMBER_TEXT, .columns = "@.name" },
	{ "email", MEMBER_TEXT, .columns = "@.email" },
};
static const struct object person = OBJECT("patchwork_person", NULL, person_members);

static const struct member user_members[] = {
	ID,
	URL("users"),
	{ "username", MEMBER_TEXT, .columns = "@.username" },
	{ "first_name", MEMBER_TEXT, .columns = "@.first_name" },
	{ "last_name", MEMBER_TEXT, .columns = "@.last_name" },
	{ "email", MEMBER_TEXT, .columns = "@.email" },
};
static const struct object user = OBJECT("auth_user", NULL, user_members);

/* The project of a patch, cover letter or series is joined as @_project. */
#define PROJECT                                                                            \
	{                                                                                  \
		"project", MEMBER_OBJECT, .columns = "@.project_id", .suffix = "_project", \
					  .object = &project                               \
	}
#define PROJECT_JOIN "left join patchwork_project @_project on @_project.id = @.project_id"

#define WEB_URL(what)                                                                      \
	{                                                                                  \
		"web_url", MEMBER_URL, REST_1_1, .columns = "@_project.linkname, @.msgid", \
						 .path = "/project/%/" what "/&/"          \
	}
#define MBOX(what, since)                                                            \
	{                                                                            \
		"mbox", MEMBER_URL, since, .columns = "@_project.linkname, @.msgid", \
					   .path = "/project/%/" what "/&/mbox/"     \
	}
#define MSGID                                                                \
	{ "msgid", MEMBER_TEXT, .columns = "@.msgid" },                      \
		{ "list_archive_url", MEMBER_ARCHIVE_URL, REST_1_2,          \
		  .columns = "@_project.list_archive_url_format, @.msgid" }, \
	{                                                                    \
		"date", MEMBER_DATE, .columns = "@.date"                     \
	}
#define NAME                                             \
	{                                                \
		"name", MEMBER_TEXT, .columns = "@.name" \
	}
#define SUBMITTER                                                                                \
	{                                                                                        \
		"submitter", MEMBER_OBJECT, .columns = "@.submitter_id", .suffix = "_submitter", \
					    .object = &person                                    \
	}

static const struct member patch_in_others_members[] = {
	ID, URL("patches"), WEB_URL("patch"), MSGID, NAME, MBOX("patch", REST_1_0),
};
static const struct object patch_in_others =
	OBJECT("patchwork_patch", PROJECT_JOIN, patch_in_others_members);

#define SERIES_WEB_URL                                                                  \
	{                                                                               \
		"web_url", MEMBER_URL, REST_1_1, .columns = "@_project.linkname, @.id", \
						 .path = "/project/%/list/?series=#"    \
	}
#define SERIES_MBOX                                                              \
	{                                                                        \
		"mbox", MEMBER_URL, .columns = "@.id", .path = "/series/#/mbox/" \
	}

static const struct member series_in_others_members[] = {
	ID,
	URL("series"),
	SERIES_WEB_URL,
	{ "date", MEMBER_DATE, .columns = "@.date" },
	NAME,
	{ "version", MEMBER_INT, .columns = "@.version" },
	SERIES_MBOX,
};
static const struct object series_in_others =
	OBJECT("patchwork_series", PROJECT_JOIN, series_in_others_members);

/* ---- patches */

/* Of each user's and context's checks the latest counts, and the worst of these (see below). */
#define COMBINED_CHECK                                                                                  \
	"(select case when bool_or(state = 3) then 3 when bool_or(state = 2) then 2"                    \
	" when bool_and(state = 1) then 1 else 0 end from (select distinct on (user_id, context) state" \
	" from patchwork_check where patch_id = @.id order by user_id, context, date desc, id desc) c)"

static const struct list related = {
	.from = "patchwork_patch o join patchwork_patch x on x.related_id = o.related_id and x.id <> o.id",
	.parent = "o.id",
	.order = "x.date, x.id",
	.object = &patch_in_others,
};

static const struct member patch_members[] = {
	ID,
	URL("patches"),
	WEB_URL("patch"),
	PROJECT,
	MSGID,
	NAME,
	{ "commit_ref", MEMBER_TEXT, .columns = "@.commit_ref" },
	{ "pull_url", MEMBER_TEXT, .columns = "@.pull_url" },
	{ "state", MEMBER_TEXT, .columns = "@_state.slug" },
	{ "archived", MEMBER_BOOL, .columns = "@.archived" },
	{ "hash", MEMBER_TEXT, .columns = "@.hash" },
	SUBMITTER,
	{ "delegate", MEMBER_OBJECT, .columns = "@.delegate_id", .suffix = "_delegate",
	  .object = &user },
	MBOX("patch", REST_1_0),
	{ "series", MEMBER_SINGLETON, .columns = "@.series_id", .suffix = "_series",
	  .object = &series_in_others },
	{ "comments", MEMBER_URL, REST_1_1, .columns = "@.id", .path = "/api/patches/#/comments/" },
	{ "check", MEMBER_CHECK_STATE, .columns = COMBINED_CHECK },
	{ "checks", MEMBER_URL, .columns = "@.id", .path = "/api/patches/#/checks/" },
	{ "tags", .kind = MEMBER_NOTHING },
	{ "related", MEMBER_LIST, REST_1_2, .list = &related },
	{ "headers", MEMBER_HEADERS, .when = MEMBER_ALONE, .columns = "@.headers" },
	{ "content", MEMBER_TEXT, .when = MEMBER_ALONE, .columns = "@.content" },
	{ "diff", MEMBER_TEXT, .when = MEMBER_ALONE, .columns = "@.diff" },
	{ "prefixes", MEMBER_PREFIXES, .when = MEMBER_ALONE, .columns = "@.name" },
};
const struct object resource_patches =
	OBJECT("patchwork_patch", "left join patchwork_state @_state on @_state.id = @.state_id",
	       patch_members);
