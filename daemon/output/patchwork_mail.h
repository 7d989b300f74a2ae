/*
 * patchwork_mail - a patch or cover letter as the mail that a Patchwork offers for download
 *
 * Byte for byte what Patchwork's own gives, which scripts compare: all headers that are stored, the
 * content with the tags of its comments, the diff.  patch_mail.h has a mail that git-am(1) reads the
 * better for being made afresh.
 */
#ifndef DAEMON_PATCHWORK_MAIL_H
#define DAEMON_PATCHWORK_MAIL_H

#include <glib.h>

#include "sql/report/show.h"

/*
 * Append the mail, with its `From ` line.  Returns 0, or a fault or -errno of the arena (a header
 * block that is too large).
 */
int patchwork_mail_write(const struct shown_patch *patch, GString *out);

/* Append what a file of that name is called: runs of anything but letters, digits, `-_.` made one `-`. */
void patchwork_mail_filename(GString *out, struct view name);

#endif
