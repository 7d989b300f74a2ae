/*
 * write_private - private header of write.c and write_resources.c: a request that makes changes
 */
#ifndef DAEMON_HTTPD_WRITE_PRIVATE_H
#define DAEMON_HTTPD_WRITE_PRIVATE_H

#include "daemon/httpd/api.h"
#include "daemon/httpd/fields.h"
#include "sql/change/change.h"
#include "sql/change/lookup.h"

#define WRITE_FIELDS_MAX 8

/* One request. */
struct writing {
	struct api *api;
	struct body body;
	struct value values[WRITE_FIELDS_MAX];
	struct fields_errors *errors;
	int32_t id;              /* of the row to change; 0: a new one */
	int32_t other;           /* the project of a bundle */
	bool has_changed;        /* the change is committed */
	struct documents before; /* the document of a patch before its relation was changed */
};

/* A resource that can be written. */
struct write_resource {
	const struct resource *resource;
	const struct field *fields;
	size_t count;
	enum right right;
	/* Further checks; may be NULL. */
	int (*check)(struct writing *w);
	/* Change or add the row; *ret_id is its id. */
	int (*change)(struct writing *w, int32_t *ret_id, enum change_outcome *ret_outcome);
};

const struct write_resource *write_resource_find(const struct resource *resource);

#endif
