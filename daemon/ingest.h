/*
 * ingest - makes a delivery of a raw message, for all commands that store mail
 */
#ifndef DAEMON_INGEST_H
#define DAEMON_INGEST_H

#include <stdint.h>

#include "parser/submission.h"
#include "sql/store.h"

enum ingested {
	INGEST_DELIVER,    /* the delivery is for store_deliver() */
	INGEST_IGNORE,     /* X-Patchwork-Hint: ignore; nothing to do */
	INGEST_NO_PROJECT, /* its lists belong to no project: the caller holds or counts it */
};

struct ingest {
	struct submission submission;
	struct delivery delivery;
	struct view list_id;  /* used instead of the one in the headers, unless absent */
	bool is_cut;          /* the raw message is only the beginning of one that is too large */
	bool is_trusted;      /* parse it even if it is a poison message (poison.h) */
	uint64_t fingerprint; /* of poison.h; ingest_open() sets it */
	bool is_slow;         /* its headers took too long; ingest_open() sets it */
};

/*
 * Parse `raw` and choose its project.  For INGEST_DELIVER and INGEST_NO_PROJECT the delivery is
 * ready; it points into `raw`, the arena and *ingest.  Mail that cannot be parsed is also
 * INGEST_DELIVER, with a delivery that is held.  Returns 0 or -errno.
 */
int ingest_read(struct arena *arena, struct view raw, const struct catalog *catalog,
		struct ingest *ingest, enum ingested *ret_ingested);

/*
 * The same in three steps: the headers, which need no catalog; the project; and then the rest, with
 * the same catalog, if the result was INGEST_DELIVER.  After the first, submission.msgid is set but
 * nothing of the body.  Before the third, the project may be chosen again with a catalog of more
 * projects.
 */
int ingest_open(struct arena *arena, struct view raw, struct ingest *ingest);
enum ingested ingest_choose(const struct catalog *catalog, struct ingest *ingest);
int ingest_finish(struct arena *arena, const struct catalog *catalog, struct ingest *ingest);

#endif
