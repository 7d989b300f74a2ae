/*
 * depends - the dependency in a `Depends-on:` line
 *
 * As in Patchwork (schema 0048) it is the message id of a patch or cover letter, or Patchwork's URL
 * of a patch, a cover letter or a series.
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
 * Read the value of a Depends-on line: `<id>`, `id@host`, or a URL whose path contains
 * `/patch/ID/`, `/cover/ID/` or `/series/N/`, or whose query is `series=N`.  False for any other
 * value.
 */
bool depends_read(struct arena *arena, struct view value, struct depends *ret_depends);

#endif
