/*
 * fields - reads and checks the members of a document that can be written
 *
 * A table lists the members.  All are checked, and the response has all errors, with Patchwork's
 * texts.  Members that are not in the table are ignored.
 */
#ifndef DAEMON_HTTPD_FIELDS_H
#define DAEMON_HTTPD_FIELDS_H

#include "daemon/httpd/body.h"
#include "daemon/output/emit.h"
#include "sql/report/resource.h"

/* Limit of the ids in a list; a longer list is an error. */
#define FIELDS_IDS_MAX 5000

enum field_kind {
	FIELD_TEXT,
	FIELD_BOOL,
	FIELD_COUNT, /* a number, 0 or more */
	FIELD_STATE, /* a state of patches by slug or name; the value is its id */
	FIELD_CHECK, /* the state of a check; the value is its number */
	FIELD_SLUG,
	FIELD_URL,
	FIELD_ID,  /* the id of a row of `table` */
	FIELD_IDS, /* the ids of several rows */
};

struct field {
	const char *name; /* "settings.show_ids": the member show_ids of the member settings */
	enum field_kind kind;
	bool is_required; /* except in a request that changes only the members it has */
	bool may_be_null;
	bool may_be_blank;
	size_t chars_max;
	const char *table;
	enum rest_version since;      /* earlier versions ignore it */
	const char *message_if_empty; /* of ids: the error if there are none; NULL: none */
};

/* The value of one field of a request. */
struct value {
	bool is_given;
	bool is_null;
	char *text;
	int32_t number;
	GArray *ids; /* int32_t */
};

struct fields_errors {
	GPtrArray *pairs; /* char *: field, message, field, message, ... */
};

struct fields_errors *fields_errors_new(void);
void fields_errors_free(struct fields_errors *errors);
void fields_errors_add(struct fields_errors *errors, const char *field, const char *message);
bool fields_errors_has(const struct fields_errors *errors, const char *field);
/*
 * Write the errors as an object: a list of messages for each field, in the order of the table
 * `fields`.
 */
void fields_errors_write(const struct fields_errors *errors, const struct field *fields,
			 size_t count, struct emit *emit);

/* Whether a body has the member `name`, or members of it, which a form names `name.x`. */
bool fields_has_inner(const struct body *body, const char *name);

/* Properties of the request. */
struct fields_request {
	enum rest_version version;
	bool is_partial; /* required fields may be missing */
};

/*
 * Read a body.  ret_values gets a value for each field, which fields_done() frees; errors of the
 * body are added to `errors`.  Returns 0 or a pg error.
 */
int fields_read(struct pg *pg, const struct field *fields, size_t count, const struct body *body,
		struct fields_request request, struct value *ret_values,
		struct fields_errors *errors);
void fields_done(struct value *values, size_t count);

#endif
