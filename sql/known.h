/*
 * known - which messages of an archive are there already, by their ids alone
 *
 * For a repeated import: asked in bulk, before the messages are read.  It takes no lock and
 * sees what is committed; store_deliver() decides about all that is not known here.
 */
#ifndef SQL_KNOWN_H
#define SQL_KNOWN_H

#include "parser/view.h"
#include "sql/pg/query.h"

enum known {
	KNOWN_NOT,     /* or it cannot be told without reading the message */
	KNOWN_STORED,  /* as what it would be again: a duplicate */
	KNOWN_WAITING, /* for its parent */
	KNOWN_SEEN,    /* and nothing of ours */
};

struct known_key {
	int32_t project_id;
	struct view msgid;
	bool is_reply;    /* a reply can only be a comment, anything else hardly ever is one */
	enum known known; /* set by known_ask() */
};

/* Ask about `count` keys; what is known is durable.  Returns 0 or what pg.h lists. */
int known_ask(struct pg *pg, struct known_key *keys, size_t count);

#endif
