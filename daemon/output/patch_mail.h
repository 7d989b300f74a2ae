/*
 * patch_mail - a stored patch as a mail that git-am(1) takes
 *
 * Header and body are put together afresh from what is stored: the author as the parser finds
 * him (so not the list that put itself in his place), the commit message with the tags that
 * its answers gave, what stood behind `---`, and the diff.  Everything is UTF-8; the body is
 * 8bit or, where a line begins with `From ` or the diff has CRs that belong to the files,
 * quoted-printable (RFC 2045, 6.7), which mail programs and git read the same.
 */
#ifndef DAEMON_PATCH_MAIL_H
#define DAEMON_PATCH_MAIL_H

#include <glib.h>

#include "parser/arena.h"
#include "sql/report/show.h"

/*
 * Append the mail, with a `From ` line before and an empty line behind, as one of an mbox.
 * Returns 0, or a fault or -errno of the arena (a header block that is too large).
 */
int patch_mail_write(const struct shown_patch *patch, GString *mbox);

/*
 * Append `content` with the tags of `answers` (struct view: the contents of comments) put
 * at the end of its commit message, each once and in order.  Tags are
 * lines that begin, in any case, with Acked-by, Reviewed-by, Tested-by, Signed-off-by, Nacked-by
 * or Reported-by; two that differ in case or blanks alone are one.
 */
void patch_mail_message(struct arena *arena, struct view content, const GArray *answers,
			GString *text);

#endif
