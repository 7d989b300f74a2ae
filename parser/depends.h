/*
 * depends - what a `Depends-on:` line names
 *
 * Patchwork (schema 0048) takes the message id of a patch or cover letter, or the URL that it
 * shows a patch, a cover letter or a series under.
 */
#ifndef PARSER_DEPENDS_H
#define PARSER_DEPENDS_H

#include <stdint.h>

#include "parser/arena.h"
#include "parser/view.h"

enum depends_kind { DEPENDS_ON_MESSAGE, DEPENDS_ON_SERIES };

struct depends {
	enum depends_kind kind;
	struct view msgid; /* with its brackets */
	int32_t series_id;
};

/*
 * Read the value of a Depends-on line: `<id>`, `id@host`, or a URL whose path holds
 * `/patch/ID/`, `/cover/ID/` or `/series/N/`, or whose query is `series=N`.  False for
 * anything else.
 */
bool depends_read(struct arena *arena, struct view value, struct depends *ret_depends);

#endif
