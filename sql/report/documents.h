/*
 * documents - fetches the rows of documents of the REST interface
 *
 * One plain query for the documents and one for each list in them (resource.h), all in one round
 * trip.  SQL functions that built the JSON took 4 to 7 ms per document; these queries take 0.2 ms.
 */
#ifndef SQL_REPORT_DOCUMENTS_H
#define SQL_REPORT_DOCUMENTS_H

#include "sql/pg/query.h"
#include "sql/report/resource.h"

#define DOCUMENTS_LISTS_MAX 4 /* of an object */

/* The rows of one list of all documents. */
struct document_list {
	const struct list *list;
	struct pg_result *rows; /* the parent's id, then the object's columns */
	GHashTable *index;      /* pg_index_rows() */
};

struct documents {
	const struct object *object;
	struct shape shape;
	struct pg_result *rows; /* the columns of the members that the shape shows */
	struct document_list lists[DOCUMENTS_LISTS_MAX];
	size_t list_count;
};

/*
 * Whether the database has what Patchwork's migration 0048 added (struct shape).  Returns 0 or a pg
 * error.
 */
int documents_ask_dependencies(struct pg *pg, bool *ret_has_dependencies);

/*
 * Fetch the rows with these ids (int32_t), in this order, without ids that do not exist.  Dates are
 * clock readings in `time_zone`.  Returns 0 or a pg error; the caller calls documents_done() in any
 * case.
 */
int documents_fetch(struct pg *pg, const struct object *object, const struct shape *shape,
		    const GArray *ids, const char *time_zone, struct documents *ret_documents);
void documents_done(struct documents *documents);

/*
 * The number of ids (int32_t) at the front of `ids` whose documents have at most about `bytes`
 * together; at least 1.
 */
int documents_within(struct pg *pg, const struct object *object, const GArray *ids, int64_t bytes,
		     guint *ret_count);

/* Exchange the lists of `from` that have rows for those of `documents`. */
void documents_take_lists(struct documents *documents, struct documents *from);

/* The number of columns of the members of an object. */
int documents_width(const struct object *object, const struct shape *shape);

#endif
