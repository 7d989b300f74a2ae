/*
 * msgid - the message ids in the headers of a mail
 *
 * A message id keeps its angle brackets and is cut to 255 characters.
 */
#ifndef PARSER_MSGID_H
#define PARSER_MSGID_H

#include "parser/arena.h"
#include "parser/header.h"
#include "parser/view.h"

/*
 * References beyond this many are ignored (FLAW_TOO_MANY_REFERENCES).  A full list is compared with
 * at most as many repeated ids; then the rest is ignored with the same flaw.
 */
#define MSGID_REFERENCES_MAX 1000

/*
 * The mail's own id: the first `<...>` of Message-Id, or all of the value if it has none.  Empty or
 * absent if there is no id.  Sets RULE_BARE_ID for an id that came without brackets.
 */
struct view msgid_read(struct arena *arena, const struct headers *headers, unsigned *flaws);

/*
 * The ids in In-Reply-To and References, nearest first, each once.  Sets RULE_BARE_ID and
 * FLAW_TOO_MANY_REFERENCES.  Returns 0 or arena_error().
 */
int msgid_references(struct arena *arena, const struct headers *headers,
		     const struct view **ret_references, size_t *ret_count, unsigned *flaws);

#endif
