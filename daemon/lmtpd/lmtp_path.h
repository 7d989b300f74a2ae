/*
 * lmtp_path - arguments of MAIL and RCPT: a path, the list id in it, parameters
 *
 * RFC 5321, 4.1.2.  `rest` is the unread part of a command line; functions consume what they
 * return and the blanks after it.
 */
#ifndef DAEMON_LMTPD_LMTP_PATH_H
#define DAEMON_LMTPD_LMTP_PATH_H

#include <glib.h>
#include <stdbool.h>

#include "parser/view.h"

bool lmtp_path_is_blank(char c);

/* The next word; empty at the end of the line. */
struct view lmtp_path_word(struct view *rest);

/*
 * Read `FROM:<path>`, where `keyword` is `FROM:`.  Blanks after the colon are common and allowed.
 * The path is not checked; it ends at an unquoted `>`.  False if there is no path, or anything but
 * a blank follows it.
 */
bool lmtp_path_take(struct view *rest, struct view keyword, struct view *ret_path);

/*
 * The text after the delimiter in the local part of a path, without a source route and quotes; may
 * be empty.  `delimiter` NUL means that there is none.  The caller frees it.
 */
GString *lmtp_path_list_id(struct view path, char delimiter);

/* NULL if the parameter of MAIL is valid, otherwise the reply. */
const char *lmtp_path_check_parameter(struct view parameter);

#endif
