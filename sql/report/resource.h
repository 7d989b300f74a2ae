/*
 * resource - what Patchwork's REST interface shows of the tables
 *
 * The one place that says which members an object has, in which order and since which version of
 * the interface, and which columns each is made of.  documents.h makes statements of these tables,
 * and who writes JSON walks them again, so that columns and members cannot come apart.
 */
#ifndef SQL_RESOURCE_H
#define SQL_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>

enum rest_version { REST_1_0, REST_1_1, REST_1_2, REST_1_3, REST_1_4 };

#define REST_LATEST REST_1_4

/* How columns become a value; one column each, where nothing else is said. */
enum member_kind {
	MEMBER_INT,
	MEMBER_BOOL,
	MEMBER_TEXT,
	MEMBER_DATE,
	MEMBER_CHECK_STATE, /* a number: its word */
	MEMBER_HEADERS,     /* a stored header block: an object */
	MEMBER_PREFIXES,    /* a stored name: what its brackets hold */
	MEMBER_SUBJECT,     /* a stored header block: its Subject as it is stored */
	MEMBER_ARCHIVE_URL, /* two columns: a format, and the message id for its {} */
	MEMBER_NOTHING,     /* no column: an empty object */
	MEMBER_NULL,        /* no column */
	/* `path` with a column for each of #, a number, %, a text, and &, a message id. */
	MEMBER_URL,     /* of the site */
	MEMBER_API_URL, /* below /api, of the version that was asked for */
	/* No column: the members of `object`, whose row is joined. */
	MEMBER_OBJECT,    /* or null */
	MEMBER_SINGLETON, /* in a list, which is empty where there is none */
	/* One column, a category: those members of `object`, of the same row, that are for it. */
	MEMBER_PAYLOAD,
	/* The rows of a `list`; with a column, which has to be true, otherwise the member is left out. */
	MEMBER_LIST,
};

/* When a member is shown. */
enum member_when {
	MEMBER_ALWAYS,
	MEMBER_ALONE,       /* not in a list */
	MEMBER_SELF,        /* a user asks for himself */
	MEMBER_PATCHED,     /* in the answer to PATCH */
	MEMBER_NOT_PATCHED, /* in others */
	MEMBER_0048,        /* the database has what Patchwork's migration 0048 brought */
};

struct member {
	const char *name;
	enum member_kind kind;
	enum rest_version since;
	enum member_when when;
	const char
		*columns;   /* SQL; @ stands for the object's row.  Of an object: what its key is */
	const char *path;   /* of a URL */
	const char *suffix; /* of an object: the name of its row is @ and this */
	const char *key;    /* of an object: its column that is joined by; NULL: id */
	const char *only;   /* of a payload: the categories that have it; NULL: all */
	const struct object *object;
	const struct list *list;
};

/* One whose only member has no name is that value itself. */
struct object {
	const char *table;
	const char *joins; /* what its columns need besides the row; NULL: nothing */
	const struct member *members;
	size_t count;
};

/* Rows that belong to a row with an id. */
struct list {
	const char *from;   /* SQL; x is the object's row */
	const char *parent; /* the id of whom it belongs to */
	const char *order;
	const struct object *object;
};

extern const struct object resource_projects, resource_users, resource_people, resource_patches,
	resource_covers, resource_series, resource_events, resource_bundles, resource_checks,
	resource_patch_comments, resource_cover_comments;

/* What is asked for. */
struct shape {
	enum rest_version version;
	bool is_alone;         /* a document of its own, not in a list */
	bool is_self;          /* of the user who asks */
	bool is_patched;       /* it was changed, by PATCH, right before */
	bool has_dependencies; /* the database is of 0048 or later */
};

static inline bool resource_shows(const struct member *member, const struct shape *shape)
{
	switch (member->when) {
	case MEMBER_ALWAYS:
		break;
	case MEMBER_ALONE:
		if (!shape->is_alone)
			return false;
		break;
	case MEMBER_SELF:
		if (!shape->is_self)
			return false;
		break;
	case MEMBER_PATCHED:
	case MEMBER_NOT_PATCHED:
		if (shape->is_patched != (member->when == MEMBER_PATCHED))
			return false;
		break;
	case MEMBER_0048:
		if (!shape->has_dependencies)
			return false;
		break;
	}
	return member->since <= shape->version;
}

#endif
