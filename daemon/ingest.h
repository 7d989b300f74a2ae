/*
 * ingest - a raw message to a delivery; shared by all that take mail in
 */
#ifndef DAEMON_INGEST_H
#define DAEMON_INGEST_H

#include <stdint.h>

#include "parser/submission.h"
#include "sql/store.h"

enum ingested {
	INGEST_DELIVER,    /* the delivery is for store_deliver() */
	INGEST_IGNORE,     /* X-Patchwork-Hint: nothing to do */
	INGEST_NO_PROJECT, /* for none of our lists: hold it, or count it */
};

struct ingest {
	struct submission submission;
	struct delivery delivery;
	struct view list_id;  /* given by the caller instead of the headers'; absent if not */
	bool is_cut;          /* the raw message is only the front of one over all limits */
	bool is_trusted;      /* read it even if that has ended the program (poison.h) */
	uint64_t fingerprint; /* of poison.h; ingest_open() sets it */
	bool is_slow;         /* its headers took too long; ingest_open() sets it */
};

/*
 * Read `raw` and choose its project.  For INGEST_DELIVER and INGEST_NO_PROJECT the delivery
 * is ready; it points into `raw`, the arena and *ingest.  Mail that cannot be understood is
 * INGEST_DELIVER too, as one to be held.  Returns 0 or -errno.
 */
int ingest_read(struct arena *arena, struct view raw, const struct catalog *catalog,
		struct ingest *ingest, enum ingested *ret_ingested);

/*
 * The same in two steps: the headers and the project; and the rest of what is to be delivered,
 * with the same catalog.  Between them submission.msgid is known and nothing of the body.
 */
int ingest_open(struct arena *arena, struct view raw, const struct catalog *catalog,
		struct ingest *ingest, enum ingested *ret_ingested);
int ingest_finish(struct arena *arena, const struct catalog *catalog, struct ingest *ingest);

#endif
