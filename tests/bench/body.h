/*
 * body - the text of mails on a kernel-like list: patches, cover letters, reviews, talk
 *
 * All is UTF-8 with LF. Each function appends to `out`.
 */
#ifndef TESTS_BENCH_BODY_H
#define TESTS_BENCH_BODY_H

#include "tests/bench/words.h"

/* The title of a subject, such as "mlw: fix the queue". */
void body_title(GRand *dice, const struct subsystem *about, GString *out);

/*
 * Commit message, diffstat, diff and signature.  The diff depends on `seed` alone, so that a patch
 * can be sent again in another version; `tags` are lines that reviewers gave.
 */
void body_patch(GRand *dice, const struct subsystem *about, guint32 seed, const char *author,
		const char *tags, int version, GString *out);

/* A cover letter; `titles` are those of the patches. */
void body_cover(GRand *dice, const struct subsystem *about, const char *author, char *const *titles,
		int version, GString *out);

/* "On ..., ... wrote:", `parent` quoted in part or as a whole, and remarks; `tag` may be NULL. */
void body_reply(GRand *dice, const struct subsystem *about, const char *attribution,
		const char *parent, const char *tag, const char *author, GString *out);

void body_talk(GRand *dice, const struct subsystem *about, const char *author, GString *out);

#endif
