/*
 * patch_mail - a stored patch as a mail that git-am(1) takes
 *
 * Header and body are composed of the stored parts: the author as the parser determines it (not a
 * list that has replaced the author's address), the commit message with the tags of its replies,
 * the text after `---`, and the diff.  Everything is UTF-8.  The body is 8bit; if a line begins
 * with `From ` or the diff has CRs that belong to the files, it is quoted-printable (RFC 2045,
 * 6.7), which mail programs and git decode in the same way.
 */
#ifndef DAEMON_OUTPUT_PATCH_MAIL_H
#define DAEMON_OUTPUT_PATCH_MAIL_H

#include <glib.h>

#include "parser/arena.h"
#include "sql/report/show.h"

/*
 * Append the mail as a part of an mbox, with a `From ` line before and an empty line after it.
 * Returns 0, or a fault or -errno of the arena (the header block is too large).
 */
int patch_mail_write(const struct shown_patch *patch, GString *mbox);

/*
 * Append `content` with the tags among the lines `tags` (parser/tag.h) at the end of its commit
 * message, each once and in order.  Two tags that differ only in case or blanks are the same.
 */
void patch_mail_message(struct arena *arena, struct view content, struct view tags, GString *text);

#endif
