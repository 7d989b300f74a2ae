/*
 * documents - rows of the tables as the REST interface's documents need them
 *
 * One plain query for the documents and one for each list in them (resource.h), all in one round
 * trip.  A function in the database that puts the JSON together takes 4 to 7 ms for a document;
 * these columns take a fifth of one.
 */
#ifndef SQL_DOCUMENTS_H
#define SQL_DOCUMENTS_H

#include "sql/pg/query.h"
#include "sql/report/resource.h"

#define DOCUMENTS_LISTS_MAX 4 /* of an object */

/* The rows of one list of all documents; `first` has, by the parent's id, the number of its first row. */
struct document_list {
	const struct list *list;
	struct pg_result *rows; /* the parent's id, then the object's columns */
	GHashTable *first;
};

struct documents {
	const struct object *object;
	struct shape shape;
	struct pg_result *rows; /* a column each as the members that the shape shows need them */
	struct document_list lists[DOCUMENTS_LISTS_MAX];
	size_t list_count;
};

/*
 * The rows with these ids (int32_t), in this order; one that is not there is left out.  Dates are
 * clock readings of `time_zone`.  Returns 0 or what pg_run_all() returns; documents_done() also
 * releases what was not filled.
 */
int documents_fetch(struct pg *pg, const struct object *object, const struct shape *shape,
		    const GArray *ids, const char *time_zone, struct documents *ret_documents);
void documents_done(struct documents *documents);

/* Show the lists of `from`, those that have rows, in the place of one's own; `from` gets these. */
void documents_take_lists(struct documents *documents, struct documents *from);

/* The first row of that list for this parent, or -1. */
int documents_first(const struct document_list *list, int32_t parent);

/* How many columns the members of an object take. */
int documents_width(const struct object *object, const struct shape *shape);

#endif
