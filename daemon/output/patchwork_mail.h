/*
 * patchwork_mail - a patch or cover letter as the mail that Patchwork offers for download
 *
 * The mail is the same as Patchwork's byte for byte: all stored headers, the content with the tags
 * of its comments, and the diff.  patch_mail.h makes a mail that is better suited to git-am(1).
 */
#ifndef DAEMON_OUTPUT_PATCHWORK_MAIL_H
#define DAEMON_OUTPUT_PATCHWORK_MAIL_H

#include <glib.h>

#include "sql/report/show.h"

/*
 * Append the mail with its `From ` line.  Returns 0, or a fault or -errno of the arena (the header
 * block is too large).
 */
int patchwork_mail_write(const struct shown_patch *patch, GString *out);

/*
 * Append a file name made of `name`: runs of characters other than letters, digits, `-_.` become
 * `-`.
 */
void patchwork_mail_filename(GString *out, struct view name);

#endif
