/* resource - what Patchwork's REST interface shows of the tables; see resource.h */
#include "sql/report/resource.h"

const char *const resource_check_states[RESOURCE_CHECK_STATES] = { "pending", "success", "warning",
								   "fail" };

/* A row is a line. */
/* clang-format off */
#define OBJECT(table, joins, members) \
	{ table, joins, members, sizeof(members) / sizeof(*(members)), NULL }
#define LARGE_OBJECT(table, joins, members, bytes) \
	{ table, joins, members, sizeof(members) / sizeof(*(members)), bytes }

/* A member that is the column of its name. */
#define TEXT(name) { #name, MEMBER_TEXT, .columns = "@." #name }
#define INT(name) { #name, MEMBER_INT, .columns = "@." #name }
#define BOOL(name) { #name, MEMBER_BOOL, .columns = "@." #name }

#define ID INT(id)
#define NAME TEXT(name)
#define DATE { "date", MEMBER_DATE, .columns = "@.date" }
#define URL(of) { "url", MEMBER_API_URL, .columns = "@.id", .path = "/" of "/#/" }


/* ---- what other documents show of an object */

#define PROJECT_HEAD \
	ID, \
	URL("projects"), \
	NAME, \
	{ "link_name", MEMBER_TEXT, .columns = "@.linkname" }, \
	{ "list_id", MEMBER_TEXT, .columns = "@.listid" }, \
	{ "list_email", MEMBER_TEXT, .columns = "@.listemail" }, \
	TEXT(web_url), \
	TEXT(scm_url), \
	TEXT(webscm_url)

#define PROJECT_TAIL \
	{ "list_archive_url", MEMBER_TEXT, REST_1_2, .columns = "@.list_archive_url" }, \
	{ "list_archive_url_format", MEMBER_TEXT, REST_1_2, \
	  .columns = "@.list_archive_url_format" }, \
	{ "commit_url_format", MEMBER_TEXT, REST_1_2, .columns = "@.commit_url_format" }

static const struct member project_members[] = { PROJECT_HEAD, PROJECT_TAIL };
static const struct object project = OBJECT("patchwork_project", NULL, project_members);

static const struct member person_members[] = { ID, URL("people"), NAME, TEXT(email) };
static const struct object person = OBJECT("patchwork_person", NULL, person_members);

#define USER_NAMES TEXT(username), TEXT(first_name), TEXT(last_name), TEXT(email)

static const struct member user_members[] = { ID, URL("users"), USER_NAMES };
static const struct object user = OBJECT("auth_user", NULL, user_members);

/* The project of a patch, cover letter or series is joined as @_project. */
#define PROJECT \
	{ "project", MEMBER_OBJECT, .columns = "@.project_id", .suffix = "_project", \
	  .object = &project }
#define PROJECT_JOIN "left join patchwork_project @_project on @_project.id = @.project_id"

#define WEB_URL(what) \
	{ "web_url", MEMBER_URL, REST_1_1, .columns = "@_project.linkname, @.msgid", \
	  .path = "/project/%/" what "/&/" }
#define MBOX(what, since) \
	{ "mbox", MEMBER_URL, since, .columns = "@_project.linkname, @.msgid", \
	  .path = "/project/%/" what "/&/mbox/" }
#define MSGID \
	TEXT(msgid), \
	{ "list_archive_url", MEMBER_ARCHIVE_URL, REST_1_2, \
	  .columns = "@_project.list_archive_url_format, @.msgid" }, \
	DATE
#define SUBMITTER \
	{ "submitter", MEMBER_OBJECT, .columns = "@.submitter_id", .suffix = "_submitter", \
	  .object = &person }

static const struct member patch_in_others_members[] = {
	ID, URL("patches"), WEB_URL("patch"), MSGID, NAME, MBOX("patch", REST_1_0),
};
static const struct object patch_in_others =
	OBJECT("patchwork_patch", PROJECT_JOIN, patch_in_others_members);

static const struct member cover_in_others_members[] = {
	ID, URL("covers"), WEB_URL("cover"), MSGID, NAME, MBOX("cover", REST_1_1),
};
static const struct object cover_in_others =
	OBJECT("patchwork_cover", PROJECT_JOIN, cover_in_others_members);

#define SERIES_WEB_URL \
	{ "web_url", MEMBER_URL, REST_1_1, .columns = "@_project.linkname, @.id", \
	  .path = "/project/%/list/?series=#" }
#define SERIES_MBOX \
	{ "mbox", MEMBER_URL, .columns = "@.id", .path = "/series/#/mbox/" }

static const struct member series_in_others_members[] = {
	ID,
	URL("series"),
	SERIES_WEB_URL,
	DATE,
	NAME,
	INT(version),
	SERIES_MBOX,
};
static const struct object series_in_others =
	OBJECT("patchwork_series", PROJECT_JOIN, series_in_others_members);

/* ---- patches */

/* The worst of the latest checks of each user and context. */
#define COMBINED_CHECK \
	"(select case when bool_or(state = 3) then 3 when bool_or(state = 2) then 2" \
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
	TEXT(commit_ref),
	TEXT(pull_url),
	{ "state", MEMBER_TEXT, .columns = "@_state.slug" },
	BOOL(archived),
	TEXT(hash),
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
	/* Patchwork leaves it out of the answer to PATCH if there is no relation. */
	{ "related", MEMBER_LIST, REST_1_2, MEMBER_NOT_PATCHED, .list = &related },
	{ "related", MEMBER_LIST, REST_1_2, MEMBER_PATCHED, .columns = "@.related_id is not null",
	  .list = &related },
	{ "headers", MEMBER_HEADERS, .when = MEMBER_ALONE, .columns = "@.headers" },
	{ "content", MEMBER_TEXT, .when = MEMBER_ALONE, .columns = "@.content" },
	{ "diff", MEMBER_TEXT, .when = MEMBER_ALONE, .columns = "@.diff" },
	{ "prefixes", MEMBER_PREFIXES, .when = MEMBER_ALONE, .columns = "@.name" },
};
const struct object resource_patches =
	OBJECT("patchwork_patch", "left join patchwork_state @_state on @_state.id = @.state_id",
	       patch_members);

/* ---- cover letters */

static const struct member cover_members[] = {
	ID,
	URL("covers"),
	WEB_URL("cover"),
	PROJECT,
	MSGID,
	NAME,
	SUBMITTER,
	MBOX("cover", REST_1_1),
	{ "series", MEMBER_SINGLETON, .columns = "@.id", .suffix = "_series",
	  .key = "cover_letter_id", .object = &series_in_others },
	{ "comments", MEMBER_URL, REST_1_1, .columns = "@.id", .path = "/api/covers/#/comments/" },
	{ "headers", MEMBER_HEADERS, .when = MEMBER_ALONE, .columns = "@.headers" },
	{ "content", MEMBER_TEXT, .when = MEMBER_ALONE, .columns = "@.content" },
};
const struct object resource_covers = OBJECT("patchwork_cover", NULL, cover_members);

/* ---- series */

#define RECEIVED "(select count(*) from patchwork_patch q where q.series_id = @.id)"

static const struct list series_patches = {
	.from = "patchwork_patch x",
	.parent = "x.series_id",
	.order = "x.date, x.id",
	.object = &patch_in_others,
};

static const struct member series_url_members[] = {
	{ NULL, MEMBER_API_URL, .columns = "@.id", .path = "/series/#/" },
};
static const struct object series_url = OBJECT("patchwork_series", NULL, series_url_members);

static const struct list dependencies = {
	.from = "patchwork_series_dependencies d join patchwork_series x on x.id = d.to_series_id",
	.parent = "d.from_series_id",
	.order = "x.id",
	.object = &series_url,
};
static const struct list dependents = {
	.from = "patchwork_series_dependencies d join patchwork_series x on x.id = d.from_series_id",
	.parent = "d.to_series_id",
	.order = "x.id",
	.object = &series_url,
};

static const struct member series_members[] = {
	ID,
	URL("series"),
	SERIES_WEB_URL,
	PROJECT,
	NAME,
	DATE,
	SUBMITTER,
	INT(version),
	INT(total),
	{ "received_total", MEMBER_INT, .columns = RECEIVED },
	{ "received_all", MEMBER_BOOL, .columns = "@.total <= " RECEIVED },
	SERIES_MBOX,
	{ "cover_letter", MEMBER_OBJECT, .columns = "@.cover_letter_id", .suffix = "_cover",
	  .object = &cover_in_others },
	{ "patches", MEMBER_LIST, .list = &series_patches },
	{ "dependencies", MEMBER_LIST, REST_1_4, MEMBER_0048,
	  .columns = "@_project.show_dependencies", .list = &dependencies },
	{ "dependents", MEMBER_LIST, REST_1_4, MEMBER_0048,
	  .columns = "@_project.show_dependencies", .list = &dependents },
};
const struct object resource_series = OBJECT("patchwork_series", NULL, series_members);

/* ---- comments */

#define COMMENT_HEAD(of, parent) \
	ID, \
	{ "url", MEMBER_API_URL, REST_1_3, .columns = "@." parent "_id, @.id", \
	  .path = "/" of "/#/comments/#/" }, \
	{ "web_url", MEMBER_URL, REST_1_1, .columns = "@.id", .path = "/comment/#/" }, \
	MSGID
#define COMMENT_TAIL \
	{ "subject", MEMBER_SUBJECT, .columns = "@.headers" }, \
	SUBMITTER, \
	TEXT(content), \
	{ "headers", MEMBER_HEADERS, .columns = "@.headers" }, \
	{ "addressed", MEMBER_BOOL, REST_1_3, .columns = "@.addressed" }
#define COMMENT_JOIN(parent) \
	"left join patchwork_" parent " @_parent on @_parent.id = @." parent "_id" \
	" left join patchwork_project @_project on @_project.id = @_parent.project_id"

/* octet_length() reads no text that is stored outside of its row. */
#define COMMENT_BYTES "octet_length(x.headers)::bigint + octet_length(x.content)"

static const struct member patch_comment_in_others_members[] = { COMMENT_HEAD("patches", "patch") };
static const struct object patch_comment_in_others =
	OBJECT("patchwork_patchcomment", COMMENT_JOIN("patch"), patch_comment_in_others_members);

static const struct member cover_comment_in_others_members[] = { COMMENT_HEAD("covers", "cover") };
static const struct object cover_comment_in_others =
	OBJECT("patchwork_covercomment", COMMENT_JOIN("cover"), cover_comment_in_others_members);

static const struct member patch_comment_members[] = {
	COMMENT_HEAD("patches", "patch"),
	COMMENT_TAIL,
};
const struct object resource_patch_comments =
	LARGE_OBJECT("patchwork_patchcomment", COMMENT_JOIN("patch"), patch_comment_members,
		     COMMENT_BYTES);

static const struct member cover_comment_members[] = {
	COMMENT_HEAD("covers", "cover"),
	COMMENT_TAIL,
};
const struct object resource_cover_comments =
	LARGE_OBJECT("patchwork_covercomment", COMMENT_JOIN("cover"), cover_comment_members,
		     COMMENT_BYTES);

/* ---- checks */

#define CHECK_HEAD \
	ID, \
	{ "url", MEMBER_API_URL, .columns = "@.patch_id, @.id", .path = "/patches/#/checks/#/" }
#define CHECK_TAIL \
	DATE, \
	{ "state", MEMBER_CHECK_STATE, .columns = "@.state" }, \
	TEXT(target_url), \
	TEXT(context)

static const struct member check_in_others_members[] = { CHECK_HEAD, CHECK_TAIL };
static const struct object check_in_others =
	OBJECT("patchwork_check", NULL, check_in_others_members);

static const struct member check_members[] = {
	CHECK_HEAD,
	{ "user", MEMBER_OBJECT, .columns = "@.user_id", .suffix = "_user", .object = &user },
	CHECK_TAIL,
	TEXT(description),
};
const struct object resource_checks = OBJECT("patchwork_check", NULL, check_members);

/* ---- events */

static const struct member payload_members[] = {
	{ "cover", MEMBER_OBJECT, .columns = "@.cover_id", .suffix = "_cover",
	  .object = &cover_in_others, .only = "cover-created cover-comment-created" },
	{ "patch", MEMBER_OBJECT, .columns = "@.patch_id", .suffix = "_patch",
	  .object = &patch_in_others,
	  .only = "patch-created patch-completed patch-state-changed patch-delegated"
		  " patch-relation-changed check-created patch-comment-created" },
	{ "series", MEMBER_OBJECT, .columns = "@.series_id", .suffix = "_series",
	  .object = &series_in_others, .only = "patch-completed series-created series-completed" },
	{ "previous_state", MEMBER_TEXT, .columns = "@_previous.slug",
	  .only = "patch-state-changed" },
	{ "current_state", MEMBER_TEXT, .columns = "@_current.slug",
	  .only = "patch-state-changed" },
	{ "previous_delegate", MEMBER_OBJECT, .columns = "@.previous_delegate_id",
	  .suffix = "_before", .object = &user, .only = "patch-delegated" },
	{ "current_delegate", MEMBER_OBJECT, .columns = "@.current_delegate_id", .suffix = "_now",
	  .object = &user, .only = "patch-delegated" },
	{ "previous_relation", .kind = MEMBER_NULL, .only = "patch-relation-changed" },
	{ "current_relation", .kind = MEMBER_NULL, .only = "patch-relation-changed" },
	{ "check", MEMBER_OBJECT, .columns = "@.created_check_id", .suffix = "_check",
	  .object = &check_in_others, .only = "check-created" },
	{ "comment", MEMBER_OBJECT, .columns = "@.cover_comment_id", .suffix = "_ccomment",
	  .object = &cover_comment_in_others, .only = "cover-comment-created" },
	{ "comment", MEMBER_OBJECT, .columns = "@.patch_comment_id", .suffix = "_pcomment",
	  .object = &patch_comment_in_others, .only = "patch-comment-created" },
};
static const struct object payload =
	OBJECT("patchwork_event",
	       "left join patchwork_state @_previous on @_previous.id = @.previous_state_id"
	       " left join patchwork_state @_current on @_current.id = @.current_state_id",
	       payload_members);

static const struct member event_members[] = {
	ID,
	TEXT(category),
	PROJECT,
	DATE,
	{ "actor", MEMBER_OBJECT, .columns = "@.actor_id", .suffix = "_actor", .object = &user },
	{ "payload", MEMBER_PAYLOAD, .columns = "@.category", .object = &payload },
};
const struct object resource_events = OBJECT("patchwork_event", NULL, event_members);

/* ---- projects, people, users, bundles */

/* Patchwork shows the id of a maintainer's profile, which usually equals that of the user. */
static const struct member maintainer_members[] = {
	{ "id", MEMBER_INT, .columns = "p.id" },
	{ "url", MEMBER_API_URL, .columns = "p.id", .path = "/users/#/" },
	USER_NAMES,
};
static const struct object maintainer = OBJECT("auth_user", NULL, maintainer_members);

static const struct list maintainers = {
	.from = "patchwork_userprofile_maintainer_projects m"
		" join patchwork_userprofile p on p.id = m.userprofile_id join auth_user x on x.id = p.user_id",
	.parent = "m.project_id",
	.order = "p.id",
	.object = &maintainer,
};

static const struct member project_alone_members[] = {
	PROJECT_HEAD,
	{ "maintainers", MEMBER_LIST, .list = &maintainers },
	{ "subject_match", MEMBER_TEXT, REST_1_1, .columns = "@.subject_match" },
	PROJECT_TAIL,
	{ "show_dependencies", MEMBER_BOOL, REST_1_4, MEMBER_0048,
	  .columns = "@.show_dependencies" },
};
const struct object resource_projects = OBJECT("patchwork_project", NULL, project_alone_members);

static const struct member person_alone_members[] = {
	ID,
	URL("people"),
	NAME,
	TEXT(email),
	{ "user", MEMBER_OBJECT, .columns = "@.user_id", .suffix = "_user", .object = &user },
};
const struct object resource_people = OBJECT("patchwork_person", NULL, person_alone_members);

static const struct member settings_members[] = {
	BOOL(send_email),
	INT(items_per_page),
	BOOL(show_ids),
};
static const struct object settings = OBJECT("patchwork_userprofile", NULL, settings_members);

static const struct member user_alone_members[] = {
	ID,
	URL("users"),
	USER_NAMES,
	{ "settings", MEMBER_OBJECT, REST_1_2, MEMBER_SELF, .columns = "@.id", .suffix = "_profile",
	  .key = "user_id", .object = &settings },
};
const struct object resource_users = OBJECT("auth_user", NULL, user_alone_members);

static const struct list bundle_patches = {
	.from = "patchwork_bundlepatch b join patchwork_patch x on x.id = b.patch_id",
	.parent = "b.bundle_id",
	.order = "x.date, x.id",
	.object = &patch_in_others,
};

#define BUNDLE_URL(name, since, tail) \
	{ name, MEMBER_URL, since, .columns = "@_owner.username, @.name", .path = "/bundle/%/%/" tail }

static const struct member bundle_members[] = {
	ID,
	URL("bundles"),
	BUNDLE_URL("web_url", REST_1_1, ""),
	PROJECT,
	NAME,
	{ "owner", MEMBER_OBJECT, .columns = "@.owner_id", .suffix = "_owner", .object = &user },
	{ "patches", MEMBER_LIST, .list = &bundle_patches },
	BOOL(public),
	BUNDLE_URL("mbox", REST_1_0, "mbox/"),
};
const struct object resource_bundles =
	LARGE_OBJECT("patchwork_bundle", NULL, bundle_members,
		     "(select 512 * count(*) from patchwork_bundlepatch p where p.bundle_id = x.id)");
