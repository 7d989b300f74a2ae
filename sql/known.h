/*
 * known - finds messages of an archive that are stored already, by message id
 *
 * A repeated import looks them up in bulk before it parses messages.  The query takes no lock and
 * sees committed rows; store_deliver() decides about all messages that are not known here.
 */
#ifndef SQL_KNOWN_H
#define SQL_KNOWN_H

#include "parser/view.h"
#include "sql/pg/query.h"

enum known {
	KNOWN_NOT,     /* not known, or not certain without parsing the message */
	KNOWN_STORED,  /* stored, and would be stored as the same kind: a duplicate */
	KNOWN_WAITING, /* waits for its parent */
	KNOWN_SEEN,    /* was dropped as unrelated before */
};

struct known_key {
	int32_t project_id;
	struct view msgid;
	bool is_reply; /* a reply can only be a comment; other messages hardly ever are comments */
	enum known known; /* set by known_ask() */
};

/*
 * Set `known` of `count` keys; rows of known messages are durable.  *ret_any_archived: whether any
 * mail came from a git repository (archive.h).  Returns 0 or a pg error.
 */
int known_ask(struct pg *pg, struct known_key *keys, size_t count, bool *ret_any_archived);

#endif
