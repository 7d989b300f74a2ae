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
	MEMBER_ARCHIVE_URL, /* two columns: a format, and the message id for its {} */
	MEMBER_NOTHING,     /* no column: an empty object */
	/* `path` with a column for each of #, a number, %, a text, and &, a message id. */
	MEMBER_URL,     /* of the site */
	MEMBER_API_URL, /* below /api, of the version that was asked for */
	/* No column: the members of `object`, whose row is joined by its id. */
	MEMBER_OBJECT,    /* or null */
	MEMBER_SINGLETON, /* in a list, which is empty where there is none */
	/* No column: the rows of a `list`. */
	MEMBER_LIST,
};

/* When a member is shown. */
enum member_when {
	MEMBER_ALWAYS,
	MEMBER_ALONE, /* not in a list */
};

struct member {
	const char *name;
	enum member_kind kind;
	enum rest_version since;
	enum member_when when;
	const char *columns; /* SQL; @ stands for the object's row.  Of an object: the id */
	const char *path;    /* of a URL */
	const char *suffix;  /* of an object: the name of its row is @ and this */
	const struct object *object;
	const struct list *list;
};

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

extern const struct object resource_patches;

/* What is asked for. */
struct shape {
	enum rest_version version;
	bool is_alone; /* a document of its own, not in a list */
};

static inline bool resource_shows(const struct member *member, const struct shape *shape)
{
	return member->since <= shape->version &&
	       (member->when == MEMBER_ALWAYS || shape->is_alone);
}

#endif
