/*
 * resource - the objects of Patchwork's REST interface
 *
 * Tables of the members of each object, in order, with the version of the interface that introduced
 * each, and the columns from which it is made.  documents.h builds statements from these tables,
 * and daemon/output/document.c writes JSON from them, so that columns and members always agree.
 */
#ifndef SQL_REPORT_RESOURCE_H
#define SQL_REPORT_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>

enum rest_version { REST_1_0, REST_1_1, REST_1_2, REST_1_3, REST_1_4 };

#define REST_LATEST REST_1_4

/* How columns become a value.  A member has one column if the comment does not say otherwise. */
enum member_kind {
	MEMBER_INT,
	MEMBER_BOOL,
	MEMBER_TEXT,
	MEMBER_DATE,
	MEMBER_CHECK_STATE, /* from a number: its name */
	MEMBER_HEADERS,     /* from a stored header block: an object */
	MEMBER_PREFIXES,    /* from a stored name: the list of prefixes in its brackets */
	MEMBER_SUBJECT,     /* from a stored header block: its Subject, unchanged */
	MEMBER_ARCHIVE_URL, /* two columns: a format, and the message id for its {} */
	MEMBER_NOTHING,     /* no column: an empty object */
	MEMBER_NULL,        /* no column */
	/* `path`, with a column for each # (a number), % (a text) and & (a message id). */
	MEMBER_URL,     /* of the site */
	MEMBER_API_URL, /* below /api, of the requested version */
	/* No column: the members of `object`, whose row is joined. */
	MEMBER_OBJECT,    /* null without a row */
	MEMBER_SINGLETON, /* a list of the object; empty without a row */
	/* One column, a category: the members of `object`, of the same row, for that category. */
	MEMBER_PAYLOAD,
	/* The rows of a `list`.  If it has a column that is false, the member is omitted. */
	MEMBER_LIST,
};

/* When a member is shown. */
enum member_when {
	MEMBER_ALWAYS,
	MEMBER_ALONE,       /* not in a list */
	MEMBER_SELF,        /* only to the user itself */
	MEMBER_PATCHED,     /* in the response to PATCH */
	MEMBER_NOT_PATCHED, /* in other responses */
	MEMBER_0048,        /* the database has Patchwork's migration 0048 */
};

struct member {
	const char *name;
	enum member_kind kind;
	enum rest_version since;
	enum member_when when;
	/*
	 * SQL, in which @ stands for the object's row.  Of an object: the value that equals its
	 * key.
	 */
	const char *columns;
	const char *path;   /* of a URL */
	const char *suffix; /* of an object: its row is named @ and this suffix */
	const char *key;    /* of an object: the column for the join; NULL: id */
	const char *only;   /* in a payload: the categories that have the member; NULL: all */
	const struct object *object;
	const struct list *list;
};

/* An object whose only member has no name is written as the value of that member. */
struct object {
	const char *table;
	const char *joins; /* additional joins for its columns; NULL: none */
	const struct member *members;
	size_t count;
	const char *bytes; /* about the size of a document, for the row x; NULL: it is small */
};

/* Rows that belong to a row with an id. */
struct list {
	const char *from;   /* SQL; x is the object's row */
	const char *parent; /* SQL: the id of the parent */
	const char *order;
	const struct object *object;
};

/* The states of checks, by their numbers in the database. */
#define RESOURCE_CHECK_STATES 4
extern const char *const resource_check_states[RESOURCE_CHECK_STATES];

extern const struct object resource_projects, resource_users, resource_people, resource_patches,
	resource_covers, resource_series, resource_events, resource_bundles, resource_checks,
	resource_patch_comments, resource_cover_comments;

/* The variant of an object that a response has. */
struct shape {
	enum rest_version version;
	bool is_alone;         /* a single document, not a list */
	bool is_self;          /* the user that sent the request */
	bool is_patched;       /* the response to PATCH */
	bool has_dependencies; /* the database has Patchwork's migration 0048 */
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
