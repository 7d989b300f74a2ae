/*
 * fields - the members of a document that can be written, by a table
 *
 * Each member of a request is checked, and the answer has all errors, with the texts that
 * Patchwork's clients know.  Members that are not in the table are ignored.
 */
#ifndef DAEMON_HTTPD_FIELDS_H
#define DAEMON_HTTPD_FIELDS_H

#include "daemon/httpd/body.h"
#include "daemon/output/emit.h"
#include "sql/report/resource.h"

enum field_kind {
	FIELD_TEXT,
	FIELD_BOOL,
	FIELD_COUNT, /* a number, 0 or more */
	FIELD_STATE, /* of a patch, by slug or name: its id */
	FIELD_CHECK, /* of a check: its number */
	FIELD_SLUG,
	FIELD_URL,
	FIELD_ID,  /* of a row of `table` */
	FIELD_IDS, /* of several */
};

struct field {
	const char *name; /* "settings.show_ids" is a member of a member */
	enum field_kind kind;
	bool is_required; /* unless the request changes what it names alone */
	bool may_be_null;
	bool may_be_blank;
	size_t chars_max;
	const char *table;
	enum rest_version since; /* passed over before */
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
	GPtrArray *pairs; /* char *: a field, what is wrong with it, a field, ... */
};

struct fields_errors *fields_errors_new(void);
void fields_errors_free(struct fields_errors *errors);
void fields_errors_add(struct fields_errors *errors, const char *field, const char *words);
/* As an object: field to list of words. */
void fields_errors_write(const struct fields_errors *errors, struct emit *emit);

/* How a body is read. */
struct fields_request {
	enum rest_version version;
	bool is_partial; /* required fields may be missing */
};

/*
 * Read a body; ret_values has a value for each field, which fields_done() frees, and what is wrong
 * is added to `errors`.  Returns 0 or what pg_run() returns.
 */
int fields_read(struct pg *pg, const struct field *fields, size_t count, const struct body *body,
		struct fields_request request, struct value *ret_values,
		struct fields_errors *errors);
void fields_done(struct value *values, size_t count);

#endif
