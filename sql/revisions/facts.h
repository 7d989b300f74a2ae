/*
 * facts - the facts about a series in its mails, for the rules in parser/decide/revision.h
 *
 * Facts point into the mails and the arena, and live as long as both.
 */
#ifndef SQL_REVISIONS_FACTS_H
#define SQL_REVISIONS_FACTS_H

#include <glib.h>

#include "parser/arena.h"
#include "parser/decide/revision.h"
#include "parser/diff_files.h"
#include "parser/revision_notes.h"

/* A cover letter or patch. */
struct facts_mail {
	struct view msgid;
	struct view name;
	struct view title;        /* title_of() the name */
	struct view from;         /* the From header as text; only of the first mail */
	struct view content;      /* only of the first mail and the first patch */
	struct view hash;         /* of a patch's diff; absent or empty: none */
	const struct view *paths; /* of that diff */
	size_t path_count;
	const struct view *refs; /* only of the first mail */
	size_t ref_count;
	bool is_cover;
};

/* The row of a series. */
struct facts_series {
	int32_t id, project_id, person_id, version;
	int64_t date;
	struct view email; /* the person's */
};

struct facts {
	struct revision revision; /* except `answered` */
	struct revision_notes notes;
	const struct view *msgids; /* of all mails */
	size_t msgid_count;
};

/*
 * Read the facts of a series with these mails: the cover letter first, if it has one, then the
 * patches by number.  Returns 0 or arena_error().
 */
int facts_read(struct arena *arena, const struct facts_series *series,
	       const struct facts_mail *mails, size_t count, struct facts *ret_facts);

#endif
